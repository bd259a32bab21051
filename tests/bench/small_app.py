"""Two billing apps as small as they can be, with the paths and the answers of the reference app.

`thin` is Starlette and SQLite: it verifies each webhook and asks Stripe again. `null` believes the
webhook and keeps nothing but a dict, so what a run with it costs is what the harness costs.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import sqlite3
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PLANS = {"basic_monthly": "basic", "pro_monthly": "pro"}
NOTHING = {"plan": "free", "status": "none", "access": False}


class Lean:
    """The http_client of an app in a process of its own: one connection, kept open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def request(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        target = url.removeprefix(f"http://{self._connection.host}:{self._connection.port}")
        self._connection.request(method, target, post_data, dict(headers))
        reply = self._connection.getresponse()
        return reply.read(), reply.status, dict(reply.getheaders())


class Stripe:
    def __init__(self, environment: Mapping[str, str], http_client: Any) -> None:
        self._base = environment["STRIPE_API_BASE"]
        self._client = http_client or Lean(self._base)
        self._headers = {
            "Authorization": f"Bearer {environment['STRIPE_API_KEY']}",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def get(self, path: str, **query: str) -> Any:
        return self._asked("GET", f"{path}?{urlencode(query)}", None)

    def post(self, path: str, form: Mapping[str, str]) -> Any:
        return self._asked("POST", path, urlencode(form))

    def _asked(self, method: str, target: str, form: str | None) -> Any:
        body, status, _ = self._client.request(method, self._base + target, self._headers, form)
        assert status == 200, (method, target, body)
        return json.loads(body)


class Rows:
    """Users in SQLite: the customer at Stripe, and the entitlement as JSON."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        self._database.execute("CREATE TABLE users (name PRIMARY KEY, customer UNIQUE, shown)")

    def add(self, user: str) -> None:
        self._database.execute("INSERT INTO users VALUES (?, NULL, ?)", (user, json.dumps(NOTHING)))

    def customer(self, user: str) -> str | None:
        found = self._database.execute("SELECT customer FROM users WHERE name = ?", (user,))
        return found.fetchone()[0]

    def know(self, user: str, customer: str) -> None:
        self._database.execute("UPDATE users SET customer = ? WHERE name = ?", (customer, user))

    def write(self, customer: str, shown: Mapping[str, Any]) -> None:
        values = json.dumps(shown), customer
        self._database.execute("UPDATE users SET shown = ? WHERE customer = ?", values)

    def shown(self, user: str) -> Any:
        found = self._database.execute("SELECT shown FROM users WHERE name = ?", (user,))
        return json.loads(found.fetchone()[0])

    def snapshot(self) -> bytes:
        return self._database.serialize()

    def restore(self, kept: bytes) -> None:
        self._database.deserialize(kept)


class Dict:
    """The same in a dict."""

    def __init__(self) -> None:
        self._customers: dict[str, str] = {}
        self._shown: dict[str, Mapping[str, Any]] = {}

    def add(self, user: str) -> None:
        self._shown[user] = NOTHING

    def customer(self, user: str) -> str | None:
        return self._customers.get(user)

    def know(self, user: str, customer: str) -> None:
        self._customers[user] = customer
        self._shown[customer] = NOTHING

    def write(self, customer: str, shown: Mapping[str, Any]) -> None:
        self._shown[customer] = shown

    def shown(self, user: str) -> Any:
        return self._shown[self._customers.get(user, user)]

    def snapshot(self) -> bytes:
        return json.dumps([self._customers, self._shown]).encode()

    def restore(self, kept: bytes) -> None:
        self._customers, self._shown = json.loads(kept)


class SmallApp:
    def __init__(self, store: Rows | Dict, http_client: Any, *, careful: bool) -> None:
        self._environment = dict(os.environ)
        self._stripe = Stripe(self._environment, http_client)
        self._store = store
        self._careful = careful

    def starlette(self) -> Starlette:
        app = Starlette(
            routes=[
                Route("/api/entitlement", self.entitlement),
                Route("/webhooks/stripe", self.webhook, methods=["POST"]),
                Route("/billing/portal", self.portal, methods=["POST"]),
                Route("/billing/upgrade", self.upgrade, methods=["POST"]),
                Route("/signup", self.sign_up, methods=["POST"]),
                Route("/memory", self.memory, methods=["GET", "PUT"]),
                Route("/{rest:path}", self.elsewhere),
            ]
        )
        app.state.snapshot, app.state.restore = self._store.snapshot, self._store.restore
        return app

    async def sign_up(self, request: Request) -> Response:
        async with request.form() as form:
            user = str(form["email"])
        self._store.add(user)
        answer = Response()
        answer.set_cookie("user", user)
        return answer

    async def upgrade(self, request: Request) -> Response:
        async with request.form() as form:
            key = str(form["plan"])
        user = request.cookies["user"]
        customer = self._store.customer(user)
        if customer is None:
            customer = str(self._stripe.post("/v1/customers", {"email": user})["id"])
            self._store.know(user, customer)
        (price,) = self._stripe.get("/v1/prices", **{"lookup_keys[0]": key})["data"]
        home = self._environment["APP_URL"]
        form = {
            "mode": "subscription",
            "customer": customer,
            "line_items[0][price]": price["id"],
            "line_items[0][quantity]": "1",
            "success_url": f"{home}/return",
            "cancel_url": f"{home}/plans",
        }
        return JSONResponse({"url": self._stripe.post("/v1/checkout/sessions", form)["url"]})

    async def portal(self, request: Request) -> Response:
        form = {
            "customer": self._store.customer(request.cookies["user"]) or "",
            "configuration": self._environment["STRIPE_PORTAL_CONFIGURATION"],
            "return_url": f"{self._environment['APP_URL']}/return",
        }
        return JSONResponse({"url": self._stripe.post("/v1/billing_portal/sessions", form)["url"]})

    async def webhook(self, request: Request) -> Response:
        body = await request.body()
        if self._careful and not self._signed(request.headers["stripe-signature"], body):
            return Response(status_code=400)
        event = json.loads(body)
        subject = event["data"]["object"]
        if self._careful:
            query = {"customer": subject["customer"], "status": "all"}
            (subscription,) = self._stripe.get("/v1/subscriptions", **query)["data"]
        elif subject["object"] == "subscription":
            subscription = subject
        else:
            return Response()
        self._store.write(subject["customer"], _read(subscription))
        return Response()

    async def entitlement(self, request: Request) -> Response:
        return JSONResponse(self._store.shown(request.cookies["user"]))

    async def memory(self, request: Request) -> Response:
        if request.method == "GET":
            return Response(self._store.snapshot())
        self._store.restore(await request.body())
        return Response(status_code=204)

    async def elsewhere(self, request: Request) -> Response:  # noqa: ARG002
        return Response("ok")

    def _signed(self, header: str, body: bytes) -> bool:
        parts = dict(part.split("=", 1) for part in header.split(","))
        secret = self._environment["STRIPE_WEBHOOK_SECRET"].encode()
        signed = hmac.new(secret, parts["t"].encode() + b"." + body, hashlib.sha256)
        return hmac.compare_digest(signed.hexdigest(), parts["v1"])


def _read(subscription: Mapping[str, Any]) -> Mapping[str, Any]:
    (item,) = subscription["items"]["data"]
    flag, at = subscription["cancel_at_period_end"], subscription["cancel_at"]
    return {
        "plan": PLANS[item["price"]["lookup_key"]],
        "status": subscription["status"],
        "access": subscription["status"] in ("active", "trialing", "past_due"),
        "winding_down": flag or at is not None,
        "cancel_at_period_end": flag,
        "cancel_at": at,
        "current_period_end": item["current_period_end"],
    }


def thin(http_client: Any = None) -> Starlette:
    return SmallApp(Rows(), http_client, careful=True).starlette()


def null(http_client: Any = None) -> Starlette:
    return SmallApp(Dict(), http_client, careful=False).starlette()


if __name__ == "__main__":
    kind, port = sys.argv[1:]
    uvicorn.run({"thin": thin, "null": null}[kind](), port=int(port), log_level="warning")
