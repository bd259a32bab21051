"""`tolerant`: genuine news that is none of the app's business is accepted, and changes nothing."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class Tolerant:
    """Reason: what is answered with an error comes again for days, and ends in a disabled endpoint.

    Observed: the answer to a signed event of a type that is new, or about a customer of another
    product on the same account; the entitlement before and after. Needs: such a delivery. Catches:
    handlers that look up without expecting to find nothing, and lists of types that end in `else:
    raise`.
    """

    name: ClassVar[str] = "tolerant"
    statement: ClassVar[str] = "events that are not the app's business get 2xx and change nothing"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.delivered is None or not now.delivered.foreign:
            return None
        before = transcript[-2] if len(transcript) > 1 else now
        same = before.shown is None or now.shown is None or before.shown.facts == now.shown.facts
        if now.delivered.accepted and same:
            return KEPT
        seen = f"answered {now.delivered.status}" if same else "the entitlement changed"
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected="accepted (2xx), and nothing changed",
            seen=seen,
            then="the event is signed by Stripe, and says nothing about this app's customers.",
            however=f"the app does not let it pass: {seen}.",
        )
