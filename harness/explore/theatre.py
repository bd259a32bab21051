"""Where runs are made: one simulator, one account, one app; each run begins at the same moment.

The account is put back from a snapshot. An app in this process that can do the same is put back,
too, and made anew if that turns out not to be all that it remembers. Any other goes on with what it
knows, so each run brings it users it has not met, and ids at Stripe that were never given out.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from harness.app.config import Config
from harness.app.memory import Memory
from harness.explore.branches import Again, Branching, Playing, Trees
from harness.explore.cast import Mail, Player
from harness.explore.explorer import GivenFailed
from harness.explore.game import Chooser, Identity, Played
from harness.explore.game import play as play_game
from harness.explore.performance import Performance
from harness.explore.rules import Limits
from harness.explore.strategies import Prompt
from harness.explore.work import first_difference
from harness.local_stripe import LocalStripe
from harness.stage import Customer, Stage, set_stage
from scenarios import Story
from simulator import Running

TELLING = (
    "charge.dispute.created",
    "charge.refunded",
    "checkout.session.completed",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
)
"""What an endpoint is told of while exploring, where `carom.toml` asks for all types: every type
more multiplies the orders, and these are the ones that bear on an entitlement."""

NO_FAULTS = Limits({})

CHECKED_EACH = 40
"""Of so many runs that were not played from their beginning, one is, to see whether it is the
same."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The moment at which runs begin: after what is given. `app` is the app's memory, if any."""

    players: Mapping[str, Player]
    mail: Mail
    world: str
    app: Any


@dataclass(frozen=True, slots=True)
class Kept:
    """A moment in the middle of a run: the performance, what the app remembers, and which requests
    to Stripe were the harness's own. The account is kept by the simulator, by name.
    """

    performance: Performance
    app: Any
    mine: frozenset[str]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Keeps moments of one story (`branches.Keeper`)."""

    theatre: Theatre
    story: Story

    def begun(self) -> Performance:
        return self.theatre.begin(self.story)

    def keep(self, name: str, game: Playing) -> bool:
        assert isinstance(game, Performance)
        theatre = self.theatre
        if game.busy or theatre.memory is None:
            return False
        theatre.stripe.local.snapshot(name)
        theatre.kept[name] = Kept(game.copy(), theatre.memory.snapshot(), theatre.stripe.mine)
        return True

    def back_to(self, name: str) -> Performance:
        kept, theatre = self.theatre.kept[name], self.theatre
        assert theatre.memory is not None
        theatre.stripe.local.here()
        theatre.stripe.local.restore(name, None)
        theatre.stripe.forget(kept.mine)
        theatre.memory.restore(kept.app)
        theatre.runs += 1
        return kept.performance.copy()


@dataclass(slots=True)
class Theatre:
    """Plays stories. `runs` counts what was played.

    With `branches` a run goes on from a moment that is kept (`branches.py`); some of these runs,
    and all that find something, are played in full as well. When one is not the same, that is the
    end of it, and `unlike` is the first step that was not. `kept` are such moments, by name.
    """

    stage: Stage
    stripe: LocalStripe
    limits: Limits = field(default_factory=Limits)
    runs: int = 0
    anew: bool = False
    branches: bool = True
    unlike: str | None = None
    kept: dict[str, Kept] = field(default_factory=dict)
    overlaps: dict[str, int] = field(default_factory=dict)
    _openings: dict[object, Opening] = field(default_factory=dict)
    _trees: Trees = field(default_factory=Trees)
    _told: int = 0
    _baselines: dict[object, Mapping[str, tuple[object, object]]] = field(default_factory=dict)

    @property
    def plays_again(self) -> bool:
        """Whether the app can be put back, so that a run begins in the middle of a life."""
        return self.memory is not None

    @property
    def memory(self) -> Memory | None:
        return self.stage.launched.memory if self.stage.launched is not None else None

    def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played:
        """One run from the opening of the story."""
        if not self.branches or not self.plays_again or self.anew:
            return self._in_full(story, chooser, known)
        tree = self._trees.of(_key(story, acts=True))
        run = Branching(tree, Boxes(self, story), self._trees.names)
        try:
            played = play_game(run, chooser, known)
        finally:
            run.give_up()
        if isinstance(run.game, Performance):
            self._count(run.game)
        if not run.told or played.cut:
            return played
        self._told += 1
        fresh = any(each.identity not in known for each in played.breaks)
        if not (fresh or run.unlike or self._told % CHECKED_EACH == 1):
            return played
        full = self._in_full(story, Again(played), known)
        if full.transcript != played.transcript:
            self.branches = False
            self.unlike = first_difference(played, full)
            self._trees.clear()
        return full

    def _in_full(self, story: Story, chooser: Chooser, known: Container[Identity]) -> Played:
        performance = self.begin(story)
        try:
            played = play_game(performance, chooser, known)
        finally:
            performance.give_up()
        self._count(performance)
        return played

    def _count(self, performance: Performance) -> None:
        """Adds what was seen of handlers that met."""
        for what, count in performance.overlaps.items():
            self.overlaps[what] = self.overlaps.get(what, 0) + count
        performance.overlaps.clear()

    def begin(self, story: Story, limits: Limits | None = None) -> Performance:
        self.stripe.local.here()
        opening = self._opening(story)
        self.runs += 1
        players = {
            name: player.copy(story.acts.get(name, ()))
            for name, player in opening.players.items()
            if name in story.acts
        }
        return Performance(
            self.stage,
            self.stripe,
            players,
            opening.mail.copy(),
            limits or self.limits,
            self._baselines.get(_key(story, acts=True)),
        )

    def remember(self, story: Story) -> Played:
        """The friendly run, whose end is what every other end is compared with."""
        performance = self.begin(story)
        try:
            prompt = Prompt(1)
            prompt.next_run()
            played = play_game(performance, prompt)
        finally:
            performance.give_up()
        self._trees.forget(_key(story, acts=True))
        self._baselines[_key(story, acts=True)] = {
            name: (player.transcript[-1].expected.facts, shown.facts)
            for name, player in performance.players.items()
            if player.transcript and (shown := player.transcript[-1].shown) is not None
        }
        return played

    def emptied(self) -> Stage:
        """The stage, with account and app as before anybody had signed up, for a customer who is
        new. Needs an app that can be put back.
        """
        assert self.plays_again
        self.stripe.local.here()
        self._go_back("empty", None)
        self.stripe.begin()
        return replace(self._stage_of("ada"), webhooks=[], lost=set())

    def make_anew(self) -> bool:
        """From now on start the app for each run: it keeps something that a restore does not put
        back. `False` where that cannot be, or is so already.
        """
        if self.anew or not self.plays_again:
            return False
        self.anew = True
        self._trees.clear()
        self._openings = {"empty": self._openings["empty"]}
        return True

    def recast(self, changes: Mapping[str, str]) -> Theatre:
        """The same stage with the app started anew, with changes to its environment: another twin
        of it. Nothing of what this theatre has kept may be played after that.
        """
        assert self.stage.launched is not None
        self._go_back("empty", None)
        self.stage.launched.restart(changes)
        other = Theatre(self.stage, self.stripe, self.limits)
        other.open()
        return other

    def _opening(self, story: Story) -> Opening:
        """Goes back to it, or plays what is given for the first time."""
        key = _key(story, acts=False)
        opening = self._openings.get(key)
        if opening is None or not self.plays_again:
            self._go_back("empty", None)
            fresh = self._play_given(story)
            if not self.plays_again:
                return fresh
            opening = self._openings[key] = fresh
        self._go_back(opening.world, opening.app)
        return opening

    def _go_back(self, world: str, app: Any) -> None:
        launched = self.stage.launched
        memory = self.memory
        branch = None if memory is not None else f"run {self.runs}"
        self.stripe.local.restore(world, branch)
        self.stripe.forget()
        if launched is not None and memory is not None:
            if self.anew:
                launched.restart()
            memory = launched.memory
            assert memory is not None
            memory.restore(app if app is not None else self._openings["empty"].app)

    def _play_given(self, story: Story) -> Opening:
        suffix = "" if self.plays_again else str(self.runs)
        players = {
            name: Player(name, self._stage_of(f"{name}{suffix}"), story.given)
            for name in story.acts
        }
        mail = replace(self._openings["empty"].mail).copy()
        performance = Performance(self.stage, self.stripe, players, mail, NO_FAULTS)
        prompt = Prompt(1)
        prompt.next_run()
        played = play_game(performance, prompt)
        failed = [s.line for s in played.steps if s.sees.startswith(("could not", "refused"))]
        if played.breaks or failed:
            raise GivenFailed(played.breaks[0].however if played.breaks else failed[0])
        return self._kept(f"given-{len(self._openings)}", performance.players, performance.mail)

    def _stage_of(self, user: str) -> Stage:
        return replace(self.stage, customer=Customer(user))

    def _kept(self, name: str, players: Mapping[str, Player], mail: Mail) -> Opening:
        self.stripe.local.snapshot(name)
        memory = self.memory
        return Opening(players, mail, name, memory.snapshot() if memory is not None else None)

    def open(self) -> None:
        """Keeps the account and the app as they are before anybody has signed up."""
        look = self.stripe.local.look(0, 0, 0)
        mail = Mail(
            events=len(look.events),
            requests=look.requests[-1]["number"] if look.requests else 0,
            deliveries=len(look.deliveries),
        )
        self._openings["empty"] = self._kept("empty", {}, mail)


def _key(story: Story, *, acts: bool) -> object:
    given = tuple(step.name for step in story.given)
    if not acts:
        return given, tuple(story.acts)
    return given, tuple((who, tuple(s.name for s in told)) for who, told in story.acts.items())


def told_of(config: Config) -> tuple[str, ...]:
    """The event types that the app's endpoint gets while exploring."""
    return TELLING if "*" in config.webhook_events else config.webhook_events


@contextmanager
def theatre(
    config: Config,
    running: Running,
    seed: int,
    *,
    in_process: bool = False,
    events: Sequence[str] | None = None,
) -> Iterator[Theatre]:
    """The app on its stage, until the block ends. Raises `AppUnavailable`.

    `events` are what its endpoint is told of, if not what `told_of` says.
    """
    with set_stage(
        config,
        running.url,
        "explore",
        seed,
        in_process=in_process,
        side=lambda _, key: LocalStripe(running, key),
        events=events or told_of(config),
        running=running,
    ) as stage:
        assert isinstance(stage.stripe, LocalStripe)
        with running.here():
            built = Theatre(stage, stage.stripe)
            built.open()
            yield built
