"""`tenant-isolation`: the app sends its user off with that user's own customer, and no other."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class TenantIsolation:
    """Reason: a portal session is a key to somebody's billing.

    Observed: the customer in each portal or Checkout session that the app makes while a user asks
    for one. Needs: such a call, after the user's customer at Stripe is known. Catches: customers
    taken from the client, from a global, or from the last one who asked.
    """

    name: ClassVar[str] = "tenant-isolation"
    statement: ClassVar[str] = "a user is sent off with their own customer only"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if not now.handed or not now.customer_known:
            return None
        others = [name for name in now.handed if name != now.user]
        if not others:
            return KEPT
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected=f"the customer of {now.user}",
            seen=f"the customer of {others[0]}",
            then=f'"{now.step.name}" was asked for by {now.user}.',
            however=f"the app opened it for the customer of {others[0]}.",
        )
