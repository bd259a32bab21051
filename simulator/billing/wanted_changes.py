"""What a change of a subscription asks for, whether the API, the portal or a schedule says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.billing.payments import ON_SESSION, Session
from simulator.engine import Obj


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One entry of `items`; `discounts` replace the item's own, and "" takes them off.

    A new price or quantity for `item`, a new item (`item` null), or its removal.
    """

    item: str | None
    price: Obj | None = None
    quantity: int | None = None
    deleted: bool = False
    metadata: Obj | None = None
    discounts: Sequence[Mapping[str, Any]] | str | None = None
    tax_rates: Sequence[Obj] | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What becomes of a change whose invoice is not paid at once (`payment_behavior`)."""

    behavior: str = "allow_incomplete"
    session: Session = ON_SESSION


ALLOW_INCOMPLETE = Payment()


@dataclass(frozen=True, slots=True)
class Change:
    """A change of items, of the billing cycle or of the trial.

    `at` is the proration date, `now` the time of the change; both Unix seconds. `trial_end` moves
    the trial's end, and ends a trial when it is `now`. `others` are fields changed along with it.
    """

    items: Sequence[ItemChange]
    now: int
    at: int
    proration_behavior: str = "create_prorations"
    reset_anchor: bool = False
    trial_end: int | None = None
    payment: Payment = ALLOW_INCOMPLETE
    others: Obj | None = None
