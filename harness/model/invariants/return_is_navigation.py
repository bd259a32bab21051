"""`return-is-navigation`: coming back from Stripe's pages is a walk through a door, and says
nothing.
"""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Observation, Transcript
from harness.model.oracle import differs


class ReturnIsNavigation:
    """Reason: the return address is the same whatever the customer did, and it can be opened at
    any time.

    Observed: the status and the words of the page on which a returning browser ends, and the
    entitlement before and after. The page answers; it never offers for sale what is paid; a change
    may only bring the entitlement to what Stripe knows, so nothing ended comes back to life, and
    the second visit is as the first. Needs: a step in which the customer returns; `[return]
    never_shows` for the offer. Catches: return pages that grant on arrival, or take what is
    waiting for its webhook as unpaid.
    """

    name: ClassVar[str] = "return-is-navigation"
    statement: ClassVar[str] = (
        "coming back is navigation: it neither grants nor revokes nor sells again"
    )

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.landing is None or now.landing.who != "customer" or len(transcript) < 2:
            return None
        before = transcript[-2]
        if now.landing.status >= 400:
            return self._violation(
                now,
                expected="a page",
                seen=f"status {now.landing.status}",
                then="a customer who comes back from Stripe lands on a page of the app.",
                however=f"the app answered with {now.landing.status}.",
            )
        if now.landing.offers and now.expected.access:
            offer = now.landing.offers[0]
            return self._violation(
                now,
                expected="pending or paid",
                seen=f'the page says "{offer}"',
                then=f"Stripe knows {now.expected.in_words()}: the page must say pending or paid.",
                however=f'it says "{offer}", which [return] never_shows forbids: it sells again.',
            )
        return self._judge_change(before, now)

    def _judge_change(self, before: Observation, now: Observation) -> Judgement:
        if before.shown is None or now.shown is None:
            return None
        unchanged = now.shown.facts == before.shown.facts
        if unchanged or differs(now.shown, now.expected) is None:
            return KEPT
        return self._violation(
            now,
            expected=f"still {before.shown.in_words()}",
            seen=now.shown.in_words(),
            then=f"before the return the app showed {before.shown.in_words()}; "
            f"Stripe knows {now.expected.in_words()}.",
            however=f"the return made it {now.shown.in_words()}, which is neither.",
        )

    def _violation(
        self, now: Observation, expected: str, seen: str, then: str, however: str
    ) -> Violation:
        return Violation(self.name, now.number, now.step.name, expected, seen, then, however)
