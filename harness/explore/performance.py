"""A story played on a real app and a real simulator: the game that explorers play.

Every choice is carried out, then what the app shows each customer is read and judged at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from harness.actors import StepImpossible
from harness.app.protocol import AppRefused, AppUnavailable, Entitlement, Reply
from harness.app.signature import signed_again
from harness.explore.acting import act_twice, perform, swap_tabs
from harness.explore.cast import MOST_TRIES, Letter, Mail, Player
from harness.explore.choice import Choice, Kind
from harness.explore.exercised import situations
from harness.explore.game import Break
from harness.explore.judging import Bench
from harness.explore.mailroom import collect
from harness.explore.probes import probe_named
from harness.explore.rules import Limits, Position, enabled, settling
from harness.local_stripe import LocalStripe
from harness.model.observation import Delivered, Landing, Observation
from harness.model.oracle import expected_entitlement
from harness.stage import Stage
from harness.stripe_side import StripeRefused
from scenarios import Step

T = TypeVar("T")

_READS = Choice("app: shows the entitlement", "end", "")

PATIENCE = 0.25
"""Seconds after which the app is taken to be waiting for a handler that is held up."""

ENDED = frozenset({"canceled", "incomplete_expired"})


class Performance:
    """One run of a story. `pool` has threads for what goes on at the same time."""

    def __init__(
        self,
        stage: Stage,
        stripe: LocalStripe,
        players: Mapping[str, Player],
        mail: Mail,
        limits: Limits,
        pool: ThreadPoolExecutor,
        baseline: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        self.stage = stage
        self.players = dict(players)
        self.mail = mail
        self.bench = Bench(stage.config, baseline or {})
        self.overlaps = Counter[str]()
        self._stripe = stripe
        self._limits = limits
        self._pool = pool
        self._spent: Counter[Kind] = Counter()
        self._held: tuple[Letter, Future[Reply | None], int] | None = None
        self._meanwhile: tuple[Letter, Delivered] | None = None
        self._met: set[str] = set()

    # --- the game ------------------------------------------------------------------------------

    def enabled(self) -> Sequence[Choice]:
        return enabled(self._position(), self._limits)

    def settling(self) -> Sequence[Choice]:
        return settling(self._position())

    def take(self, choice: Choice) -> str:
        self._spent[choice.kind] += 1
        self._met |= situations(choice, self._position())
        match choice.kind:
            case "act" | "double" | "revisit":
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
            _, reply, number = self._held
            self._stripe.local.release(number)
            wait([reply])
            self._held = None

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
            can_restart=self.stage.launched is not None and self.stage.launched.can_restart,
            spent=self._spent,
        )

    # --- acts ----------------------------------------------------------------------------------

    def _act(self, choice: Choice) -> str:
        if choice.kind == "revisit":
            player = self.players[choice.lane.removesuffix(" again")]
            step = Step("customer", "return", "opens the return page again")
        else:
            player = self.players[choice.lane]
            wanted = player.next_act
            assert wanted is not None
            step = wanted
            player.place += 1
        refused, remark, landings = None, "", []
        try:
            doing = act_twice if choice.kind == "double" else perform
            landings = self._patiently(choice, lambda: doing(player, step))
        except AppRefused as fault:
            refused, remark = fault.status, str(fault)
            if fault.status is None or fault.status >= 500:
                self.bench.refused(choice.name, player.name, self._number, remark)
        except (StepImpossible, StripeRefused) as fault:
            remark = f"could not: {fault}"
        if step.verb == "pay" and player.other_tab is not None:
            swap_tabs(player, step)
        for landing in landings[:-1]:
            self._seen(choice, player, step=step, landing=landing)
        last = landings[-1] if landings else None
        sees = self._seen(choice, player, step=step, landing=last, refused=refused)
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
        reply = self._patiently(choice, lambda: self._hand_over(letter))
        if choice.kind == "refuse":
            self._stripe.local.stop_refusing()
        status = self._record(letter, reply, lost=choice.kind == "lose")
        delivered = Delivered(
            letter.name.partition("/")[2], status, again, disturbed=choice.kind == "refuse"
        )
        return f"{status}; " + self._seen(choice, letter, delivered=delivered)

    def _miss(self, choice: Choice) -> str:
        """An attempt that never reaches the app. Stripe tries again when newer news is there."""
        letter = self.mail.letters[choice.lane]
        self._stripe.control.take(letter.delivery)
        self._record(letter, None)
        return "not reached; " + self._seen(choice, letter)

    def _hand_over(self, letter: Letter) -> Reply | None:
        taken = self._stripe.control.take(letter.delivery)
        letter.taken = taken
        body, headers = taken["body"].encode(), taken["headers"]
        if self.stage.webhook_secret is not None:
            headers = signed_again(headers, body, self.stage.webhook_secret)
        try:
            return self.stage.app.receive(headers, body)
        except AppUnavailable:
            return None

    def _record(self, letter: Letter, reply: Reply | None, *, lost: bool = False) -> int | None:
        letter.tries += 1
        status = None if reply is None else reply.status
        told = None if lost else status
        error = "the answer was lost" if told is None else None
        self._stripe.control.answer(letter.delivery, told, error=error)
        letter.handled = letter.handled or (reply is not None and reply.ok)
        accepted = not lost and reply is not None and reply.ok
        if accepted or letter.state != "accepted":
            letter.state = "accepted" if accepted else "refused"
        return status

    def _stall(self, choice: Choice) -> str:
        """Hands a letter over, and keeps back the answer to the first call the app makes of it."""
        letter = self.mail.letters[choice.lane]
        arrived: Future[int] = Future()
        self._stripe.local.hold(lambda held: arrived.set_result(held.number))
        reply = self._pool.submit(self._hand_over, letter)
        either: tuple[Future[Any], ...] = (reply, arrived)
        wait(either, return_when=FIRST_COMPLETED)
        self._stripe.local.stop_holding()
        again = letter.handled
        if not arrived.done():
            status = self._record(letter, reply.result())
            delivered = Delivered(letter.name.partition("/")[2], status, again)
            return f"{status}; " + self._seen(choice, letter, delivered=delivered)
        letter.state = "held"
        self._held = letter, reply, arrived.result()
        return "no answer yet; " + self._seen(choice, letter)

    def _finish(self, choice: Choice) -> str:
        assert self._held is not None
        letter, reply, number = self._held
        self._held = None
        self._stripe.local.release(number)
        again = letter.handled
        status = self._record(letter, reply.result())
        delivered = Delivered(letter.name.partition("/")[2], status, again)
        return f"{status}; " + self._seen(choice, letter, delivered=delivered)

    def _patiently(self, choice: Choice, doing: Callable[[], T]) -> T:
        """Does it; where the app makes it wait for the handler that is held up, lets that go."""
        if self._held is None:
            return doing()
        done = self._pool.submit(doing)
        wait((done,), timeout=PATIENCE)
        if done.done():
            self.overlaps["overlapped"] += choice.kind in ("deliver", "retry", "again")
            return done.result()
        self.overlaps["waited"] += 1
        letter, reply, number = self._held
        self._held = None
        self._stripe.local.release(number)
        status = self._record(letter, reply.result())
        # Both are over at the next look, so both belong to one moment.
        self._meanwhile = letter, Delivered(letter.name.partition("/")[2], status)
        wait((done,))
        return done.result()

    def _probe(self, choice: Choice) -> str:
        event = self.mail.names_in("accepted")[-1]
        letter = self.mail.letters[event]
        secret = self.stage.webhook_secret or self.stage.endpoint_secret
        probe = probe_named(choice.name, event, letter.taken, secret)
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
                step=_step(choice, step if mine else None),
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
        player.expected = expected_entitlement(found, config.plans, config.profile)
        player.live = sum(each["status"] not in ENDED for each in found)

    def _shown(self, choice: Choice, player: Player) -> Entitlement | None:
        browser = player.customer.browser
        if browser is None:
            return None
        try:
            return self._patiently(_READS, lambda: self.stage.app.entitlement(browser))
        except AppRefused as fault:
            self.bench.refused(choice.name, player.name, self._number, str(fault))
            return None

    def _outstanding(self, name: str) -> tuple[str, ...]:
        return tuple(
            letter.name.partition("/")[2]
            for letter in self.mail.letters.values()
            if letter.state != "accepted" and letter.owner in (name, None)
        )


def _step(choice: Choice, step: Step | None) -> Step:
    actor, _, words = choice.name.partition(": ")
    return Step(actor, step.verb if step else choice.kind, words)


__all__ = ["Performance"]
