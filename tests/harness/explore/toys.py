"""Toy worlds: lanes that interleave, and a shop whose app has a bug that is planted on purpose."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from zlib import crc32

from harness.explore.choice import END, Choice
from harness.explore.game import Break, Chooser, Identity, Played, play
from harness.explore.strategies import Strategy
from scenarios import Step, Story


def story_of(**acts: int) -> Story:
    """A story in which each customer cancels so many times."""
    cancels = Step("customer", "cancel", "cancels")
    return Story("toy", "", (), {who: (cancels,) * count for who, count in acts.items()})


@dataclass
class Lanes:
    """Each lane has so many steps; every interleaving is a run."""

    left: dict[str, int]
    done: list[str] = field(default_factory=list)

    def enabled(self) -> Sequence[Choice]:
        return [Choice(f"{lane}: goes on", "act", lane) for lane, n in self.left.items() if n]

    def settling(self) -> Sequence[Choice]:
        return []

    def take(self, choice: Choice) -> str:
        self.left[choice.lane] -= 1
        self.done.append(choice.lane)
        return "done"

    def close(self) -> None:
        pass

    def breaks(self) -> Sequence[Break]:
        return []

    def kept(self) -> frozenset[str]:
        return frozenset()

    def exercised(self) -> frozenset[str]:
        return frozenset()


def orders(strategy: Strategy, **lanes: int) -> list[str]:
    """The interleavings that a strategy runs, in its order."""
    found = []
    while strategy.next_run():
        game = Lanes(dict(lanes))
        play(game, strategy)
        found.append("".join(game.done))
    return found


@dataclass
class Shop:
    """Each act makes a new version and an event that carries it; the app shows a version.

    `bug` is `""` (the app reads the truth and writes it in one go), `payload` (it writes what the
    event carries), `stale` (it reads, may be held up, and writes what it had read), `shared` (it
    writes for whoever acted last), `company` (it shows one customer how many others there are) or
    `canary` (it loses all in one order out of a hundred).
    """

    acts: dict[str, int]
    bug: str = ""
    truth: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    waiting: list[tuple[str, int]] = field(default_factory=list)
    handled: list[tuple[str, int]] = field(default_factory=list)
    held: tuple[str, int, int] | None = None
    repeats: int = 1
    actor: str = ""
    found: list[Break] = field(default_factory=list)
    number: int = 0
    order: list[str] = field(default_factory=list)

    def enabled(self) -> Sequence[Choice]:
        friendly = [*self._deliveries(), *self._acts(), *self._finish()]
        oldest = {who: (who, version) for who, version in sorted(self.waiting, reverse=True)}
        stalls = [
            Choice(f"courier: delivers {_name(event)}, held up", "stall", _name(event))
            for event in sorted(oldest.values())
            if self.held is None
        ]
        again = [
            Choice(f"courier: delivers {_name(event)} again", "again", _name(event))
            for event in sorted(self.handled)
            if self.repeats
        ]
        return [*(friendly or [END]), *stalls, *again]

    def settling(self) -> Sequence[Choice]:
        return [*self._deliveries(), *self._finish()]

    def take(self, choice: Choice) -> str:
        self.number += 1
        self.order.append(choice.name)
        if choice.kind == "act":
            who = self.actor = choice.lane
            self.acts[who] -= 1
            self.truth[who] = self.truth.get(who, 0) + 1
            self.waiting.append((who, self.truth[who]))
        elif choice.kind == "finish":
            assert self.held is not None
            who, version, read = self.held
            self.held = None
            self._write(who, read if self.bug == "stale" else self.truth[who])
            self.handled.append((who, version))
        else:
            self._take_event(choice)
        about = f" of {len(self.shown)}" if self.bug == "company" else ""
        return "; ".join(f"{who} {version}{about}" for who, version in sorted(self.shown.items()))

    def _take_event(self, choice: Choice) -> None:
        known = {_name(event): event for event in [*self.waiting, *self.handled]}
        who, version = known[choice.lane]
        if choice.kind == "again":
            self.repeats -= 1
        else:
            self.waiting.remove((who, version))
        if choice.kind == "stall":
            self.held = who, version, self.truth[who]
            return
        self._write(who, version if self.bug == "payload" else self.truth[who])
        if choice.kind == "deliver":
            self.handled.append((who, version))

    def close(self) -> None:
        if self.bug == "canary" and crc32("\n".join(self.order).encode()) % 100 == 0:
            self.shown.clear()
        for who, version in self.truth.items():
            if self.shown.get(who) != version:
                self._break("converges", who)

    def breaks(self) -> Sequence[Break]:
        return self.found

    def kept(self) -> frozenset[str]:
        return frozenset({"converges"})

    def exercised(self) -> frozenset[str]:
        return frozenset()

    def _write(self, who: str, version: int) -> None:
        if self.bug == "shared":
            who = self.actor
        if version < self.shown.get(who, 0):
            self._break("monotonic", who)
        self.shown[who] = version

    def _break(self, invariant: str, who: str) -> None:
        if not any(each.identity == (invariant, who) for each in self.found):
            self.found.append(Break(invariant, who, self.number, "newer", "older", "a", "b"))

    def _deliveries(self) -> list[Choice]:
        return [
            Choice(f"courier: delivers {_name(event)}", "deliver", _name(event))
            for event in sorted(self.waiting)
        ]

    def _acts(self) -> list[Choice]:
        return [Choice(f"{who}: cancels", "act", who) for who, n in self.acts.items() if n]

    def _finish(self) -> list[Choice]:
        if self.held is None:
            return []
        name = _name(self.held[:2])
        return [Choice(f"app: gets the answer for {name}", "finish", name)]


def _name(event: tuple[str, int]) -> str:
    return f"{event[0]}/updated#{event[1]}"


class ToyStage:
    """Plays stories in the toy shop."""

    def __init__(self, bug: str = "") -> None:
        self.bug = bug
        self.overlaps: dict[str, int] = {}
        self.unlike: str | None = None

    def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played:
        acts = {who: len(steps) for who, steps in story.acts.items()}
        return play(Shop(acts, self.bug), chooser, known)

    def make_anew(self) -> bool:
        return False

    def remember(self, story: Story) -> Played:
        class First:
            def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:  # noqa: ARG002
                return 0

        return self.play(story, First())


@dataclass(frozen=True)
class ToyOpener:
    """Opens a toy stage wherever it is called."""

    bug: str

    @contextmanager
    def __call__(self) -> Iterator[ToyStage]:
        yield ToyStage(self.bug)
