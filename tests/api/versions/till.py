"""An account that is called under a version of one's choice: answers, statuses and headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from stripe._encode import _api_encode

from simulator.api import Accounts, Request, StripeApi
from simulator.billing import HANDLERS, INCLUDABLE, LAWS
from simulator.engine import Settings, VirtualClock, World

START = 1_762_799_407  # 2025-11-10 18:30:07 UTC
KEY = "sk_test_versions"
NEWEST = "2026-10-28.endive"
FAMILIES = {
    "acacia": "2025-02-24.acacia",
    "basil": "2025-03-31.basil",
    "clover": "2025-10-29.clover",
    "dahlia": "2026-03-25.dahlia",
    "endive": NEWEST,
}


def opened(**settings: Any) -> Till:
    """An account with these settings."""

    def make(key: str) -> World:
        clock = VirtualClock(START)
        return World(key=key, seed=1, clock=clock, laws=LAWS, settings=Settings(**settings))

    accounts = Accounts(make)
    return Till(StripeApi(accounts, HANDLERS, INCLUDABLE), accounts.open(KEY))


@dataclass
class Till:
    """Calls return the body; `status` and `headers` are those of the latest answer."""

    api: StripeApi
    world: World
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, version: str | None = None, **params: Any) -> Any:
        return self._call("GET", path, version, params)

    def post(self, path: str, version: str | None = None, **params: Any) -> Any:
        return self._call("POST", path, version, params)

    def _call(self, method: str, path: str, version: str | None, params: dict[str, Any]) -> Any:
        encoded = urlencode(list(_api_encode(params)))
        headers = {
            "authorization": f"Bearer {KEY}",
            "content-type": "application/x-www-form-urlencoded",
        }
        if version is not None:
            headers["stripe-version"] = version
        posts = method == "POST"
        query, body = ("", encoded.encode()) if posts else (encoded, b"")
        answer = self.api.answer(Request(method, f"/v1/{path}", query, headers, body))
        self.status, self.headers = answer.status, dict(answer.headers)
        return orjson.loads(answer.body)

    # --- what most claims begin with -----------------------------------------------------------

    def price(self, interval: str = "month") -> str:
        product = self.post("products", name="Gold")["id"]
        recurring = {"interval": interval}
        made = self.post(
            "prices", product=product, currency="usd", unit_amount=2500, recurring=recurring
        )
        name: str = made["id"]
        return name

    def payer(self, card: str = "pm_card_visa") -> str:
        settings = {"default_payment_method": card}
        made = self.post(
            "customers", email="ada@example.org", payment_method=card, invoice_settings=settings
        )
        name: str = made["id"]
        return name

    def subscribed(self, version: str | None = None, **more: Any) -> Any:
        items = more.pop("items", None) or [{"price": self.price()}]
        return self.post("subscriptions", version, customer=self.payer(), items=items, **more)
