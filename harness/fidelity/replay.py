"""One recording, replayed against a fresh Carom: the same requests, in order, at the same times.

What existed before is made first, at the time at which it was made (`givens.py`); the ids of the
recording are replaced by those that our answers gave in their place (`names.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import merge

from harness.fidelity.answers import objects
from harness.fidelity.compare import Comparison, Reply, compare
from harness.fidelity.difference import Difference
from harness.fidelity.facts import facts
from harness.fidelity.givens import Given, givens
from harness.fidelity.making import Step, steps_for
from harness.fidelity.names import Names
from harness.fidelity.recording import Interaction, Pairs, Recording
from harness.fidelity.score import Score, scored
from harness.fidelity.upstream import Upstream


@dataclass(frozen=True, slots=True)
class Replayed:
    """One request of the recording, what was answered to it here, and how the two compare."""

    interaction: Interaction
    reply: Reply
    comparison: Comparison

    @property
    def differences(self) -> list[Difference]:
        return self.comparison.differences


@dataclass(frozen=True, slots=True)
class Unmade:
    """A given that could not be made, and what was in the way."""

    given: Given
    problem: str


@dataclass(slots=True)
class Verdict:
    """A replayed recording."""

    recording: Recording
    replayed: list[Replayed] = field(default_factory=list)
    unmade: list[Unmade] = field(default_factory=list)

    @property
    def score(self) -> Score:
        return scored(each.comparison for each in self.replayed)


def replay(recording: Recording, upstream: Upstream) -> Verdict:
    """Replay a recording; the account behind `upstream` is thrown away for a fresh one."""
    return _Replay(recording, upstream).play()


class _Replay:
    def __init__(self, recording: Recording, upstream: Upstream) -> None:
        self._recording = recording
        self._upstream = upstream
        self._names = Names()
        self._verdict = Verdict(recording)

    def play(self) -> Verdict:
        agenda = list(_agenda(self._recording))
        self._upstream.open(agenda[0][0], _settings(self._recording))
        for instant, duty in agenda:
            self._upstream.move_to(instant)
            if isinstance(duty, Given):
                self._make(duty)
            else:
                self._ask(duty, instant)
        return self._verdict

    def _ask(self, interaction: Interaction, instant: int) -> None:
        reply = self._upstream.call(
            interaction.method,
            self._names.translated(interaction.path),
            self._own(interaction.params),
            version=interaction.version,
            account=self._named(interaction.account),
            usable=interaction.key is None,
        )
        recorded = Reply(instant, interaction.status, interaction.response)
        comparison = compare(recorded, reply, self._names)
        self._verdict.replayed.append(Replayed(interaction, reply, comparison))

    def _make(self, given: Given) -> None:
        steps = steps_for(given)
        if not steps:
            why = (
                "can be made of this kind" if steps is None else "is known that it could be made of"
            )
            self._verdict.unmade.append(Unmade(given, f"nothing {why}"))
            return
        for step in steps:
            reply = self._step(step, given.account)
            if reply.status != 200:
                told = reply.body.get("error", {}) if isinstance(reply.body, dict) else {}
                problem = f"POST {step.path}: {reply.status} {told.get('message', '')}".rstrip()
                self._verdict.unmade.append(Unmade(given, problem))
                return
            if step.names:
                self._learn(given, reply)

    def _learn(self, given: Given, made: Reply) -> None:
        """Our names for the given and for what came with it, such as a subscription's items."""
        if given.id != made.body["id"]:
            self._names.learn(given.id, made.body["id"])
        if given.shown.get("object") == made.body["object"]:
            compare(Reply(made.at, made.status, given.shown), made, self._names)

    def _step(self, step: Step, account: str | None) -> Reply:
        return self._upstream.call(
            "POST",
            self._names.translated(step.path),
            self._own(step.params),
            account=self._named(account),
        )

    def _own(self, params: Pairs) -> Pairs:
        return tuple((name, self._names.translated(value)) for name, value in params)

    def _named(self, account: str | None) -> str | None:
        return None if account is None else self._names.translated(account)


def _settings(recording: Recording) -> dict[str, object]:
    """The platform's settings; what no answer shows of them is as on its connected account."""
    connected = {each.account for each in recording.interactions if each.account is not None}
    settings: dict[str, object] = {}
    for account in sorted(connected):
        settings.update(facts(recording, account))
    return settings | facts(recording, None)


Entry = tuple[int, Given | Interaction]
"""When something is to be done, and what: make a given, or send a request."""


def _agenda(recording: Recording) -> Iterator[Entry]:
    """Givens and interactions in order of time.

    A given is made when it was created, if that is known and before the interaction that mentions
    it; otherwise just before that interaction.
    """
    moments = list(_moments(recording))
    made: list[Entry] = [
        (_due(given, moments[given.number]), _told(given, recording)) for given in givens(recording)
    ]
    first = min(map(_instant, made), default=0)
    made = [
        (first if isinstance(given, Given) and given.kind == "account" else due, given)
        for due, given in made
    ]
    # Sorting keeps the order of one instant: what is owned comes after its owner, and nobody says
    # when a connected account was opened: before whatever is in it.
    made.sort(key=_instant)
    asked: list[Entry] = list(zip(moments, recording.interactions, strict=True))
    # `merge` puts givens before the interaction of the same second.
    return merge(made, asked, key=_instant)


def _instant(entry: Entry) -> int:
    return entry[0]


def _due(given: Given, mentioned: int) -> int:
    created = given.created
    return mentioned if created is None else min(created, mentioned)


def _told(given: Given, recording: Recording) -> Given:
    """The given with what is known of it; an account is told by all its answers together."""
    if given.kind != "account":
        return given
    return replace(given, shown=facts(recording, given.id))


def _moments(recording: Recording) -> Iterator[int]:
    """When each request was carried out, never earlier than the one before.

    An answer's date is when it was sent. If it shows what no answer before it did, and that is new,
    its `created` tells better when the request began.
    """
    before = 0
    seen: set[str] = set()
    for interaction in recording.interactions:
        shown = list(objects(interaction.response))
        earliest = max(before, interaction.at - SLOWEST)
        fresh = [
            created
            for obj in shown
            if obj["id"] not in seen
            and isinstance(created := obj.get("created"), int)
            and earliest <= created <= interaction.at
        ]
        seen.update(obj["id"] for obj in shown)
        before = max(before, min(fresh, default=interaction.at))
        yield before


SLOWEST = 30
"""Seconds within which any request is answered."""
