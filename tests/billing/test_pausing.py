"""Collection pauses and the subscription goes on
(docs.stripe.com/billing/subscriptions/pause-payment).
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY, HOUR
from tests.billing.account import Account, Refused, period


def paused(account: Account, behavior: str, **more: Any) -> dict[str, Any]:
    subscription = account.subscribed()
    account.told()
    return account.post(
        f"subscriptions/{subscription['id']}", pause_collection={"behavior": behavior, **more}
    )


def renewed(account: Account, subscription: dict[str, Any]) -> dict[str, Any]:
    """The renewal's invoice, an hour after it was drafted."""
    account.pass_to(period(subscription)[1] + HOUR)
    fresh = account.fresh(subscription)
    assert fresh["status"] == "active"
    assert period(fresh)[0] == period(subscription)[1]
    return account.get(f"invoices/{fresh['latest_invoice']}")


def test_only_the_field_changes_and_one_event_tells(account: Account) -> None:
    subscription = paused(account, "mark_uncollectible")
    assert subscription["status"] == "active"
    assert subscription["pause_collection"] == {
        "behavior": "mark_uncollectible",
        "resumes_at": None,
    }
    (event,) = account.news()
    assert event["type"] == "customer.subscription.updated"
    assert event["data"]["previous_attributes"] == {"pause_collection": None}


def test_an_empty_value_resumes(account: Account) -> None:
    subscription = paused(account, "void")
    resumed = account.post(f"subscriptions/{subscription['id']}", pause_collection="")
    assert resumed["pause_collection"] is None
    assert renewed(account, resumed)["status"] == "paid"


@pytest.mark.parametrize(
    ("behavior", "status", "told"),
    [
        ("void", "void", "invoice.voided"),
        ("mark_uncollectible", "uncollectible", "invoice.marked_uncollectible"),
    ],
)
def test_invoices_of_the_pause_are_not_charged(
    account: Account, behavior: str, status: str, told: str
) -> None:
    subscription = paused(account, behavior)
    account.told()
    invoice = renewed(account, subscription)
    assert (invoice["status"], invoice["attempt_count"]) == (status, 0)
    events = account.told()
    assert told in events
    assert not [name for name in events if name.startswith(("charge.", "invoice.paid"))]


def test_drafts_are_kept_as_drafts(account: Account) -> None:
    invoice = renewed(account, paused(account, "keep_as_draft"))
    assert (invoice["status"], invoice["auto_advance"]) == ("draft", False)
    account.pass_time(5 * DAY)
    assert account.get(f"invoices/{invoice['id']}")["status"] == "draft"


def test_collection_resumes_by_itself_at_its_time(account: Account) -> None:
    resumes_at = account.world.now() + 3 * DAY
    subscription = paused(account, "void", resumes_at=resumes_at)
    assert subscription["pause_collection"]["resumes_at"] == resumes_at
    account.told()
    account.pass_to(resumes_at)
    assert account.told() == ["customer.subscription.updated"]
    assert account.fresh(subscription)["pause_collection"] is None
    assert renewed(account, subscription)["status"] == "paid"


def test_a_pause_that_was_over_before_it_began_is_refused(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        paused(account, "void", resumes_at=account.world.now() - 1)
    assert refused.value.error["param"] == "pause_collection[resumes_at]"
