"""A state machine to extend: customers who act, a courier who chooses, and every invariant judged
after each step.

    class Billing(BillingStateMachine):
        customers = ("ada",)

    TestBilling = Billing.TestCase
    TestBilling.settings = settings(calm, max_examples=50, stateful_step_count=20)

Rules and invariants of your own go into a subclass, as in any `RuleBasedStateMachine` of Hypothesis
(https://hypothesis.readthedocs.io/en/latest/stateful.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from harness.app.protocol import Entitlement
from harness.explore.cast import Player
from harness.explore.choice import Choice
from harness.explore.game import Break, Taken
from harness.explore.performance import Performance
from harness.explore.rules import Limits
from harness.testing.house import SEED, Premises
from harness.testing.promise import PromiseBroken, Section
from harness.testing.session import current_house
from harness.testing.shortest import calm, shortest
from scenarios import PHRASES, Step, Story, phrase_of, suggestion

CARD = "4242 4242 4242 4242"
OFTEN = 1_000_000


class BillingStateMachine(RuleBasedStateMachine):
    """`customers` are the names of those who may sign up, `seed` that of the account, `portal` what
    they may do in the portal, beside switching to each plan.

    Subclasses may use all methods without an underscore. What a step breaks is raised as
    `PromiseBroken`, with the steps by name; the report of the test has the shortest way to it.
    `TestCase` has the settings `calm`.
    """

    customers: ClassVar[tuple[str, ...]] = ("ada", "bob")
    seed: ClassVar[int] = SEED
    portal: ClassVar[tuple[str, ...]] = ("cancels", "undoes the cancellation")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.TestCase.settings = calm

    def __init__(self) -> None:
        super().__init__()
        self.premises: Premises = current_house().premises(self.seed)
        self.steps: list[Taken] = []
        self._told: dict[str, tuple[Step, ...]] = dict.fromkeys(self.customers, ())
        story = Story(type(self).__name__, "", (), self._told)
        theatre = self.premises.open_theatre()
        with self.premises.lent():
            self._performance: Performance = theatre.begin(story, Limits({"again": OFTEN}))

    # --- for subclasses ------------------------------------------------------------------------

    @property
    def plans(self) -> list[str]:
        return list(self.premises.stage.config.plans)

    def player(self, name: str) -> Player:
        """A customer and all that was seen of them (`transcript`)."""
        return self._performance.players[name]

    def shown(self, name: str) -> Entitlement | None:
        """What the app showed this customer after the last step."""
        transcript = self.player(name).transcript
        return transcript[-1].shown if transcript else None

    def expected(self, name: str) -> Entitlement:
        """What the app must show this customer once it has heard everything."""
        return self.player(name).expected

    @property
    def pending(self) -> list[str]:
        """Events that the app has not accepted: `ada/customer.subscription.updated#1`."""
        return self._performance.mail.names_in("waiting", "refused")

    @property
    def accepted(self) -> list[str]:
        return self._performance.mail.names_in("accepted")

    def acts(self, name: str, sentence: str, actor: str = "customer") -> None:
        """One act, in a sentence of scenarios; the clock and the support staff act for nobody in
        particular, and `name` is whose subscription they mean. What cannot be done is done without
        effect.
        """
        found = phrase_of(actor, sentence)
        if found is None:
            known = [phrase.words for phrase in PHRASES[actor]]
            problem = f'the {actor} does not know "{sentence}". {suggestion(sentence, known)}'
            raise ValueError(problem)
        player = self.player(name)
        step = Step(actor, found[0].verb, sentence, found[1])
        player.acts, player.place = (step,), 0
        self._told = {**self._told, name: (*self._told[name], step)}
        self._take(Choice(player.label(step), "act", name))

    def deliver(self, event: str) -> None:
        """One that is pending."""
        refused = self._performance.mail.letters[event].state == "refused"
        words = f"courier: tries {event} again" if refused else f"courier: delivers {event}"
        self._take(Choice(words, "retry" if refused else "deliver", event))

    def deliver_again(self, event: str) -> None:
        """One that was accepted."""
        self._take(Choice(f"courier: delivers {event} again", "again", f"again {event}"))

    # --- the rules -----------------------------------------------------------------------------

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Somebody signs up, and may have a plan already of which the app has heard everything."""
        who = self.customers[0]
        self.acts(who, "signs up")
        plan = data.draw(st.sampled_from([None, *self.plans]), label="has the plan")
        if plan is not None:
            self.acts(who, f"starts checkout of {plan}")
            self.acts(who, f"pays with {CARD}")
            while self.pending:
                self.deliver(self.pending[0])

    @precondition(lambda self: self._strangers())
    @rule(data=st.data())
    def sign_up(self, data: st.DataObject) -> None:
        self.acts(data.draw(st.sampled_from(self._strangers()), label="who"), "signs up")

    @rule(data=st.data())
    def start_checkout(self, data: st.DataObject) -> None:
        plan = data.draw(st.sampled_from(self.plans), label="plan")
        self.acts(self._somebody(data, self._users()), f"starts checkout of {plan}")

    @precondition(lambda self: self._paying())
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        self.acts(self._somebody(data, self._paying()), f"pays with {CARD}")

    @precondition(lambda self: self._subscribed())
    @rule(data=st.data())
    def act_in_portal(self, data: st.DataObject) -> None:
        who = self._somebody(data, self._subscribed())
        sentences = [*self.portal, *(f"switches to {plan}" for plan in self.plans)]
        self.acts(who, "opens the portal")
        self.acts(who, data.draw(st.sampled_from(sentences), label="does"))

    @precondition(lambda self: self._away())
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        self.acts(self._somebody(data, self._away()), "returns")

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def deliver_one(self, data: st.DataObject) -> None:
        self.deliver(data.draw(st.sampled_from(self.pending), label="event"))

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def deliver_one_again(self, data: st.DataObject) -> None:
        self.deliver_again(data.draw(st.sampled_from(self.accepted), label="event"))

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.acts(self.customers[0], f"moves {days} {'day' if days == 1 else 'days'}", "clock")

    def teardown(self) -> None:
        """Nothing goes wrong any more: all is delivered, and the end is judged."""
        with self.premises.lent():
            try:
                while not self._performance.breaks() and (left := self._performance.settling()):
                    self._step(left[0], settling=True)
                if not self._performance.breaks():
                    self._performance.close()
                    self._judge()
            finally:
                self._performance.give_up()

    # --- inside --------------------------------------------------------------------------------

    def _take(self, choice: Choice) -> None:
        with self.premises.lent():
            self._step(choice)

    def _step(self, choice: Choice, *, settling: bool = False) -> None:
        sees = self._performance.take(choice)
        self.steps.append(Taken(choice, 0, 1, sees, settling))
        self._judge()

    def _judge(self) -> None:
        broken = self._performance.breaks()
        if broken:
            raise PromiseBroken(self.steps, broken[0], lambda: self._shortest(broken[0]))

    def _shortest(self, broken: Break) -> list[Section]:
        story = Story(type(self).__name__, "", (), self._told)
        names = [step.choice.name for step in self.steps if not step.settling]
        return shortest(self.premises, story, names, broken, self.seed)

    def _somebody(self, data: st.DataObject, names: Sequence[str]) -> str:
        return data.draw(st.sampled_from(names), label="who")

    def _strangers(self) -> list[str]:
        return [name for name in self.customers if self.player(name).customer.browser is None]

    def _users(self) -> list[str]:
        return [name for name in self.customers if self.player(name).customer.browser is not None]

    def _paying(self) -> list[str]:
        return [name for name in self._users() if self.player(name).customer.checkout_url]

    def _subscribed(self) -> list[str]:
        return [name for name in self._users() if self.player(name).live]

    def _away(self) -> list[str]:
        return [name for name in self._users() if self.player(name).customer.return_to]
