"""Runs that begin alike are played once as far as they do, and come to the same."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from toys import Shop

from harness.explore.branches import Again, Branching, Names, Playing, Tree, Trees
from harness.explore.choice import Choice
from harness.explore.game import Played, play
from harness.explore.strategies import Near, Walk

ACTS = {"a": 2, "b": 1}


class Counted(Shop):
    """A shop that counts the steps it takes; what is `hidden` is in no kept moment."""

    hidden = 0

    def take(self, choice: Choice) -> str:
        type(self).hidden += 1
        return super().take(choice)

    def give_up(self) -> None:
        pass


@dataclass
class Shelf:
    """Keeps moments as copies."""

    bug: str = ""
    moments: dict[str, Playing] = field(default_factory=dict)
    backs: int = 0

    def begun(self) -> Playing:
        return Counted(dict(ACTS), self.bug)

    def keep(self, name: str, game: Playing) -> bool:
        assert isinstance(game, Counted)
        if game.held is not None:
            return False
        self.moments[name] = deepcopy(game)
        return True

    def back_to(self, name: str) -> Playing:
        self.backs += 1
        return deepcopy(self.moments[name])


def in_full(bug: str) -> tuple[list[Played], int]:
    Counted.hidden = 0
    near, found = Near(2), []
    while near.next_run():
        found.append(play(Counted(dict(ACTS), bug), near))
    return found, Counted.hidden


def branching(bug: str, names: Names) -> tuple[list[Played], int]:
    Counted.hidden = 0
    near, tree, shelf, found = Near(2), Tree(), Shelf(bug), []
    while near.next_run():
        found.append(play(Branching(tree, shelf, names), near))
    assert shelf.backs > 0
    return found, Counted.hidden


def test_every_run_shows_the_same_and_most_of_the_steps_are_not_played() -> None:
    for bug in ("", "payload", "stale"):
        (plain, all_steps), (shared, played) = in_full(bug), branching(bug, Names())
        assert [each.transcript for each in shared] == [each.transcript for each in plain]
        assert [each.identities for each in shared] == [each.identities for each in plain]
        assert [each.kept for each in shared] == [each.kept for each in plain]
        assert played < 0.7 * all_steps


def test_with_room_for_a_few_moments_it_only_takes_longer() -> None:
    plain, _ = in_full("payload")
    shared, _ = branching("payload", Names(most=2))
    assert [each.transcript for each in shared] == [each.transcript for each in plain]


def test_a_run_that_was_played_before_is_only_told() -> None:
    tree, shelf, names = Tree(), Shelf(), Names()
    walk = Walk(7)
    walk.next_run()
    first = play(Branching(tree, shelf, names), walk)
    Counted.hidden = 0
    run = Branching(tree, shelf, names)
    again = play(run, Again(first))
    assert again.transcript == first.transcript
    # The end is judged on the real thing, so it is played once to keep what leads to it.
    third = Branching(tree, shelf, names)
    Counted.hidden = 0
    assert play(third, Again(first)).transcript == first.transcript
    assert Counted.hidden <= 1
    assert third.told >= len(first.steps) - 1


class Forgetful(Counted):
    """Shows how many steps were ever taken: something that no kept moment puts back."""

    def take(self, choice: Choice) -> str:
        return f"{super().take(choice)}, {type(self).hidden}"


class LeakyShelf(Shelf):
    def begun(self) -> Playing:
        return Forgetful(dict(ACTS))


def test_an_app_that_remembers_more_is_noticed() -> None:
    tree, shelf, names, near = Tree(), LeakyShelf(), Names(), Near(1)
    noticed = False
    while near.next_run():
        run = Branching(tree, shelf, names)
        play(run, near)
        noticed = noticed or run.unlike
    assert noticed


def test_trees_of_stories_long_ago_are_let_go() -> None:
    trees = Trees()
    first = trees.of("first")
    first.size = 2
    assert trees.of("first") is first
    for story in range(20):
        trees.of(story)
    assert trees.of("first") is not first


def choices(*names: str) -> Sequence[Choice]:
    return [Choice(name, "act", name) for name in names]


def test_again_chooses_by_name_and_stops_at_what_cannot_be_done() -> None:
    shop = Counted({"a": 1})
    walk = Walk(1)
    walk.next_run()
    played = play(shop, walk)
    again = Again(played)
    first = played.steps[0].choice.name
    assert again.choose(0, choices("other", first)) == 1
    assert again.choose(0, choices("other")) == -1
    assert again.choose(len(played.steps), choices(first)) == -1
