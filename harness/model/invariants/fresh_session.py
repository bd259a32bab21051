"""`fresh-session`: one new portal session a click, none for looking at a page, and a way back."""

from __future__ import annotations

from typing import ClassVar

from harness.app.config import Profile
from harness.model.invariants.judgement import KEPT, Judgement, Violation
from harness.model.observation import Transcript

_MADE = "POST /v1/billing_portal/sessions"


class FreshSession:
    """Reason: a portal session is short-lived, and whoever has its address has the billing.

    Observed: the app's calls to Stripe while a user opens the portal, and while one comes back; and
    the addresses that any session sends them back to, which must be the app's own, with
    `{CHECKOUT_SESSION_ID}` as it is. Needs: one of these. Catches: sessions that are stored,
    shared, or made on page load; ways back to another host, or with a placeholder that was encoded.
    """

    name: ClassVar[str] = "fresh-session"
    statement: ClassVar[str] = "a new portal session for each click, none for looking"

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement:  # noqa: ARG002
        now = transcript[-1]
        if now.astray:
            return Violation(
                invariant=self.name,
                number=now.number,
                step=now.step.name,
                expected="a way back to the app",
                seen=now.astray[0],
                then="Stripe sends the customer back to the address that the session names.",
                however=f"{now.astray[0]} does not lead back to the app as it should.",
            )
        made = now.calls.count(_MADE)
        if now.step.verb == "open_portal" and now.refused is None and now.customer_known:
            wrong, then = not made, "opening the portal needs a session that nobody has used."
            seen = "the app made none, and handed out an old one"
        elif now.landing is not None and now.landing.who == "customer":
            wrong, then = bool(made), "coming back is looking at a page."
            seen = "the app made a portal session that nobody asked for"
        else:
            return None
        if not wrong:
            return KEPT
        return Violation(
            invariant=self.name,
            number=now.number,
            step=now.step.name,
            expected="a new session for the click, none for a look",
            seen=seen,
            then=then,
            however=f"{seen}.",
        )
