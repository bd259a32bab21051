"""`one-subscription`: double clicks and late webhooks never make a second live subscription, and an
abandoned try never blocks.
"""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript

REFUSALS = range(400, 500)
"""Statuses that say no; one above them says that something went wrong."""


class OneSubscription:
    """Reason: a second subscription is a second bill, and a first one that is refused is none.

    Observed: how many of the customer's subscriptions at Stripe have not ended, and whether the app
    refuses Checkout to somebody who has none and of whom all news has been delivered. Needs: one of
    the two. Catches: Checkout opened again in another tab, or while the first webhook is on its
    way; purchases that were begun and left, and are taken for subscriptions.
    """

    name: ClassVar[str] = "one-subscription"
    statement: ClassVar[str] = "a customer never has two live subscriptions"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.step.verb == "start_checkout" and now.refused in REFUSALS and not now.live:
            return self._of_a_refusal(transcript)
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

    def _of_a_refusal(self, transcript: Transcript) -> Judgement:
        """Who has not been told of the end of a subscription may still take it for a live one."""
        now = transcript[-1]
        if now.outstanding:
            return None
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected="Checkout, for somebody who has no subscription",
            seen=f"refused with {now.refused}",
            then="the customer has no live subscription, and the app has heard all of it.",
            however=f"the app refuses to sell one ({now.refused}), and nothing is on its way "
            "that could change that.",
        )
