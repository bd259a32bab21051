"""`no-phantom-grant`: no paid access unless the customer's own state at Stripe grants it."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class NoPhantomGrant:
    """Reason: arriving, clicking and an unpaid session are no payment, and the end is the end.

    Observed: at each moment, whether the app shows access. Where Stripe has never granted any it
    must show none; and after an end of which the app has heard, none may come back. An app that has
    not heard of the end yet is merely behind. Needs: a moment without a grant at Stripe. Catches:
    success pages that grant, checkout events that revive what has ended, foreign sessions.
    """

    name: ClassVar[str] = "no-phantom-grant"
    statement: ClassVar[str] = (
        "no paid access that the customer's own state at Stripe never granted"
    )

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.shown is None or now.expected.access:
            return None
        if not now.shown.access:
            # Whoever has only signed up has given nobody an occasion.
            return KEPT if now.customer_known else None
        ever = any(moment.expected.access for moment in transcript)
        before = transcript[-2].shown if len(transcript) > 1 else None
        revived = before is not None and not before.access and not now.subscription_news
        if ever and not revived:
            return None
        past = "does not grant it any more" if ever else "has never granted it"
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=now.expected.in_words(),
            seen=now.shown.in_words(),
            then=f"Stripe {past}: it knows {now.expected.in_words()}.",
            however=f'after "{now.step.name}" the app shows {now.shown.in_words()}.',
        )
