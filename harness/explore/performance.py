"""A story played on a real app and a real simulator: the game that explorers play.

Every choice is carried out, then what the app shows each customer is read and judged at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TypeVar

from harness.actors import StepImpossible
from harness.app.protocol import AppRefused, AppUnavailable, Entitlement, Reply
from harness.explore.acting import act_twice, meant, observed, perform, swap_tabs
from harness.explore.cast import MOST_TRIES, Letter, Mail, Player
from harness.explore.choice import Choice, Kind
from harness.explore.exercised import situations
from harness.explore.game import Break
from harness.explore.judging import Bench
from harness.explore.mailroom import answer_in, astray, collect, copy_of, paid_by, record, take_up
from harness.explore.probes import probe_named
from harness.explore.rules import Limits, Position, enabled, settling
from harness.local_stripe import LocalStripe
from harness.model.observation import Delivered, Landing, Observation
from harness.model.oracle import billed, expected_entitlement, trials
from harness.stage import APP_ORIGIN, Stage
from harness.stripe_side import StripeRefused
from scenarios import Step

T = TypeVar("T")
Attempt = Callable[[Stage, Letter], tuple[Mapping[str, str], bytes]]


class Performance:
    """One run of a story, on a thread that has the simulator's loop."""

    def __init__(
        self,
        stage: Stage,
        stripe: LocalStripe,
        players: Mapping[str, Player],
        mail: Mail,
        limits: Limits,
        baseline: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        self.stage = stage
        self.players = dict(players)
        self.mail = mail
        self.bench = Bench(stage.config, baseline or {})
        self.overlaps = Counter[str]()
        self._stripe = stripe
        self._limits = limits
        self._spent: Counter[Kind] = Counter()
        self._held: tuple[Letter, Future[Reply], int] | None = None
        self._meanwhile: tuple[Letter, Delivered] | None = None
        self._met: set[str] = set()

    @property
    def busy(self) -> bool:
        """Whether a handler is held up, so that the app is in the middle of something."""
        return self._held is not None

    def copy(self) -> Performance:
        """The same moment, to go on from in another way."""
        assert not self.busy
        players = {name: player.twin() for name, player in self.players.items()}
        twin = Performance(self.stage, self._stripe, players, self.mail.copy(), self._limits)
        twin.bench = self.bench.copy()
        twin._spent = self._spent.copy()
        twin._met = set(self._met)
        return twin

    # --- the game ------------------------------------------------------------------------------

    def enabled(self) -> Sequence[Choice]:
        return enabled(self._position(), self._limits)

    def settling(self) -> Sequence[Choice]:
        return settling(self._position())

    def take(self, choice: Choice) -> str:
        self._spent[choice.kind] += 1
        self._met |= situations(choice, self._position())
        match choice.kind:
            case "act" | "arrive" | "double" | "pry" | "revisit" | "trespass":
                return self._act(choice)
            case "close":
                self.players[choice.lane].place += 1
                return self._seen(choice, self.players[choice.lane])
            case "restart":
                self._restart()
                return self._seen(choice, None)
            case "probe":
                return self._probe(choice)
            case "stall":
                return self._stall(choice)
            case "twice":
                return self._twice(choice)
            case "finish":
                return self._finish(choice)
            case "miss":
                return self._miss(choice)
        return self._deliver(choice)

    def close(self) -> None:
        failing = [name for name, letter in self.mail.letters.items() if letter.state == "refused"]
        self.bench.close(self.players, failing)

    def breaks(self) -> Sequence[Break]:
        return self.bench.breaks

    def kept(self) -> frozenset[str]:
        return self.bench.kept

    def exercised(self) -> frozenset[str]:
        return frozenset(self._met)

    def give_up(self) -> None:
        """Nothing may be left waiting when the run is over early."""
        self._stripe.local.stop_refusing()
        self._stripe.local.stop_holding()
        if self._held is not None:
            self._let_go()

    # --- the position --------------------------------------------------------------------------

    def _position(self) -> Position:
        acts = {n: p.label(step) for n, p in self.players.items() if (step := p.next_act)}
        at = {name: player.next_act for name, player in self.players.items()}
        verbs = {name: step.verb for name, step in at.items() if step is not None}
        return Position(
            waiting=self.mail.names_in("waiting"),
            acts=acts,
            refused=[
                name
                for name in self.mail.names_in("refused")
                if self.mail.letters[name].tries < MOST_TRIES
            ],
            held=[self._held[0].name] if self._held else [],
            accepted=self.mail.names_in("accepted"),
            doubled=frozenset(n for n, v in verbs.items() if v == "start_checkout"),
            closing=frozenset(n for n, v in verbs.items() if v == "return"),
            back=[
                name
                for name, player in self.players.items()
                if player.customer.return_to and verbs.get(name) != "return"
            ],
            unpaid=[name for name, player in self.players.items() if player.customer.checkout_url],
            restart_odds=self.stage.launched.restart_odds if self.stage.launched else 0.0,
            counting=[name for name, player in self.players.items() if player.counts],
            spent=self._spent,
        )

    # --- acts ----------------------------------------------------------------------------------

    def _act(self, choice: Choice) -> str:
        player = self.players[choice.lane.removesuffix(" again")]
        step = meant(player, choice.kind)
        refused, remark, landings = None, "", []
        fell_over, number = False, self._number
        try:
            doing = act_twice if choice.kind == "double" else perform
            landings = self._overlapping(choice, lambda: doing(player, step))
        except AppRefused as fault:
            refused, remark = fault.status, str(fault)
            fell_over = fault.status is None or fault.status >= 500
        except (StepImpossible, StripeRefused) as fault:
            remark = f"could not: {fault}"
        if step.verb == "pay" and player.other_tab is not None:
            swap_tabs(player, step)
        for landing in landings[:-1]:
            self._seen(choice, player, step=step, landing=landing)
        last = landings[-1] if landings else None
        sees = self._seen(choice, player, step=step, landing=last, refused=refused)
        if fell_over:
            # After the promises, which say more of it where one of them is broken, too.
            self.bench.refused(choice.name, player.name, number, remark)
        short = f"refused {refused}; " if refused else (f"{remark}; " if remark else "")
        return short + sees

    def _restart(self) -> None:
        assert self.stage.launched is not None
        self.stage.launched.restart()

    # --- webhooks ------------------------------------------------------------------------------

    def _deliver(self, choice: Choice) -> str:
        letter = self.mail.letters[choice.lane.removeprefix("again ")]
        if choice.kind == "refuse":
            self._stripe.local.refuse(1)
        again = letter.handled
        reply = self._overlapping(choice, lambda: self._hand_over(letter))
        if choice.kind == "refuse":
            self._stripe.local.stop_refusing()
        status = record(self._stripe, letter, reply, lost=choice.kind == "lose")
        delivered = Delivered(
            letter.name.partition("/")[2], status, again, disturbed=choice.kind == "refuse"
        )
        return f"{status}; " + self._seen(choice, letter, delivered=delivered)

    def _miss(self, choice: Choice) -> str:
        """An attempt that never reaches the app. Stripe tries again when newer news is there."""
        letter = self.mail.letters[choice.lane]
        self._stripe.control.take(letter.delivery)
        record(self._stripe, letter, None)
        return "not reached; " + self._seen(choice, letter)

    def _hand_over(self, letter: Letter, attempt: Attempt = take_up) -> Reply | None:
        try:
            return self.stage.app.receive(*attempt(self.stage, letter))
        except AppUnavailable:
            return None

    def _stall(self, choice: Choice) -> str:
        """Hands a letter over, and keeps back the answer to the first call the app makes of it."""
        assert self.stage.launched is not None
        letter = self.mail.letters[choice.lane]
        again = letter.handled
        arrived: Future[int] = Future()
        self._stripe.local.hold(lambda held: arrived.set_result(held.number))
        self.stage.launched.stuck = self._make_way
        reply = self.stage.launched.start(self.stage.app.webhook(*take_up(self.stage, letter)))
        self._stripe.local.wait(reply, arrived)
        self._stripe.local.stop_holding()
        if reply.done():
            self.stage.launched.stuck = None
            status = record(self._stripe, letter, answer_in(reply))
            delivered = Delivered(letter.name.partition("/")[2], status, again)
            return f"{status}; " + self._seen(choice, letter, delivered=delivered)
        letter.state = "held"
        self._held = letter, reply, arrived.result()
        return "no answer yet; " + self._seen(choice, letter)

    def _twice(self, choice: Choice) -> str:
        """Stripe takes an answer that is late for none, and delivers the event again meanwhile."""
        letter = self.mail.letters[choice.lane]
        first = self._stall(choice)
        return self._beside(choice, letter) if self.busy else first

    def _beside(self, choice: Choice, letter: Letter) -> str:
        reply = self._overlapping(choice, lambda: self._hand_over(letter, copy_of))
        if self.busy:
            return self._finish(choice)
        delivered = Delivered(letter.name.partition("/")[2], reply.status if reply else None)
        return self._seen(choice, letter, delivered=delivered)

    def _finish(self, choice: Choice) -> str:
        assert self._held is not None
        letter = self._held[0]
        again = letter.handled
        status = record(self._stripe, letter, self._let_go())
        delivered = Delivered(letter.name.partition("/")[2], status, again)
        return f"{status}; " + self._seen(choice, letter, delivered=delivered)

    def _let_go(self) -> Reply | None:
        """Stripe answers the handler that is held up, and so does the handler."""
        assert self._held is not None
        assert self.stage.launched is not None
        _, reply, number = self._held
        self._held = None
        self._stripe.local.release(number)
        self._stripe.local.wait(reply)
        self.stage.launched.stuck = None
        return answer_in(reply)

    def _make_way(self) -> None:
        """The app makes somebody wait for the handler that is held up, so that is let go."""
        assert self._held is not None
        letter = self._held[0]
        status = record(self._stripe, letter, self._let_go())
        # Both are over at the next look, so both belong to one moment.
        self._meanwhile = letter, Delivered(letter.name.partition("/")[2], status)

    def _overlapping(self, choice: Choice, doing: Callable[[], T]) -> T:
        """Does it, and counts whether the app did it beside the handler that is held up."""
        held = self._held is not None
        done = doing()
        if held and self._held is None:
            self.overlaps["waited"] += 1
        elif held:
            self.overlaps["overlapped"] += choice.kind in ("deliver", "retry", "again")
        return done

    def _probe(self, choice: Choice) -> str:
        event = self.mail.names_in("accepted")[-1]
        letter = self.mail.letters[event]
        probe = probe_named(choice.name, event, letter.taken, self.stage.secret)
        try:
            status: int | None = self.stage.app.receive(probe.headers, probe.body).status
        except AppUnavailable:
            status = None
        delivered = Delivered(
            letter.name.partition("/")[2], status, forged=probe.forged, foreign=probe.foreign
        )
        return f"{status}; " + self._seen(choice, letter, delivered=delivered)

    # --- seeing --------------------------------------------------------------------------------

    @property
    def _number(self) -> int:
        return max((len(player.transcript) for player in self.players.values()), default=0) + 1

    def _seen(
        self,
        choice: Choice,
        whose: Player | Letter | None,
        *,
        step: Step | None = None,
        delivered: Delivered | None = None,
        landing: Landing | None = None,
        refused: int | None = None,
    ) -> str:
        """One moment: what is new at Stripe, what the app shows each customer, and the verdicts."""
        actor = whose.name if isinstance(whose, Player) else None
        owner = whose.owner if isinstance(whose, Letter) else actor
        news = collect(self._stripe, self.mail, self.players, actor)
        told = []
        for name, player in self.players.items():
            if news.subscriptions_moved:
                self._learn(player)
            mine = name == owner
            shown = self._shown(choice, player)
            came = delivered if mine else None
            # Of two that were over in one moment, the one that was accepted may have changed it.
            if (
                not (came and came.accepted)
                and self._meanwhile
                and self._meanwhile[0].owner == name
            ):
                came = self._meanwhile[1]
            observation = Observation(
                number=len(player.transcript) + 1,
                step=observed(choice, step if mine else None),
                now=news.now,
                shown=shown,
                expected=player.expected,
                delivered=came,
                landing=landing if mine else None,
                created=news.created.get(name, ()),
                outstanding=self._outstanding(name),
                calls=news.calls if mine else (),
                refused=refused if mine else None,
                handed=news.handed if mine else (),
                user=name,
                customer_known=player.customer.stripe_id is not None,
                live=player.live,
                trials=player.trials,
                paid=paid_by(self._stripe, player, shown),
                astray=astray(news.back, self._origin) if mine else (),
            )
            player.transcript.append(observation)
            self.bench.judge(player)
            if shown is not None:
                told.append(f"{name} {shown.in_words()}")
        if self._meanwhile is not None:
            waited_for, answered = self._meanwhile
            told.insert(0, f"after {waited_for.name} got its answer: {answered.status}")
            self._meanwhile = None
        return "; ".join(told)

    def _learn(self, player: Player) -> None:
        config = self.stage.config
        found = self._stripe.subscriptions(player.customer.stripe_id)
        plans, products = config.plans, self.stage.products
        player.expected = expected_entitlement(found, plans, config.profile, products)
        player.live = billed(found, plans, products)
        player.trials = trials(found, plans, products)

    def _shown(self, choice: Choice, player: Player) -> Entitlement | None:
        browser = player.customer.browser
        if browser is None:
            return None
        try:
            return self.stage.app.entitlement(browser)
        except AppRefused as fault:
            self.bench.refused(choice.name, player.name, self._number, str(fault))
            return None

    @property
    def _origin(self) -> str:
        return self.stage.config.launch.url or APP_ORIGIN

    def _outstanding(self, name: str) -> tuple[str, ...]:
        return tuple(
            letter.name.partition("/")[2]
            for letter in self.mail.letters.values()
            if letter.state != "accepted" and letter.owner in (name, None)
        )


__all__ = ["Performance"]
