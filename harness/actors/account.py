"""What the app's staff does to a customer and to the account at Stripe, as on its dashboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.actors.signups import customer_of, price_of_other_product, save_card
from harness.stage import Stage


def refund(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """All of what the customer paid last. It says nothing about the subscription."""
    form = {"customer": customer_of(stage), "limit": "1"}
    found = stage.stripe.call("GET", "/v1/charges", form)["data"]
    if not found:
        raise StepImpossible("the customer has paid nothing that could be refunded")
    stage.stripe.call("POST", "/v1/refunds", {"charge": found[0]["id"]})
    yield Moment()


def email(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    path = f"/v1/customers/{customer_of(stage)}"
    stage.stripe.call("POST", path, {"email": subject["email"]})
    yield Moment()


def delete(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """For good, and with it the customer's subscriptions."""
    stage.stripe.call("DELETE", f"/v1/customers/{customer_of(stage)}")
    stage.customer.deleted = True
    yield Moment()


def new_price(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The lookup key moves on to a new price of the same product, which costs a fifth more. The
    old one stays with those who pay it, without its key.
    """
    plan = stage.config.plans[subject["plan"]]
    old = stage.stripe.price(plan.lookup_key)
    form = {
        "product": old["product"],
        "currency": old["currency"],
        "unit_amount": str(old["unit_amount"] + old["unit_amount"] // 5),
        "recurring[interval]": old["recurring"]["interval"],
        "lookup_key": plan.lookup_key,
        "transfer_lookup_key": "true",
    }
    form |= {f"metadata[{name}]": value for name, value in old["metadata"].items()}
    stage.stripe.call("POST", "/v1/prices", form)
    yield Moment()


def after_retries(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The account's setting for failed payments
    (docs.stripe.com/billing/revenue-recovery/smart-retries).
    """
    outcome = {"canceled": "cancel"}.get(subject["outcome"], subject["outcome"])
    stage.stripe.control.change_settings(after_retries=outcome)
    yield Moment()


def other_product(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """A subscription of the same customer to something that is none of the app's plans."""
    price = price_of_other_product(stage, "Table felt, by post")
    save_card(stage, customer_of(stage))
    form = {"customer": customer_of(stage), "items[0][price]": price}
    stage.stripe.call("POST", "/v1/subscriptions", form)
    yield Moment()


def other_customer(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Somebody whom the app has never heard of, on the same account."""
    form = {"email": "somebody.else@customer.test"}
    customer = stage.stripe.call("POST", "/v1/customers", form)["id"]
    save_card(stage, customer)
    price = price_of_other_product(stage, "Table felt, by post")
    stage.stripe.call("POST", "/v1/subscriptions", {"customer": customer, "items[0][price]": price})
    yield Moment()


def version(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """An endpoint keeps its API version, so another one takes its place. The courier goes on
    signing with the secret that the app knows.
    """
    (old,) = stage.stripe.call("GET", "/v1/webhook_endpoints")["data"]
    form = {"url": old["url"], "api_version": subject["version"]}
    form |= {f"enabled_events[{n}]": name for n, name in enumerate(old["enabled_events"])}
    stage.stripe.call("DELETE", f"/v1/webhook_endpoints/{old['id']}")
    stage.stripe.call("POST", "/v1/webhook_endpoints", form)
    yield Moment()


VERBS: dict[str, Verb] = {
    "after_retries": after_retries,
    "delete": delete,
    "email": email,
    "new_price": new_price,
    "other_customer": other_customer,
    "other_product": other_product,
    "refund": refund,
    "version": version,
}
