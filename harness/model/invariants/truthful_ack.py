"""`truthful-ack`: 2xx means that the effect will come without another delivery."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript
from harness.model.oracle import differs


class TruthfulAck:
    """Reason: after a 2xx Stripe forgets the event; what was lost behind it is lost for good.

    Observed: whenever an event was accepted although the app had failed before, or although Stripe
    had refused a call that the app made for it, and nothing is outstanding: the entitlement against
    the oracle's. Needs: a delivery that went wrong, and its end. Catches: ids that are recorded
    before the work is done, failures that are swallowed, work that is done after the answer.
    """

    name: ClassVar[str] = "truthful-ack"
    statement: ClassVar[str] = "2xx means the effect comes without redelivery"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.shown is None or now.outstanding:
            return None
        went_wrong = [
            moment.delivered
            for moment in transcript
            if moment.delivered is not None
            and not (moment.delivered.forged or moment.delivered.foreign)
            and (moment.delivered.disturbed or not moment.delivered.accepted)
        ]
        if not went_wrong:
            return None
        difference = differs(now.shown, now.expected)
        if difference is None:
            return KEPT
        first = went_wrong[0]
        why = "Stripe refused the app while it handled" if first.disturbed else "the app failed at"
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=now.expected.in_words(),
            seen=now.shown.in_words(),
            then=f"{why} {first.event}, and since then the app has answered 2xx to every event.",
            however=f"it shows {now.shown.in_words()} ({difference}): what it said it had taken "
            "is lost.",
        )
