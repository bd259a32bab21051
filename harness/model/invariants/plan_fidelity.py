"""`plan-fidelity`: what goes with a plan follows it: how many were bought, what each allows."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript


class PlanFidelity:
    """Reason: the name of a plan is on the invoice; what a customer can do with it is what they pay
    for.

    Observed: once every event was accepted and access is granted, the seats that the app shows
    (`[entitlement] seats`) against the quantity at Stripe, and its limit (`limit`) against that of
    the plan in `carom.toml`. Needs: one of the two lines, and access. Catches: limits that are
    stored when a plan is bought and not when it is switched, quantities that are read on one path
    only.
    """

    name: ClassVar[str] = "plan-fidelity"
    statement: ClassVar[str] = "seats and limits are those of the plan as it is at Stripe"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.shown is None or now.outstanding or not now.expected.access:
            return None
        pairs = {
            "seats": (now.shown.seats, now.expected.seats),
            "a limit of": (now.shown.limit, now.expected.limit),
        }
        judged = {name: pair for name, pair in pairs.items() if None not in pair}
        for name, (seen, wanted) in judged.items():
            if seen != wanted:
                return Violation(
                    invariant=self.name,
                    number=now.number,
                    step=now.step.name,
                    expected=f"{name} {wanted}",
                    seen=f"{name} {seen}",
                    then=f"Stripe knows {now.expected.in_words()}, which means {name} {wanted}.",
                    however=f"the app has accepted every event, and shows {name} {seen}.",
                )
        return KEPT if judged else None
