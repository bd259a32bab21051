"""The verdicts of one run: each invariant on each customer's transcript, moment by moment, and what
can only be said at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.app.config import Config
from harness.explore.cast import Player
from harness.explore.game import Break
from harness.model.invariants import INVARIANTS, Kept, Violation


class Bench:
    """`baseline` is, for each customer, the truth at Stripe and what the app showed at the end of
    the friendly run.
    """

    def __init__(self, config: Config, baseline: Mapping[str, tuple[object, object]]) -> None:
        self._config = config
        self._baseline = baseline
        self._breaks: dict[tuple[str, str], Break] = {}
        self._kept: set[str] = set()

    def copy(self) -> Bench:
        twin = Bench(self._config, self._baseline)
        twin._breaks, twin._kept = dict(self._breaks), set(self._kept)
        return twin

    @property
    def breaks(self) -> Sequence[Break]:
        return list(self._breaks.values())

    @property
    def kept(self) -> frozenset[str]:
        return frozenset(self._kept)

    def judge(self, player: Player) -> None:
        """The latest moment of a customer."""
        for name in self._config.promises:
            judgement = INVARIANTS[name].judge(player.transcript, self._config.profile)
            if isinstance(judgement, Violation):
                self._add(_broken(judgement, player.name))
            elif isinstance(judgement, Kept):
                self._kept.add(name)

    def refused(self, step: str, customer: str, number: int, problem: str) -> None:
        """The app failed at something that `carom.toml` says it can do."""
        self._add(
            Break(
                invariant="answers",
                customer=customer,
                step=number,
                expected="the app does what carom.toml says of it",
                seen=problem,
                then=f'"{step}" asks the app for what carom.toml says it can do.',
                however=f"{problem}.",
            )
        )

    def close(self, players: Mapping[str, Player], failing: Sequence[str]) -> None:
        """The end: every letter was accepted, and the end does not depend on the way there."""
        for name in failing if "truthful-ack" in self._config.promises else ():
            owner, _, event = name.partition("/")
            self._add(
                Break(
                    invariant="truthful-ack",
                    customer=owner,
                    step=len(players[owner].transcript) if owner in players else 0,
                    expected=f"{event} is accepted in the end",
                    seen="it is refused each time",
                    then=f"nothing goes wrong any more, and {event} was delivered again and again.",
                    however="the app refuses it each time, so its effect never comes.",
                )
            )
        if "history-independent" in self._config.promises:
            for name, player in players.items():
                self._compare(name, player)

    def _compare(self, name: str, player: Player) -> None:
        before, now = self._baseline.get(name), player.transcript[-1:]
        if before is None or not now or now[0].shown is None:
            return
        if before[0] != now[0].expected.facts:
            return
        if before[1] == now[0].shown.facts:
            self._kept.add("history-independent")
            return
        self._add(
            Break(
                invariant="history-independent",
                customer=name,
                step=now[0].number,
                expected="what the friendly order ends in",
                seen=now[0].shown.in_words(),
                then=f"Stripe knows {now[0].expected.in_words()}, as after the friendly order.",
                however=f"the app shows {now[0].shown.in_words()}, and then it showed another.",
            )
        )

    def _add(self, broken: Break) -> None:
        self._breaks.setdefault(broken.identity, broken)


def _broken(violation: Violation, customer: str) -> Break:
    return Break(
        invariant=violation.invariant,
        customer=customer,
        step=violation.number,
        expected=violation.expected,
        seen=violation.seen,
        then=violation.then,
        however=violation.however,
    )
