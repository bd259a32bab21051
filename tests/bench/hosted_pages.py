"""Server time of a hosted page, from ASGI scope to sent bytes."""

from __future__ import annotations

import asyncio
from time import perf_counter
from urllib.parse import urlsplit

from tests.bench.figure import Figure, Measured
from tests.bench.shop import Shop

TARGET = 15.0
CALLS, ROUNDS = 20, 5
CHECKOUT = (
    "mode=subscription&success_url=http://app.test/ok&cancel_url=http://app.test/no"
    "&line_items[0][quantity]=1&line_items[0][price]="
)
PORTAL = (
    "business_profile[headline]=Carom&features[invoice_history][enabled]=true"
    "&features[payment_method_update][enabled]=true"
    "&features[subscription_cancel][enabled]=true"
)


def measure() -> Measured:
    yield from asyncio.run(_pages())


async def _pages() -> list[Figure]:
    shop = Shop()
    price, payer = await shop.plan(), await shop.payer()
    bought = await shop.make("subscriptions", f"customer={payer}&items[0][price]={price}")
    settings = await shop.make("billing_portal/configurations", PORTAL)
    session = await shop.make(
        "billing_portal/sessions",
        f"customer={payer}&return_url=http://app.test/&configuration={settings['id']}",
    )
    checkout = await shop.make("checkout/sessions", CHECKOUT + price)
    portal = urlsplit(session["url"]).path
    pages = {
        "the portal": f"{portal}/home",
        "the portal's cancel page": f"{portal}/subscriptions/{bought['id']}/cancel",
        "Checkout": urlsplit(checkout["url"]).path,
    }
    return [
        Figure(f"{name}, in process", await _cost(shop, path) * 1e3, "ms", TARGET)
        for name, path in pages.items()
    ]


async def _cost(shop: Shop, path: str) -> float:
    reply = await shop.call("GET", path)
    assert reply.status == 200, (path, reply)
    rounds = []
    for _ in range(ROUNDS):
        started = perf_counter()
        for _ in range(CALLS):
            await shop.call("GET", path)
        rounds.append((perf_counter() - started) / CALLS)
    return min(rounds)
