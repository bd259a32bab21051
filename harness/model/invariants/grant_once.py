"""`grant-once`: each payment grants once, whatever is delivered twice or told by two events."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class GrantOnce:
    """Reason: writing a state twice is harmless; adding twice is not, and nobody complains of it.

    Observed: the counter that the app shows (`[entitlement] granted`, all that it ever granted for
    payments), against the number of invoices that were paid, times `[profile] grant`. It is never
    more; and once every event was accepted it is not less. Needs: both lines in `carom.toml`, and
    an invoice that was paid. Catches: handlers without a memory, a purchase that two types of event
    grant, success pages that grant on each visit, work that is done before it is noted.
    """

    name: ClassVar[str] = "grant-once"
    statement: ClassVar[str] = "each paid invoice grants once"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:
        now = transcript[-1]
        if now.shown is None or now.shown.granted is None or now.paid is None or not profile.grant:
            return None
        granted, due = now.shown.granted, now.paid * profile.grant
        if granted > due:
            however = f"the app has granted {granted}: something was granted twice."
        elif granted < due and not now.outstanding:
            however = f"the app has accepted every event, and granted {granted}: a grant is lost."
        else:
            return KEPT if now.paid else None
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=f"{due} granted",
            seen=f"{granted} granted",
            then=f"{now.user} has paid {now.paid} invoices; each grants {profile.grant}, so {due}.",
            however=however,
        )
