"""Subscriptions that the app's staff makes at Stripe, for a customer that the app made there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.stage import Stage

DECLINED = "pm_card_chargeCustomerFail"
ASKS_THE_BANK = "pm_card_authenticationRequired"
WORKS = "pm_card_visa"
"""Ready-made payment methods (docs.stripe.com/testing)."""


def customer_of(stage: Stage) -> str:
    """The id of the customer at Stripe, once the app has made one."""
    if stage.customer.stripe_id is None:
        raise StepImpossible("the app has not made a customer at Stripe yet")
    return stage.customer.stripe_id


def save_card(stage: Stage, customer: str, card: str = WORKS) -> None:
    """Attaches the card and makes it the customer's default."""
    found = stage.stripe.call("POST", f"/v1/payment_methods/{card}/attach", {"customer": customer})
    default = {"invoice_settings[default_payment_method]": found["id"]}
    stage.stripe.call("POST", f"/v1/customers/{customer}", default)


def price_of(stage: Stage, plan: str) -> str:
    return str(stage.stripe.price(stage.config.plans[plan].lookup_key)["id"])


def subscribe(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """Attaches a card that works, makes it the customer's default, and subscribes the customer."""
    _subscribe(stage, WORKS, {**_only(stage, subject), "billing_mode[type]": subject["mode"]})
    yield Moment()


def subscribe_declined(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The first payment fails, so the subscription is `incomplete`."""
    _subscribe(stage, DECLINED, {**_only(stage, subject), "payment_behavior": "allow_incomplete"})
    yield Moment()


def subscribe_at_bank(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The first payment waits for 3D Secure, so the subscription is `incomplete`."""
    _subscribe(
        stage, ASKS_THE_BANK, {**_only(stage, subject), "payment_behavior": "allow_incomplete"}
    )
    yield Moment()


def subscribe_beside(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The plan is the second of two items; the first is of a product that is no plan."""
    add_on = price_of_other_product(stage, "Add-on")
    price = price_of(stage, subject["plan"])
    _subscribe(stage, WORKS, {"items[0][price]": add_on, "items[1][price]": price})
    yield Moment()


def subscribe_free(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """All of the price is off for good, so no card is needed and nothing is ever charged."""
    form = {"percent_off": "100", "duration": "forever", "name": "On the house"}
    coupon = stage.stripe.call("POST", "/v1/coupons", form)["id"]
    _subscribe(stage, None, {**_only(stage, subject), "discounts[0][coupon]": coupon})
    yield Moment()


def trial(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    _subscribe(stage, WORKS, {**_only(stage, subject), "trial_period_days": subject["n"]})
    yield Moment()


def trial_no_card(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """`ending` says what becomes of it if there is no card by then: `cancel` or `pause`."""
    ending = {"trial_settings[end_behavior][missing_payment_method]": subject["ending"]}
    _subscribe(stage, None, {**_only(stage, subject), "trial_period_days": subject["n"], **ending})
    yield Moment()


def price_of_other_product(stage: Stage, name: str) -> str:
    """A monthly price that has nothing to do with the app's plans."""
    form = {
        "currency": "usd",
        "unit_amount": "700",
        "recurring[interval]": "month",
        "product_data[name]": name,
    }
    return str(stage.stripe.call("POST", "/v1/prices", form)["id"])


def _subscribe(stage: Stage, card: str | None, form: Mapping[str, str]) -> None:
    customer = customer_of(stage)
    if card is not None:
        save_card(stage, customer, card)
    stage.stripe.call("POST", "/v1/subscriptions", {"customer": customer, **form})


def _only(stage: Stage, subject: Mapping[str, str]) -> dict[str, str]:
    return {"items[0][price]": price_of(stage, subject["plan"])}


VERBS: dict[str, Verb] = {
    "subscribe": subscribe,
    "subscribe_at_bank": subscribe_at_bank,
    "subscribe_beside": subscribe_beside,
    "subscribe_declined": subscribe_declined,
    "subscribe_free": subscribe_free,
    "trial": trial,
    "trial_no_card": trial_no_card,
}
