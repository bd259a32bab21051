"""`converges`: once the app has accepted every event, it shows what Stripe knows."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript
from harness.model.oracle import differs


class Converges:
    """Reason: order and duplicates are Stripe's to choose; the end state is the app's to get right.

    Observed: whenever no event is outstanding, the entitlement that the app shows against the
    oracle's, without a visit, a sign-out or a reload in between. Needs: an event that was
    delivered; then every moment with nothing outstanding counts. Catches: `last_write_wins`, and
    whatever else leaves a wrong state behind.
    """

    name: ClassVar[str] = "converges"
    statement: ClassVar[str] = "once every event was accepted, the app shows what Stripe knows"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.shown is None or now.outstanding:
            return None
        heard = [each.delivered for each in transcript if each.delivered is not None]
        if not heard:
            return None
        difference = differs(now.shown, now.expected)
        if difference is None:
            return KEPT
        last = heard[-1]
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=now.expected.in_words(),
            seen=now.shown.in_words(),
            then=f"the app has accepted every event, the last of them {last.event}, "
            f"and Stripe knows {now.expected.in_words()}.",
            however=f"the app shows {now.shown.in_words()} ({difference}), and no event is left "
            "that could mend it.",
        )
