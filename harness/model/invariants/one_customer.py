"""`one-customer`: whatever is clicked twice, an organisation has one customer at Stripe."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class OneCustomer:
    """Reason: with two customers half of what is bought belongs to nobody.

    Observed: how many customers came to be at Stripe while this user acted, since the last one was
    deleted there; not those that staff makes by hand. Needs: one. Catches: customers made on each
    click, and looked up by e-mail.
    """

    name: ClassVar[str] = "one-customer"
    statement: ClassVar[str] = "an organisation never gets a second customer at Stripe"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        made: list[str] = []
        for moment in transcript:
            if not moment.created:
                continue
            if any(name.startswith("customer.deleted#") for name in moment.created):
                made.clear()
            if not moment.step.actor.startswith("support"):
                made += filter(_is_customer, moment.created)
        now = transcript[-1]
        if len(made) < 2:
            return KEPT if made else None
        if not any(_is_customer(name) for name in now.created):
            return None
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected="one customer at Stripe",
            seen=f"{len(made)} customers",
            then="the app had made a customer for this organisation before.",
            however=f'with "{now.step.name}" it made another.',
        )


def _is_customer(event: str) -> bool:
    return event.startswith("customer.created#")
