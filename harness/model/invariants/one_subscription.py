"""`one-subscription`: double clicks and late webhooks never make a second live subscription."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class OneSubscription:
    """Reason: a second subscription is a second bill.

    Observed: how many of the customer's subscriptions at Stripe have not ended. Needs: one.
    Catches: Checkout opened again in another tab, or while the first webhook is on its way.
    """

    name: ClassVar[str] = "one-subscription"
    statement: ClassVar[str] = "a customer never has two live subscriptions"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.live < 2:
            return KEPT if now.live else None
        if len(transcript) > 1 and transcript[-2].live >= now.live:
            return None
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected="one live subscription",
            seen=f"{now.live} live subscriptions",
            then="the customer had a live subscription already.",
            however=f'after "{now.step.name}" there are {now.live}, and each is billed.',
        )
