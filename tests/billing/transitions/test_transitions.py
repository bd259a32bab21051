"""Which events each transition emits, in which order, and what its updates say changed.

The numbers at the beginning of names are those of a transition in a subscription's life, from its
beginning (1) to the features that it gives (28); several rows may be about one. Orders that nobody
has published are our choice (`simulator/billing/orders.py`).
"""

from __future__ import annotations

import pytest

from tests.billing.account import Account
from tests.billing.transitions.beginnings import BEGINNINGS
from tests.billing.transitions.changes import CHANGES
from tests.billing.transitions.customers import CUSTOMERS
from tests.billing.transitions.endings import ENDINGS
from tests.billing.transitions.invoices import INVOICES
from tests.billing.transitions.pages import PAGES
from tests.billing.transitions.pauses import PAUSES
from tests.billing.transitions.payments import PAYMENTS
from tests.billing.transitions.renewals import RENEWALS
from tests.billing.transitions.schedules import SCHEDULES
from tests.billing.transitions.transition import Transition
from tests.billing.transitions.trials import TRIALS

TRANSITIONS = [
    *BEGINNINGS,
    *TRIALS,
    *RENEWALS,
    *ENDINGS,
    *CHANGES,
    *PAUSES,
    *SCHEDULES,
    *INVOICES,
    *PAYMENTS,
    *PAGES,
    *CUSTOMERS,
]
UPDATES = (".updated", "payment_method.detached")


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda transition: transition.name)
def test_a_transition_emits_these_events_in_this_order(
    account: Account, transition: Transition
) -> None:
    held = transition.before(account)
    account.news()
    transition.act(account, held)
    news = account.news()
    assert [event["type"] for event in news] == transition.told
    for event in news:
        previous = event["data"].get("previous_attributes")
        if not event["type"].startswith("entitlements."):
            assert (previous is not None) == event["type"].endswith(UPDATES)
        if event["type"] in transition.changed:
            assert previous is not None
            assert set(previous) == transition.changed[event["type"]]
    assert set(transition.changed) <= set(transition.told)


def test_no_two_transitions_have_one_name() -> None:
    names = [transition.name for transition in TRANSITIONS]
    assert len(set(names)) == len(names)
