"""The app's own staff, who change a subscription at Stripe through the API, not through the app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors import account, signups
from harness.actors.moment import Moment, Verb
from harness.actors.signups import price_of
from harness.actors.subscription import live_subscription, plan_item
from harness.stage import Stage

_DAY = 86_400


def cancel_now(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    stage.stripe.call("DELETE", f"/v1/subscriptions/{live_subscription(stage)['id']}")
    yield Moment()


def cancel_later(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _update(stage, {"cancel_at_period_end": "true"})
    yield Moment()


def cancel_in(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """On a day that is no end of a period: `cancel_at` alone."""
    at = stage.stripe.now() + int(subject["n"]) * _DAY
    _update(stage, {"cancel_at": str(at), "proration_behavior": "none"})
    yield Moment()


def renew(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Undoes a cancellation in the shape that it has."""
    flagged = live_subscription(stage)["cancel_at_period_end"]
    _update(stage, {"cancel_at_period_end": "false"} if flagged else {"cancel_at": ""})
    yield Moment()


def switch(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    _to_price(stage, price_of(stage, subject["plan"]))
    yield Moment()


def yearly(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """To the yearly price of the same product; an app that sells none is left as it is."""
    product = plan_item(stage)["price"]["product"]
    form = {"product": product, "active": "true", "limit": "100"}
    found = stage.stripe.call("GET", "/v1/prices", form)["data"]
    prices = [each["id"] for each in found if (each["recurring"] or {}).get("interval") == "year"]
    if prices:
        _to_price(stage, prices[0])
    yield Moment(remark="" if prices else "there is no yearly price")


def quantity(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    _update(stage, {"items[0][id]": plan_item(stage)["id"], "items[0][quantity]": subject["n"]})
    yield Moment()


def schedule(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """What is paid for lasts to the end of its period; the next one is another plan's."""
    form = {"from_subscription": live_subscription(stage)["id"]}
    made = stage.stripe.call("POST", "/v1/subscription_schedules", form)
    now = made["phases"][0]
    phases = {
        "end_behavior": "release",
        "phases[0][start_date]": str(now["start_date"]),
        "phases[0][end_date]": str(now["end_date"]),
        "phases[0][items][0][price]": now["items"][0]["price"],
        "phases[1][items][0][price]": price_of(stage, subject["plan"]),
        "phases[1][duration][interval]": "month",
    }
    stage.stripe.call("POST", f"/v1/subscription_schedules/{made['id']}", phases)
    yield Moment()


def end_trial(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _update(stage, {"trial_end": "now"})
    yield Moment()


def pause(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Invoices are voided from now on; the status stays as it is."""
    _update(stage, {"pause_collection[behavior]": "void"})
    yield Moment()


def unpause(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _update(stage, {"pause_collection": ""})
    yield Moment()


def resume(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """A subscription that is `paused` because its trial ended without a card."""
    path = f"/v1/subscriptions/{live_subscription(stage)['id']}/resume"
    stage.stripe.call("POST", path)
    yield Moment()


def _to_price(stage: Stage, price: str) -> None:
    _update(stage, {"items[0][id]": plan_item(stage)["id"], "items[0][price]": price})


def _update(stage: Stage, form: Mapping[str, str]) -> None:
    stage.stripe.call("POST", f"/v1/subscriptions/{live_subscription(stage)['id']}", form)


VERBS: dict[str, Verb] = {
    **account.VERBS,
    **signups.VERBS,
    "cancel_in": cancel_in,
    "cancel_later": cancel_later,
    "cancel_now": cancel_now,
    "end_trial": end_trial,
    "pause": pause,
    "quantity": quantity,
    "renew": renew,
    "resume": resume,
    "schedule": schedule,
    "switch": switch,
    "unpause": unpause,
    "yearly": yearly,
}
