"""Runs that begin alike are played once as far as they do.

Every position that a run came to is remembered with what was seen there, so a run that begins like
earlier ones is only told, not played, until it does something new. Where runs have parted before,
the account, the app and the performance are kept as well, and a run goes on from there.

That is right as long as a kept moment is all there is: an app that remembers something that cannot
be put back may show something else when it is played in full. The theatre looks for that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.explore.choice import Choice
from harness.explore.game import Break, Game, Played

MOST_PLACES = 5_000
"""Positions of one story; what comes after is played in full."""

MOST_TREES = 8
"""Stories at a time whose positions are remembered."""

MOST_KEPT = 48
"""Moments that are kept at a time, of all stories; the one used least recently goes."""


class Playing(Game, Protocol):
    """A game that is really played."""

    def give_up(self) -> None: ...


class Keeper(Protocol):
    """Begins a game, keeps its moment under a name, and goes back to it."""

    def begun(self) -> Playing: ...

    def keep(self, name: str, game: Playing) -> bool:
        """Whether it could be kept: nothing may be under way in it."""
        ...

    def back_to(self, name: str) -> Playing: ...


@dataclass(slots=True)
class Place:
    """A position, and what was seen on the step to it. `name` is that of the kept moment."""

    sees: str = ""
    enabled: Sequence[Choice] | None = None
    settling: Sequence[Choice] | None = None
    breaks: Sequence[Break] = ()
    kept: frozenset[str] = frozenset()
    exercised: frozenset[str] = frozenset()
    after: dict[str, Place] = field(default_factory=dict)
    name: str = ""


class Names:
    """Gives out the names of kept moments; who holds one that is given out again loses it."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._held: OrderedDict[str, Place] = OrderedDict()

    def give(self, place: Place) -> str:
        if len(self._held) < self._most:
            name = f"place {len(self._held)}"
        else:
            name, loser = self._held.popitem(last=False)
            loser.name = ""
        self._held[name] = place
        place.name = name
        return name

    def take_back(self, place: Place) -> None:
        """The moment could not be kept: the name is the next to be given out."""
        self._held.move_to_end(place.name, last=False)
        place.name = ""

    def used(self, place: Place) -> str:
        self._held.move_to_end(place.name)
        return place.name

    def clear(self) -> None:
        for place in self._held.values():
            place.name = ""
        self._held.clear()


@dataclass(slots=True)
class Tree:
    """All positions of one story that were come to."""

    root: Place = field(default_factory=Place)
    size: int = 1


class Trees:
    """The trees of the stories that were played last."""

    def __init__(self) -> None:
        self.names = Names()
        self._trees: OrderedDict[object, Tree] = OrderedDict()

    def of(self, story: object) -> Tree:
        tree = self._trees.setdefault(story, Tree())
        self._trees.move_to_end(story)
        if len(self._trees) > MOST_TREES:
            self._trees.popitem(last=False)
        return tree

    def forget(self, story: object) -> None:
        self._trees.pop(story, None)

    def clear(self) -> None:
        self._trees.clear()
        self.names.clear()


class Branching:
    """One run through a tree: told where it is known, played from there on.

    `told` counts the steps that were not played. `unlike`: a step that was played again showed
    something else, so what is kept of this app is not all of it. `game` is what is really played,
    if anything is.
    """

    def __init__(self, tree: Tree, keeper: Keeper, names: Names) -> None:
        self.told = 0
        self.unlike = False
        self._tree = tree
        self._keeper = keeper
        self._names = names
        self._path = [tree.root]
        self._choices: list[Choice] = []
        self.game: Playing | None = None

    # --- the game ------------------------------------------------------------------------------

    def enabled(self) -> Sequence[Choice]:
        place = self._path[-1]
        if self.game is not None or place.enabled is None:
            place.enabled = self._played().enabled()
        return place.enabled

    def settling(self) -> Sequence[Choice]:
        place = self._path[-1]
        if self.game is not None or place.settling is None:
            place.settling = self._played().settling()
        return place.settling

    def take(self, choice: Choice) -> str:
        known = self._path[-1].after.get(choice.name)
        if self.game is None and known is not None:
            self.told += 1
            self._choices.append(choice)
            self._path.append(known)
            return known.sees
        return self._step(self._played(), choice).sees

    def close(self) -> None:
        self._played().close()
        self._note(self._path[-1], self._played())

    def breaks(self) -> Sequence[Break]:
        return self._path[-1].breaks

    def kept(self) -> frozenset[str]:
        return self._path[-1].kept

    def exercised(self) -> frozenset[str]:
        return self._path[-1].exercised

    def give_up(self) -> None:
        if self.game is not None:
            self.game.give_up()

    # --- playing -------------------------------------------------------------------------------

    def _played(self) -> Playing:
        """The game where the run stands: put back to the nearest moment that is kept, and played
        on from there. What is played again will be wanted again, so it is kept now.
        """
        if self.game is not None:
            return self.game
        choices = self._choices
        kept = [n for n, place in enumerate(self._path) if place.name]
        begin = kept[-1] if kept else 0
        place = self._path[begin]
        game = self._keeper.back_to(self._names.used(place)) if kept else self._keeper.begun()
        self.game = game
        self.told -= len(choices) - begin
        if not kept:
            self._keep(place)
        wanted, self._path, self._choices = self._path, self._path[: begin + 1], choices[:begin]
        seen = [place.sees for place in wanted[begin + 1 :]]
        for choice, sees in zip(choices[begin:], seen, strict=True):
            if self._step(game, choice).sees != sees:
                self.unlike = True
            self._keep(self._path[-1])
        return game

    def _step(self, game: Playing, choice: Choice) -> Place:
        before = self._path[-1]
        sees = game.take(choice)
        place = before.after.get(choice.name)
        if place is None:
            place = Place()
            if self._tree.size < MOST_PLACES:
                before.after[choice.name] = place
                self._tree.size += 1
        place.sees = sees
        self._note(place, game)
        self._choices.append(choice)
        self._path.append(place)
        return place

    def _note(self, place: Place, game: Playing) -> None:
        place.breaks, place.kept = tuple(game.breaks()), game.kept()
        place.exercised = game.exercised()

    def _keep(self, place: Place) -> None:
        assert self.game is not None
        if not self._keeper.keep(self._names.give(place), self.game):
            self._names.take_back(place)


class Again:
    """Chooses what was chosen in a run that is over."""

    def __init__(self, played: Played) -> None:
        self._names = [step.choice.name for step in played.steps if not step.settling]

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        names = [choice.name for choice in enabled]
        wanted = self._names[step_index] if step_index < len(self._names) else ""
        return names.index(wanted) if wanted in names else -1
