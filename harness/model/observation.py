"""What was seen in a run: one observation a moment, and their list, the transcript.

A step may have several moments (a courier who delivers five webhooks has five), so that an answer
that is wrong for one moment and then heals is seen. Nothing here carries an id or a wall-clock
time: events go by names such as `customer.subscription.updated#2`, the second of its type in this
run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from harness.app.protocol import Entitlement
from scenarios import Step


@dataclass(frozen=True, slots=True)
class Delivered:
    """One webhook handed to the app. `status` is `None` when the app did not answer at all.

    `again`: the app had answered 2xx to the same event before. `forged`: it did not come from
    Stripe, and says in what way. `foreign`: it is from Stripe and none of the app's business.
    `disturbed`: Stripe refused a call that the app made meanwhile.
    """

    event: str
    status: int | None
    again: bool = False
    forged: str = ""
    foreign: bool = False
    disturbed: bool = False

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def type(self) -> str:
        return self.event.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a browser came to rest in the app: the status, and forbidden words found on the
    page.

    `who` sat before it: the customer, a `stranger` to the customer's organisation, or `nobody` who
    is signed in. `shown` is what the app shows the stranger after that.
    """

    status: int
    offers: tuple[str, ...] = ()
    who: Literal["customer", "nobody", "stranger"] = "customer"
    shown: Entitlement | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One moment: what was done, what the app showed after it, and what Stripe knew by then.

    `now` is Stripe's time. `expected` is the oracle's entitlement; `created` are the events that
    the moment made, `outstanding` those that no app has accepted yet, oldest first; `calls` are
    the app's own requests to Stripe. `refused` is the status with which the app said no to what its
    user asked for, `handed` are those whose customer at Stripe the app sent its user off with, and
    `live` counts the customer's subscriptions that have not ended, `paid` the invoices that took
    money of theirs (counted only for an app that shows what it has granted). `astray` are addresses
    the app gave Stripe to send its user back to that do not lead back. `trials` counts the
    customer's subscriptions that began with one.
    """

    number: int
    step: Step
    now: int
    shown: Entitlement | None
    expected: Entitlement
    delivered: Delivered | None = None
    landing: Landing | None = None
    created: tuple[str, ...] = ()
    outstanding: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    remark: str = ""
    refused: int | None = None
    handed: tuple[str, ...] = ()
    user: str = ""
    customer_known: bool = False
    live: int = 0
    paid: int | None = None
    astray: tuple[str, ...] = ()
    trials: int = 0

    @property
    def subscription_news(self) -> bool:
        """Whether something about a subscription has not been accepted yet."""
        return any(name.startswith("customer.subscription.") for name in self.outstanding)


Transcript = Sequence[Observation]
