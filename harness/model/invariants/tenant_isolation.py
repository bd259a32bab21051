"""`tenant-isolation`: the app sends its user off with that user's own customer, and no other."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Landing, Observation, Transcript


class TenantIsolation:
    """Reason: a portal session is a key to somebody's billing.

    Observed: the customer in each portal or Checkout session that the app makes while a user asks
    for one; what a stranger is shown who opens the customer's return page, and where one is led who
    names the customer's id; the app's calls while somebody who is not signed in asks for the
    portal. Needs: one of them. Catches: customers taken from the client, from a global, or from the
    last one who asked; sessions of others that grant.
    """

    name: ClassVar[str] = "tenant-isolation"
    statement: ClassVar[str] = "a user is sent off with their own customer only"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:
        now = transcript[-1]
        if now.landing is not None and now.landing.who != "customer":
            return self._of_a_stranger(now, now.landing, profile)
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

    def _of_a_stranger(self, now: Observation, landing: Landing, profile: Profile) -> Judgement:
        granted = landing.shown is not None and landing.shown.access
        # Under read-through the customer's own look, which ends every moment, asks Stripe as well.
        reads = profile.writer == "read-through"
        calls = [call for call in now.calls if not (reads and str(call).startswith("GET "))]
        asked = landing.who == "nobody" and bool(calls)
        led_in = now.user in now.handed
        if not granted and not asked and not led_in:
            return KEPT
        seen = f"the app called {calls[0]}" if asked else "the app shows them access"
        if led_in:
            seen = f"the app opened the billing of {now.user} for them"
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected="nothing of the customer's",
            seen=seen,
            then=f"this browser is not {now.user}'s, whatever address it opens.",
            however=f"{seen}.",
        )
