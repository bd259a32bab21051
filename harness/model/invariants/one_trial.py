"""`one-trial`: a customer who has had a trial is not given another by buying again."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class OneTrial:
    """Reason: a trial that comes again with each purchase is a plan that is never paid for.

    Observed: how many of the customer's subscriptions to a plan of the app began with a trial,
    ended ones included. What support gives by hand is support's to give. That one trial is enough,
    whatever the plan, is a choice: an app that means to give one for each plan leaves this promise
    out of `[promises]`. Needs: a customer who buys again after a trial. Catches: eligibility that
    is read from the current subscription instead of from all there ever were.
    https://docs.stripe.com/billing/subscriptions/trials
    """

    name: ClassVar[str] = "one-trial"
    statement: ClassVar[str] = "buying again gives no second trial"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        before = transcript[-2].trials if len(transcript) > 1 else 0
        if not now.trials or now.step.actor.startswith("support"):
            return None
        if now.trials > max(before, 1):
            return Violation(
                invariant=self.name,
                number=now.number,
                step=now.step.name,
                expected="a subscription without a trial",
                seen=f"trial number {now.trials}",
                then="the customer had a trial already.",
                however=f'after "{now.step.name}" there is another: nothing is paid once more.',
            )
        bought_again = now.live and any(each.trials and not each.live for each in transcript)
        return KEPT if bought_again else None
