"""`paid-access-kept`: what the customer has paid for, and has been shown, is not taken away before
its end.
"""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class PaidAccessKept:
    """Reason: winding down is not ended. A customer who cancelled has paid until the period ends.

    Observed: at each moment, whether the app shows access, against whether Stripe's state grants
    it under the profile. Once shown, access must not drop while Stripe grants it. Needs: a moment
    in which the app shows access and Stripe grants it. Catches: `cancel_revokes_now`.
    """

    name: ClassVar[str] = "paid-access-kept"
    statement: ClassVar[str] = "while Stripe grants access and the app has shown it, it never drops"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        if len(transcript) < 2:
            return None
        before, now = transcript[-2], transcript[-1]
        if before.shown is None or now.shown is None:
            return None
        if not (before.shown.access and now.expected.access):
            return None
        if now.shown.access:
            return KEPT
        kept_because = (
            "the subscription is winding down, and paid until its period ends"
            if now.expected.winding_down
            else f"the subscription is {now.expected.status}"
        )
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=now.expected.in_words(),
            seen=now.shown.in_words(),
            then=f"the app had shown access, and Stripe grants it still: {kept_because}.",
            however=f"the app now shows {now.shown.in_words()}: paid access was taken away.",
        )
