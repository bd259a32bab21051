"""`monotonic`: once a version of the truth was shown, none older is ever shown."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.app.protocol import Entitlement
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript
from harness.model.oracle import differs


class Monotonic:
    """Reason: Stripe promises no order, and a state that comes back from the past is taken for new.

    Observed: the versions of the oracle's entitlement, in the order in which they came to be, and
    which of them the app shows at each moment. What the app shows may be behind, but it must not go
    back. A value that came up twice counts as whichever of the two is in the app's favour. Needs:
    two versions of which the app showed the newer. Catches: `last_write_wins`,
    `refetch_without_lock`.
    """

    name: ClassVar[str] = "monotonic"
    statement: ClassVar[str] = "once a state was shown, none older is ever shown"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        versions: list[Entitlement] = []
        floor = 0
        before: object = None
        for moment in transcript:
            if not versions or versions[-1].facts != moment.expected.facts:
                versions.append(moment.expected)
            # What is shown again while nothing changed says nothing that it did not say before.
            seen = len(versions), moment.shown
            if moment.shown is None or (seen == before and moment is not now):
                continue
            before = seen
            fits = [n for n, each in enumerate(versions) if differs(moment.shown, each) is None]
            later = [n for n in fits if n >= floor]
            if later:
                floor = later[0]
            elif fits and moment is now:
                return self._violation(transcript, versions[floor], moment.shown)
        return KEPT if floor and now.shown is not None else None

    def _violation(
        self, transcript: Transcript, newer: Entitlement, shown: Entitlement
    ) -> Violation:
        now = transcript[-1]
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=f"{newer.in_words()}, or newer",
            seen=shown.in_words(),
            then=f"the app had shown {newer.in_words()} already.",
            however=f'after "{now.step.name}" it shows {shown.in_words()}, which is older: '
            "it took old news for new.",
        )
