"""Proration: what a change in the middle of a period is worth.

For a period `[start, end)` and a change at `at`, unused time is credited and remaining time debited
in proportion to the seconds, each line rounded by itself
(docs.stripe.com/billing/subscriptions/prorations; amounts checked against recorded traffic,
stripe_can_swap_and_invoice_a_subscription). In flexible billing mode the credit is a share of what
was really debited, one credit for each standing debit; in classic mode it is a share of the current
price.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine.money import share


@dataclass(frozen=True, slots=True)
class Debit:
    """An amount in minor units that an item was charged for `[start, end)`, and the line that did.

    It stands on `line` of `invoice`, or it is (or was) the pending `invoice_item`.
    """

    amount: int
    start: int
    end: int
    invoice: str | None = None
    line: str | None = None
    invoice_item: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """A negative amount for `[start, end)` and the debit it gives back."""

    amount: int
    start: int
    end: int
    of: Debit


def credit_for(debit: Debit, at: int) -> Credit | None:
    """What is given back of a debit from `at` on; nothing once its period is over."""
    start = max(at, debit.start)
    if start >= debit.end:
        return None
    amount = share(-debit.amount, debit.end - start, debit.end - debit.start)
    return Credit(amount, start, debit.end, debit)


def remaining(amount: int, at: int, start: int, end: int) -> int:
    """The part of a whole period's price that falls on `[at, end)`."""
    return share(amount, end - at, end - start)
