"""`single-writer`: under a webhook-only profile nothing but an accepted webhook changes the
entitlement.
"""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class SingleWriter:
    """Reason: two writers race, and the one that read earlier may write later.

    Observed: the entitlement that the app shows before and after each moment. It may change only
    in a moment that delivered a webhook which the app accepted. Not the return page, not the
    success page, not opening the portal, not the passing of time. Needs: the profile
    `webhook-only`, and a moment that a second writer could use, one in which the oracle's answer
    is not what the app shows. Catches: `refresh_on_return`.
    """

    name: ClassVar[str] = "single-writer"
    statement: ClassVar[str] = "nothing but an accepted webhook changes the entitlement"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:
        if profile.writer != "webhook-only" or len(transcript) < 2:
            return None
        before, now = transcript[-2], transcript[-1]
        if before.shown is None or now.shown is None:
            return None
        if now.delivered is not None and now.delivered.accepted:
            return None
        if now.shown.facts == before.shown.facts:
            # Only a moment with news that the app has not been told could have tempted a second
            # writer.
            return KEPT if now.outstanding else None
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=f"still {before.shown.in_words()}",
            seen=now.shown.in_words(),
            then=f"before this the app showed {before.shown.in_words()}, "
            "and only a webhook may change that.",
            however=f'"{now.step.name}" delivered no webhook that was accepted, '
            f"and now the app shows {now.shown.in_words()}: something else wrote it.",
        )
