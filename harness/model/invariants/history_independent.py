"""`history-independent`: the same truth at Stripe, the same entitlement, whatever the way there."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import Judgement
from harness.model.observation import Transcript


class HistoryIndependent:
    """Reason: order, duplicates and stalls are accidents; they must leave no trace.

    Observed: the entitlement at the end of a run, against that at the end of the friendly run of
    the same story, if the oracle's is the same in both. Needs: two runs, so only exploring can
    judge it, when everything is settled. No profile is needed: the app is compared with itself.
    Catches: `refetch_without_lock`, and whatever lets the last one who writes win.
    """

    name: ClassVar[str] = "history-independent"
    statement: ClassVar[str] = "the end does not depend on the order of what led to it"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        return None
