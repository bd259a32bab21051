"""Which path does what. Nothing here talks to Stripe."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import stripe
from flask import Flask, Response, g, jsonify, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from baize.accounts import WEEK, Accounts
from baize.billing import Billing
from baize.database import Database
from baize.plans import OFFERS, PLANS
from baize.refusals import Refusal
from baize.settings import Settings

WEBHOOK = "/webhooks/stripe"
PUBLIC = {"/", "/health", "/signin", "/signup", WEBHOOK}
PATIENCE = 20
"""So often the return page reloads itself before it stops asking."""

PROTECTION = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # ids of Checkout sessions are in our addresses
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def create_app(settings: Settings, kind: type[Billing] = Billing) -> Flask:
    """The app of `settings`. `kind` is the seam for twins: a subclass with one method replaced."""
    app = Flask(__name__)
    app.secret_key = settings.session_secret
    app.config.update(
        MAX_CONTENT_LENGTH=1_000_000,
        PERMANENT_SESSION_LIFETIME=WEEK,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.app_url.startswith("https:"),
    )
    database = Database(settings.database)
    accounts = Accounts(database, settings.session_secret)
    billing = kind(settings, database)
    app.jinja_env.globals["PLANS"] = PLANS
    app.add_template_filter(_day, "day")
    _guard(app, accounts, settings.app_url)
    _entrance(app, accounts)
    _pages(app, billing)
    _billing(app, billing)
    return app


def _guard(app: Flask, accounts: Accounts, origin: str) -> None:
    """What holds for every path: who may come in, and how a refusal is told."""

    @app.before_request
    def admit() -> AnyResponse | None:
        if request.path == WEBHOOK:
            return None  # Stripe has a signature and no session
        if request.method == "POST" and request.headers.get("Origin", origin) != origin:
            raise Refusal(403, "foreign_form", "This form came from another site.")
        g.member = accounts.member(session.get("user"))
        if g.member or request.path in PUBLIC or request.path.startswith("/join/"):
            return None
        if request.method != "GET" or _wants_json():
            raise Refusal(401, "signed_out", "Please sign in.")
        return redirect(f"/signin?next={quote(request.full_path, safe='')}", 303)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(PROTECTION)
        return response

    @app.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> tuple[Any, int]:
        if _wants_json():
            told = {"code": refusal.code, "message": refusal.message}
            return jsonify(error=told), refusal.status
        return render_template("problem.html", message=refusal.message), refusal.status

    @app.errorhandler(stripe.StripeError)
    def unavailable(error: stripe.StripeError) -> tuple[Any, int]:
        app.logger.warning("Stripe refused: %s", error)
        told = "Stripe could not be asked. Please try again."
        return refuse(Refusal(502, "stripe_unavailable", told))


def _entrance(app: Flask, accounts: Accounts) -> None:
    """Signing up, signing in, and taking a seat that was offered."""

    def enter(user: int, to: str = "/billing") -> AnyResponse:
        session.clear()
        session.permanent = True
        session["user"] = user
        return redirect(to, 303)

    @app.get("/signin")
    def sign_in_page() -> str:
        return render_template("entrance.html", next=request.args.get("next", ""))

    @app.post("/signup")
    def sign_up() -> AnyResponse:
        return enter(accounts.sign_up(_field("email"), _field("password"), _field("organisation")))

    @app.post("/signin")
    def sign_in() -> AnyResponse:
        # Only to a page of ours: "//elsewhere.example" would be one of somebody else's.
        to = _field("next") if re.match("/billing[/?]", _field("next")) else "/billing"
        return enter(accounts.sign_in(_field("email"), _field("password")), to)

    @app.post("/invitations")
    def invite() -> str:
        secret = accounts.invitation(g.member, _field("email"))
        return render_template("invited.html", secret=secret)

    @app.get("/join/<secret>")
    def join_page(secret: str) -> str:
        return render_template("join.html", secret=secret)

    @app.post("/join/<secret>")
    def join(secret: str) -> AnyResponse:
        return enter(accounts.join(secret, _field("password")))


def _pages(app: Flask, billing: Billing) -> None:
    """What only reads."""

    @app.get("/")
    def home() -> AnyResponse:
        return redirect("/billing", 303)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/billing")
    def overview() -> str:
        entitlement = billing.entitlement(g.member.organisation)
        return render_template("billing.html", entitlement=entitlement, member=g.member)

    @app.get("/billing/plans")
    def plans() -> str:
        return render_template("plans.html", offers=OFFERS)

    @app.get("/billing/return")
    def come_back() -> str:
        tries = request.args.get("try", 0, int)
        entitlement = billing.returned(g.member.organisation)
        return render_template(
            "return.html",
            entitlement=entitlement,
            waiting="session_id" in request.args and not entitlement["access"],
            again=f"/billing/return?session_id=pending&try={tries + 1}",
            tired=tries >= PATIENCE,
        )

    @app.get("/api/entitlement")
    def entitlement() -> dict[str, Any]:
        return billing.entitlement(g.member.organisation)


def _billing(app: Flask, billing: Billing) -> None:
    """The ways to Stripe, and its way back."""

    @app.post("/billing/upgrade")
    def upgrade() -> AnyResponse:
        return _away(billing.upgrade(g.member, _field("plan")))

    @app.post("/billing/portal")
    def portal() -> AnyResponse:
        return _away(billing.open_portal(g.member))

    @app.post(WEBHOOK)
    def webhook() -> dict[str, str]:
        signature = request.headers.get("Stripe-Signature", "")
        # The bytes as they came: the signature is over them.
        return {"outcome": billing.receive(request.get_data(), signature)}


def _away(url: str) -> AnyResponse:
    return jsonify(url=url) if _wants_json() else redirect(url, 303)


def _field(name: str) -> str:
    return request.form.get(name, "")


def _wants_json() -> bool:
    if request.path == WEBHOOK:
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == (
        "application/json"
    )


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
