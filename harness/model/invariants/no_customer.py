"""`no-customer`: who never bought anything is told so, and Stripe is not asked."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class NoCustomer:
    """Reason: without a customer there is no portal; a crash or a stray customer helps nobody.

    Observed: the status and the app's calls when a user without a customer opens the portal. Needs:
    that step. Catches: 500s, and customers that are made for having looked.
    """

    name: ClassVar[str] = "no-customer"
    statement: ClassVar[str] = "without a customer the portal is refused, and Stripe is not asked"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.step.verb != "open_portal" or now.landing is not None:
            return None
        if len(transcript) < 2 or transcript[-2].customer_known or not now.user:
            return None
        if now.refused is not None and now.refused < 500 and not now.calls:
            return KEPT
        seen = f"the app called {now.calls[0]}" if now.calls else f"status {now.refused}"
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected="refused (4xx), without a call to Stripe",
            seen=seen,
            then="this organisation has no customer at Stripe, so it has no billing to manage.",
            however=f"{seen}.",
        )
