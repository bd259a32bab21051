"""The app's own staff, who change a subscription at Stripe through the API, not through the app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.actors.subscription import live_subscription
from harness.stage import Stage


def subscribe(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """Attaches a card that works, makes it the customer's default, and subscribes the customer."""
    customer = stage.customer.stripe_id
    if customer is None:
        raise StepImpossible("the app has not made a customer at Stripe yet")
    card = stage.stripe.call(
        "POST", "/v1/payment_methods/pm_card_visa/attach", {"customer": customer}
    )["id"]
    default = {"invoice_settings[default_payment_method]": card}
    stage.stripe.call("POST", f"/v1/customers/{customer}", default)
    form = {
        "customer": customer,
        "items[0][price]": stage.stripe.price(stage.config.plans[subject["plan"]].lookup_key)["id"],
        "billing_mode[type]": subject["mode"],
    }
    stage.stripe.call("POST", "/v1/subscriptions", form)
    yield Moment()


def cancel_now(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    stage.stripe.call("DELETE", f"/v1/subscriptions/{live_subscription(stage)['id']}")
    yield Moment()


def cancel_later(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _update(stage, {"cancel_at_period_end": "true"})
    yield Moment()


def renew(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Undoes a cancellation in the shape that it has."""
    flagged = live_subscription(stage)["cancel_at_period_end"]
    _update(stage, {"cancel_at_period_end": "false"} if flagged else {"cancel_at": ""})
    yield Moment()


def _update(stage: Stage, form: Mapping[str, str]) -> None:
    stage.stripe.call("POST", f"/v1/subscriptions/{live_subscription(stage)['id']}", form)


VERBS: dict[str, Verb] = {
    "cancel_later": cancel_later,
    "cancel_now": cancel_now,
    "renew": renew,
    "subscribe": subscribe,
}
