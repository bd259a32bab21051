"""Runs one scenario against one app: each step is taken, each moment observed and judged at once.

An answer that is wrong for a while and then heals is a finding, so the invariants speak after each
moment and not only at the end. A run in which nothing was put to the test is not a good run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from harness.actors import VERBS, Moment, StepImpossible
from harness.actors.courier import outstanding
from harness.app.protocol import AppRefused, AppUnavailable, Entitlement, Exchange
from harness.model.expectation import Seen, unmet
from harness.model.invariants import INVARIANTS, Kept, Violation
from harness.model.observation import Observation
from harness.model.oracle import billed, differs, expected_entitlement, trials
from harness.run_events import (
    ExpectationMet,
    InvariantBroken,
    Listener,
    RunFinished,
    RunStarted,
    StepTaken,
    Verdict,
)
from harness.stage import Stage
from harness.stripe_side import StripeRefused
from scenarios import Scenario, Step

_POLL = 0.02


class Run:
    """One run of one scenario. `tell` hears what happens; `play` returns the end of it."""

    def __init__(self, scenario: Scenario, stage: Stage, seed: int, tell: Listener) -> None:
        self._scenario = scenario
        self._stage = stage
        self._seed = seed
        self._tell = tell
        self._transcript: list[Observation] = []
        self._kept: dict[str, None] = {}
        self._broken: dict[str, Violation] = {}
        self._expectations = 0
        self._events_since_expected: list[str] = []
        self._exchanges: list[Exchange] = []

    def play(self) -> RunFinished:
        self._tell(RunStarted(self._scenario, self._seed))
        if self._stage.launched is not None:
            self._stage.launched.hear = self._heard
        problem = None
        step = self._scenario.steps[0]
        try:
            for step in self._scenario.steps:
                self._take(step)
        except AppRefused as fault:
            self._break(self._refusal(step, str(fault)))
        except (StepImpossible, StripeRefused) as fault:
            # Once an invariant is broken the story may lead nowhere; before, it has no excuse.
            problem = None if self._broken else f"{self._place(step)}: {fault}"
        except AppUnavailable as fault:
            problem = f"{self._place(step)}: {fault}"
        finished = self._finish(problem)
        self._tell(finished)
        return finished

    def _take(self, step: Step) -> None:
        if step.expectation is not None:
            self._expect(step)
            return
        first = True
        for moment in self._moments(step):
            observation = self._observe(step, moment)
            self._transcript.append(observation)
            exchanges, self._exchanges = tuple(self._exchanges), []
            self._tell(StepTaken(self._scenario, observation, first, exchanges))
            self._judge()
            first = False

    def _moments(self, step: Step) -> Iterator[Moment]:
        """What the step comes to. That the app says no is a moment like any other where the
        scenario expects it next.
        """
        try:
            yield from VERBS[step.actor][step.verb](self._stage, step.subject)
        except AppRefused as fault:
            if fault.status is None or fault.status >= 500 or not self._may_refuse(step):
                raise
            yield Moment(refused=fault.status, remark=f"refused with {fault.status}")

    def _may_refuse(self, step: Step) -> bool:
        steps = self._scenario.steps
        then = steps[steps.index(step) + 1 :][:1]
        return any(each.expectation and each.expectation.refused for each in then)

    def _heard(self, exchange: Exchange) -> None:
        if urlsplit(exchange[0].url).path != self._stage.config.entitlement.path:
            self._exchanges.append(exchange)

    def _observe(self, step: Step, moment: Moment) -> Observation:
        stage = self._stage
        calls = tuple(stage.stripe.app_calls())
        created = tuple(stage.stripe.new_events())
        self._events_since_expected.extend(created)
        subscriptions = stage.stripe.subscriptions(stage.customer.stripe_id)
        plans, products = stage.config.plans, stage.products
        expected = expected_entitlement(subscriptions, plans, stage.config.profile, products)
        shown, paid = self._shown(expected, moment), None
        if shown is not None and shown.granted is not None:
            paid = stage.stripe.paid_invoices(stage.customer.stripe_id)
        return Observation(
            number=len(self._transcript) + 1,
            step=step,
            now=stage.stripe.now(),
            shown=shown,
            expected=expected,
            delivered=moment.delivered,
            landing=moment.landing,
            created=created,
            outstanding=outstanding(stage),
            calls=calls,
            remark=moment.remark,
            refused=moment.refused,
            user=stage.customer.name,
            customer_known=stage.customer.stripe_id is not None,
            live=billed(subscriptions, plans, products),
            paid=paid,
            trials=trials(subscriptions, plans, products),
        )

    def _shown(self, expected: Entitlement, moment: Moment) -> Entitlement | None:
        """What the app shows now; after a webhook it gets the time that its profile allows it."""
        browser = self._stage.customer.browser
        if browser is None:
            return None
        shown = self._stage.app.entitlement(browser)
        if moment.delivered is None:
            return shown
        deadline = time.monotonic() + self._stage.config.profile.lag
        while differs(shown, expected) is not None and time.monotonic() < deadline:
            time.sleep(_POLL)
            shown = self._stage.app.entitlement(browser)
        return shown

    def _judge(self) -> None:
        config = self._stage.config
        for name in config.promises:
            judgement = INVARIANTS[name].judge(self._transcript, config.profile)
            if isinstance(judgement, Violation):
                self._break(judgement)
            elif isinstance(judgement, Kept):
                self._kept[name] = None

    def _expect(self, step: Step) -> None:
        expectation, stage = step.expectation, self._stage
        assert expectation is not None
        self._expectations += 1
        customer = stage.customer.stripe_id
        subscriptions = stage.stripe.subscriptions(customer)
        invoice = None
        if expectation.invoice and customer is not None:
            invoice = stage.stripe.latest_invoice(customer)
        seen = Seen(
            shown=self._transcript[-1].shown if self._transcript else None,
            subscription=subscriptions[0] if subscriptions else None,
            invoice=invoice,
            events=tuple(self._events_since_expected),
            prices=self._prices(expectation.invoice.get("total")),
            expected=self._transcript[-1].expected if self._transcript else Entitlement(),
            refused=self._transcript[-1].refused if self._transcript else None,
            products=stage.products,
        )
        faults = unmet(expectation, seen, stage.config.plans)
        if expectation.events is not None or expectation.events_include:
            self._events_since_expected.clear()
        # After a break the rest of the story follows from it; repeating that helps nobody.
        if not faults:
            self._tell(ExpectationMet(self._scenario, step))
        elif not self._broken:
            self._break(self._expectation_failed(step, faults))

    def _prices(self, total: object) -> dict[str, int]:
        """The unit amount of the plan that an expected total speaks of."""
        if not isinstance(total, str):
            return {}
        plan = total.removeprefix("price of ")
        price = self._stage.stripe.price(self._stage.config.plans[plan].lookup_key)
        return {plan: price["unit_amount"]}

    def _break(self, violation: Violation) -> None:
        if violation.invariant not in self._broken:
            self._broken[violation.invariant] = violation
            self._tell(InvariantBroken(self._scenario, violation))

    def _expectation_failed(self, step: Step, faults: list[str]) -> Violation:
        return Violation(
            invariant="expectation",
            number=len(self._transcript),
            step=f"expect ({self._place(step)})",
            expected=step.words,
            seen="; ".join(faults),
            then=f"{self._place(step)} states what must be true here.",
            however=f"{'; '.join(faults)}.",
        )

    def _refusal(self, step: Step, problem: str) -> Violation:
        return Violation(
            invariant="answers",
            number=len(self._transcript) + 1,
            step=step.name,
            expected="the app does what carom.toml says of it",
            seen=problem,
            then=f'"{step.name}" asks the app for what carom.toml says it can do.',
            however=f"{problem}.",
        )

    def _place(self, step: Step) -> str:
        return f"{self._scenario.path.name}:{step.line}"

    def _finish(self, problem: str | None) -> RunFinished:
        verdict: Verdict = "holds"
        if problem is not None:
            verdict = "no verdict"
        elif self._broken:
            verdict = "broken"
        elif not self._kept and not self._expectations:
            verdict = "not exercised"
        return RunFinished(
            scenario=self._scenario,
            verdict=verdict,
            broken=tuple(self._broken.values()),
            kept=tuple(name for name in self._kept if name not in self._broken),
            expectations=self._expectations,
            moments=len(self._transcript),
            problem=problem,
        )
