"""`no-local-proration`: an amount that the app shows is Stripe's, to the cent."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class NoLocalProration:
    """Reason: there are old prices, quantities, discounts and taxes; an app that does sums of its
    own announces one amount, and Stripe charges another.

    Observed: once every event was accepted and access is granted, what the app says that the plan
    costs each time (`[entitlement] amount`, in the smallest unit) against the price on the
    subscription times its quantity. Needs: that line, and access. Catches: amounts from a table of
    the app's own, list prices shown to those who pay an older one.
    """

    name: ClassVar[str] = "no-local-proration"
    statement: ClassVar[str] = "amounts shown are Stripe's, to the cent"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.shown is None or now.outstanding or not now.expected.access:
            return None
        seen, wanted = now.shown.amount, now.expected.amount
        if seen is None or wanted is None:
            return None
        if seen == wanted:
            return KEPT
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=f"{wanted} in the smallest unit",
            seen=f"{seen}",
            then=f"the customer pays {wanted} each time, by the price on their subscription.",
            however=f"the app says {seen}: it has not asked Stripe.",
        )
