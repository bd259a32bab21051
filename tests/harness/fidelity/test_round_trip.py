"""What Carom recorded of a Carom, Carom gets right in everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.fidelity import Interaction, Recording, Verdict

Verify = Callable[[Recording], Verdict]


def plan(recorded: Any, name: str, amount: int, product: str) -> None:
    recorded.post(
        "/v1/plans", id=name, amount=amount, currency="usd", interval="month", product=product
    )


def subscribed(recorded: Any) -> dict[str, Any]:
    """A catalog, a customer who pays, and a subscription that is changed and ended."""
    product = recorded.post("/v1/products", name="Test Subscription", unit_label="user")["id"]
    plan(recorded, "small", 1000, product)
    plan(recorded, "large", 2500, product)
    customer = recorded.post("/v1/customers", email="ada@example.org")["id"]
    card = recorded.post("/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    recorded.post(f"/v1/customers/{customer}", invoice_settings={"default_payment_method": card})
    subscription = recorded.post(
        "/v1/subscriptions",
        customer=customer,
        items=[{"price": "small"}],
        expand=["latest_invoice.payments"],
    )
    name, item = subscription["id"], subscription["items"]["data"][0]["id"]
    recorded.post(
        f"/v1/subscriptions/{name}",
        items=[{"id": item, "price": "large"}],
        proration_behavior="always_invoice",
        expand=["latest_invoice"],
    )
    recorded.get("/v1/invoices", subscription=name)
    recorded.post("/v1/billing_portal/sessions", customer=customer, return_url="https://app.test/")
    recorded.delete(f"/v1/subscriptions/{name}")
    return subscription


def assert_all_right(verdict: Verdict) -> None:
    told = [
        f"{one.interaction.method} {one.interaction.path}: {difference}"
        for one in verdict.replayed
        for difference in one.differences
    ]
    assert told == []
    assert verdict.unmade == []
    assert verdict.score.exact == verdict.score.answers > 0
    assert verdict.score.share("keys") == verdict.score.share("values") == 100.0


def test_a_recording_of_carom_is_all_right(recorded: Any, verify: Verify) -> None:
    subscribed(recorded)
    assert_all_right(verify(recorded.recording()))


def test_refusals_are_recorded_and_right(recorded: Any, verify: Verify) -> None:
    recorded.get("/v1/customers/cus_NoSuchCustomer")
    recorded.post("/v1/subscriptions", customer="cus_NoSuchCustomer", items=[{"price": "nowhere"}])
    recorded.post("/v1/customers", colour="red")
    recorded.call("GET", "/v1/customers", headers={"Authorization": "Bearer nonsense_key"})
    verdict = verify(recorded.recording())
    assert [one.reply.status for one in verdict.replayed] == [404, 400, 400, 401]
    assert_all_right(verdict)


def test_older_versions_are_compared_in_their_own_shape(recorded: Any, verify: Verify) -> None:
    version = {"Stripe-Version": "2025-02-24.acacia"}
    product = recorded.post("/v1/products", name="Test Subscription")["id"]
    plan(recorded, "small", 1000, product)
    customer = recorded.post("/v1/customers", email="ada@example.org")["id"]
    recorded.call(
        "POST",
        "/v1/subscriptions",
        headers=version,
        customer=customer,
        items=[{"price": "small"}],
        trial_period_days=14,
    )
    verdict = verify(recorded.recording())
    assert "current_period_end" in verdict.replayed[-1].reply.body
    assert_all_right(verdict)


def test_what_was_there_before_is_made_again(recorded: Any, verify: Verify) -> None:
    """The first requests are cut off: what they made is then a given, but for a card's expiry."""
    subscribed(recorded)
    whole = recorded.recording()
    begins = next(
        number for number, each in enumerate(whole.interactions) if each.path == "/v1/subscriptions"
    )
    verdict = verify(replace(whole, interactions=whole.interactions[begins:]))
    assert verdict.unmade == []
    assert verdict.score.share("status") == 100.0
    assert verdict.replayed[0].interaction.path == "/v1/subscriptions"
    assert verdict.replayed[0].reply.body["plan"]["id"] == "small"


def test_a_subscription_that_was_there_before_is_begun_and_its_items_are_known(
    recorded: Any, verify: Verify
) -> None:
    name = subscribed(recorded)["id"]
    whole = recorded.recording()
    begins = next(
        number for number, each in enumerate(whole.interactions) if each.path.endswith(name)
    )
    verdict = verify(replace(whole, interactions=whole.interactions[begins:]))
    assert verdict.unmade == []
    assert verdict.replayed[0].interaction.params[0][0] == "items[0][id]"
    assert verdict.score.share("status") == 100.0


def test_a_given_that_cannot_be_made_is_reported(verify: Verify) -> None:
    invoice = {"id": "in_1SRzp4KXBGcbgpbZ9xmUJ3df", "object": "invoice", "created": 1_700_000_000}
    read = Interaction("GET", f"/v1/invoices/{invoice['id']}", (), 1_762_799_296, 200, invoice)
    verdict = verify(Recording("x", (read,)))
    (unmade,) = verdict.unmade
    assert (unmade.given.kind, unmade.given.id) == ("invoice", invoice["id"])
    assert verdict.replayed[0].reply.status == 404
    assert not verdict.replayed[0].comparison.status_right


@pytest.mark.parametrize("days", [40])
def test_time_passes_as_it_did(verify: Verify, days: int) -> None:
    """The clock follows `at`, so what renews between two interactions has renewed."""
    start = 1_762_799_296
    made = Interaction(
        "POST", "/v1/customers", (("email", "a@example.org"),), start, 200,
        {"id": "cus_TOnPTfYVb5cWQv", "object": "customer", "created": start},
    )  # fmt: skip
    read = replace(
        made, method="GET", path="/v1/customers/cus_TOnPTfYVb5cWQv", params=(),
        at=start + days * 86_400,
    )  # fmt: skip
    first, second = verify(Recording("x", (made, read))).replayed
    assert second.reply.at - first.reply.at == days * 86_400
    assert second.reply.status == 200
    assert not [found for found in second.differences if found.kind == "time"]
