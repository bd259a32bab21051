"""What is enabled: a pure function from the position of a run to choices in the prompt order.

The order of a friendly world: the oldest delivery that is due to each customer, the next act of
each, what Stripe tries again, the answers it kept back; then nothing more. Faults come last, each
kind only so often in a run. Nothing here depends on how the doings of two customers were mixed, as
long as each did their own in the same order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from harness.explore.choice import END, Choice, Kind

PROBES: Mapping[str, str] = {
    "foreign": "courier: delivers news of another product's customer",
    "unknown": "courier: delivers an event of a type that is new",
    "mode": "courier: delivers news of the other mode, about the organisation of the same name",
    "unsigned": "stranger: delivers {event} unsigned",
    "wrong": "stranger: delivers {event} with a wrong signature",
    "empty": "stranger: delivers {event} signed with an empty secret",
    "stale": "stranger: delivers {event} with a signature of yesterday",
    "altered": "stranger: delivers {event} altered",
}
"""What anybody may send to an endpoint that the whole world can reach."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many faults of each kind one run may have; a kind that is missing has none."""

    faults: Mapping[Kind, int] = field(
        default_factory=lambda: {
            "again": 2,
            "arrive": 1,
            "close": 1,
            "double": 1,
            "lose": 1,
            "miss": 1,
            "probe": 1,
            "pry": 1,
            "refuse": 1,
            "restart": 1,
            "revisit": 1,
            "stall": 1,
            "trespass": 1,
            "twice": 1,
        }
    )


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands. Events go by name, `ada/invoice.paid#1`, each customer's oldest first.

    `acts` is what each customer does next, in words with the name before it; those in `doubled`
    may be clicked twice, those in `closing` are visits that may never come. `held` are events whose
    handler waits for Stripe's answer. `back` are customers who can open the return page again,
    `unpaid` those with a Checkout page open.
    `counting` are customers for whom the app counts something: a state that two copies of an event
    write at once is the same state, but a sum is not.
    `restart_odds` are those of the app's restarting (`Choice.odds`); 0 where it cannot.
    """

    waiting: Sequence[str] = ()
    acts: Mapping[str, str] = field(default_factory=dict)
    refused: Sequence[str] = ()
    held: Sequence[str] = ()
    accepted: Sequence[str] = ()
    doubled: frozenset[str] = frozenset()
    closing: frozenset[str] = frozenset()
    back: Sequence[str] = ()
    unpaid: Sequence[str] = ()
    restart_odds: float = 0.0
    can_stall: bool = True
    counting: Collection[str] = ()
    spent: Mapping[Kind, int] = field(default_factory=dict)


def enabled(at: Position, limits: Limits) -> list[Choice]:
    """All that can be done; `END` among it when nobody needs to do anything any more."""
    friendly = settling(at, acts=True)
    over = not (at.waiting or at.acts or at.refused or at.held)
    return [*(friendly or [END]), *_faults(at, limits, over)]


def settling(at: Position, *, acts: bool = False) -> list[Choice]:
    """What is left to be delivered, tried again and answered; with `acts`, to be done as well."""
    return [
        *(Choice(f"courier: delivers {event}", "deliver", event) for event in at.waiting),
        *(Choice(act, "act", who) for who, act in at.acts.items() if acts),
        *(Choice(f"courier: tries {event} again", "retry", event) for event in at.refused),
        *(Choice(f"app: gets the answer for {event}", "finish", event) for event in at.held),
    ]


def owner_of(event: str) -> str:
    return event.partition("/")[0]


def oldest(events: Sequence[str]) -> list[str]:
    """The first of each customer."""
    return list({owner_of(event): event for event in reversed(events)}.values())[::-1]


def _faults(at: Position, limits: Limits, over: bool) -> list[Choice]:
    found: list[Choice] = []

    def add(kind: Kind, name: str, lane: str, odds: float = 1.0) -> None:
        if at.spent.get(kind, 0) < limits.faults.get(kind, 0):
            found.append(Choice(name, kind, lane, odds))

    for event in oldest(at.waiting):
        if at.can_stall and not at.held:
            add("stall", f"courier: delivers {event}, Stripe answers the app late", event)
            if owner_of(event) in at.counting:
                add("twice", f"courier: delivers {event} twice at once", event)
        add("miss", f"courier: cannot reach the app with {event}", event)
        add("lose", f"courier: delivers {event}, the answer is lost", event)
        add("refuse", f"courier: delivers {event}, Stripe refuses the app", event)
    for event in at.accepted:
        add("again", f"courier: delivers {event} again", f"again {event}")
    for who in at.acts:
        if who in at.doubled:
            add("double", f"{at.acts[who]}, clicked twice", who)
        if who in at.closing:
            add("close", f"{who}: closes the tab", who)
    for who in at.unpaid:
        add("arrive", f"{who}: opens the success page without having paid", f"{who} again")
    for who in at.back:
        add("revisit", f"{who}: opens the return page again", f"{who} again")
    if at.restart_odds and not at.held:
        add("restart", "app: restarts", "app", at.restart_odds)
    if over and at.accepted:
        for words in PROBES.values():
            add("probe", words.format(event=at.accepted[-1]), "stranger")
    if over:
        for who in at.back:
            add("trespass", f"stranger: opens {who}'s return page", f"{who} again")
            add("pry", f"stranger: asks for the portal of {who}'s customer", f"{who} again")
    return found
