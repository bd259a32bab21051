"""What every family of rules has: the life it acts on, and how it draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition

from simulator.engine import Obj
from tests.billing.lives.life import ENDED, Life

GOOD, BAD, ASKING = "pm_card_visa", "pm_card_chargeCustomerFail", "pm_card_authenticationRequired"
DISPUTED, PENDING_REFUND, FAILED_REFUND = (
    "pm_card_createDispute",
    "pm_card_pendingRefund",
    "pm_card_refundFail",
)
CARDS = (GOOD, BAD, ASKING, DISPUTED, PENDING_REFUND, FAILED_REFUND)

which = st.integers(0, 5)
"""Which of several, counted from the newest."""
cards = st.sampled_from((GOOD, *CARDS))
quantities = st.integers(1, 12)
proration_behaviors = st.sampled_from(["create_prorations", "always_invoice", "none"])


def some(kind: str, keep: Callable[[Obj], bool] = lambda _: True) -> Callable[[Any], Any]:
    """The precondition of a rule: there is such an object."""
    return precondition(lambda self: self.life.pick(kind, 0, keep) is not None)


def in_status(*statuses: str) -> Callable[[Obj], bool]:
    return lambda obj: obj["status"] in statuses


def lasting(obj: Obj) -> bool:
    """A subscription that has not ended."""
    return obj["status"] not in ENDED


class Lived(RuleBasedStateMachine):
    """A state machine over one life."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
