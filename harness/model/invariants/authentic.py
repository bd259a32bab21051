"""`authentic`: what is not provably from Stripe is refused, and changes nothing."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class Authentic:
    """Reason: the endpoint is open to the world; only the signature tells Stripe from anybody.

    Observed: the status of the answer to a forged event, and the entitlement before and after.
    Needs: a forged delivery (unsigned, signed with another secret or with an empty one, a day old,
    altered after signing). Catches: endpoints that do not verify, verify what they parsed instead
    of what came, or know no tolerance. https://docs.stripe.com/webhooks/signature
    """

    name: ClassVar[str] = "authentic"
    statement: ClassVar[str] = "an event that is not provably from Stripe is refused"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.delivered is None or not now.delivered.forged:
            return None
        before = transcript[-2] if len(transcript) > 1 else now
        same = before.shown is None or now.shown is None or before.shown.facts == now.shown.facts
        if not now.delivered.accepted and same:
            return KEPT
        seen = f"answered {now.delivered.status}" if same else "the entitlement changed"
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected="refused, and nothing changed",
            seen=seen,
            then=f"this {now.delivered.type} was {now.delivered.forged}: it is not from Stripe.",
            however=f"the app took it: {seen}.",
        )
