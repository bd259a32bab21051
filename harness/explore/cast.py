"""Who plays in a run, and the letters that go back and forth: the parts of a performance that
change.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from harness.app.protocol import Entitlement
from harness.explore.rules import owner_of
from harness.model.observation import Observation
from harness.stage import Customer, Stage
from scenarios import Step

State = Literal["waiting", "held", "refused", "accepted"]
MOST_TRIES = 4


@dataclass(slots=True)
class Letter:
    """One delivery of a run. `handled`: the app answered 2xx to it at least once."""

    name: str
    delivery: str
    type: str
    owner: str | None
    state: State = "waiting"
    tries: int = 0
    handled: bool = False
    taken: Any = None


@dataclass(slots=True)
class Player:
    """One customer of a story: what they do, and all that was seen of them.

    `paid` counts paid invoices by customer: who was deleted at Stripe comes back as another.
    `other_tab` is a second Checkout page, from clicking twice.
    """

    name: str
    stage: Stage
    acts: tuple[Step, ...] = ()
    place: int = 0
    transcript: list[Observation] = field(default_factory=list)
    expected: Entitlement = field(default_factory=Entitlement)
    live: int = 0
    trials: int = 0
    other_tab: Customer | None = None
    paid: dict[str, int] = field(default_factory=dict)

    @property
    def next_act(self) -> Step | None:
        return self.acts[self.place] if self.place < len(self.acts) else None

    @property
    def counts(self) -> bool:
        """Whether the app shows this customer something that it counts."""
        seen = self.transcript[-1].shown if self.transcript else None
        return seen is not None and seen.granted is not None

    @property
    def customer(self) -> Customer:
        return self.stage.customer

    def label(self, step: Step) -> str:
        """`ada: cancels`, `support for ada: cancels the subscription now`, `clock: moves 1 day`"""
        actor = {"customer": self.name, "support": f"support for {self.name}"}
        return f"{actor.get(step.actor, step.actor)}: {step.words}"

    def copy(self, acts: tuple[Step, ...]) -> Player:
        """The same person, who has other plans."""
        return replace(self.twin(), acts=acts, place=0)

    def twin(self) -> Player:
        """The same person at the same moment."""
        customer = replace(
            self.customer,
            browser=self.customer.browser.copy() if self.customer.browser else None,
        )
        return replace(
            self,
            stage=replace(self.stage, customer=customer, webhooks=[]),
            transcript=list(self.transcript),
            paid=dict(self.paid),
            other_tab=replace(self.other_tab) if self.other_tab else None,
        )


@dataclass(slots=True)
class Mail:
    """All letters by name, oldest first, and how many of what came so far."""

    letters: dict[str, Letter] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)
    events: int = 0
    requests: int = 0
    deliveries: int = 0

    def copy(self) -> Mail:
        return replace(
            self,
            letters={name: replace(letter) for name, letter in self.letters.items()},
            counts=Counter(self.counts),
            names=dict(self.names),
        )

    def names_in(self, *states: State) -> list[str]:
        """Customer by customer, each one's oldest first: however their doings were mixed."""
        found = [name for name, letter in self.letters.items() if letter.state in states]
        return sorted(found, key=owner_of)
