"""`idempotent`: an event that is delivered a second time changes nothing, and is accepted again."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript
from harness.model.oracle import differs


class Idempotent:
    """Reason: Stripe delivers at least once, so each handler runs twice sooner or later.

    Observed: the entitlement before and after a webhook that the app had accepted before, and the
    status of its answer. An app that reads Stripe anew on each event may use the occasion to catch
    up; any other change is an effect done twice. Needs: a duplicate delivery. Catches: handlers
    that toggle or count, and duplicates answered with an error, which Stripe would send again for
    days.
    """

    name: ClassVar[str] = "idempotent"
    statement: ClassVar[str] = "a duplicate changes nothing"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.delivered is None or not now.delivered.again or len(transcript) < 2:
            return None
        before = transcript[-2]
        if before.shown is None or now.shown is None:
            return None
        event = now.delivered.event
        if not now.delivered.accepted:
            return Violation(
                invariant=self.name,
                number=now.number,
                step=now.step.name,
                expected="accepted again (2xx)",
                seen=f"answered {now.delivered.status}",
                then=f"the app had accepted {event} before.",
                however=f"it answered its duplicate with {now.delivered.status}, "
                "so Stripe will send it again and again.",
            )
        if now.shown.facts == before.shown.facts or differs(now.shown, now.expected) is None:
            return KEPT
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=f"still {before.shown.in_words()}",
            seen=now.shown.in_words(),
            then=f"the app had accepted {event} before, and showed {before.shown.in_words()}.",
            however=f"the same event again made it {now.shown.in_words()}.",
        )
