"""`unpaid-access-ends`: once the app has been told of the end, access is gone."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class UnpaidAccessEnds:
    """Reason: an app that never takes access away gives its product to everyone who once paid.

    Observed: from the moment on in which Stripe grants nothing any more and each event about a
    subscription has been accepted, the app must show no access.
    Needs: a subscription that granted access and then ended, with its events delivered.
    Catches: handlers that map a price to a plan and never look at the status, or have no branch for
    `customer.subscription.deleted`.
    """

    name: ClassVar[str] = "unpaid-access-ends"
    statement: ClassVar[str] = "once the end is delivered, access is gone"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.shown is None or now.expected.access or now.subscription_news:
            return None
        if not any(earlier.expected.access for earlier in transcript):
            return None
        if not now.shown.access:
            return KEPT
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=now.expected.in_words(),
            seen=now.shown.in_words(),
            then="the subscription has ended, and the app has accepted every event that says so.",
            however=f"it still shows {now.shown.in_words()}.",
        )
