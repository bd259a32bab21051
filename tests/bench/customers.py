"""The requests that are measured over HTTP, the same for Carom and its peers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.request import Request, urlopen

from tests.bench.load import Hit
from tests.bench.shop import CUSTOMER, KEY

HEADERS = {"Authorization": f"Bearer {KEY}"}
STOCK = 200  # customers that a server holds before it is measured


def hits(url: str) -> Mapping[str, Hit]:
    """Makes what the requests need at a server, and gives them by name."""
    product = _make(url, "products", "name=Carom+Pro&type=service")
    price = _make(
        url, "plans", f"product={product}&currency=usd&amount=2500&interval=month&id=bench_monthly"
    )
    payer = _make(url, "customers", CUSTOMER)
    card = _make(
        url,
        "payment_methods",
        "type=card&card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2035&card[cvc]=123",
    )
    _make(url, f"payment_methods/{card}/attach", f"customer={payer}")
    _make(url, f"customers/{payer}", f"invoice_settings[default_payment_method]={card}")
    for _ in range(STOCK):
        held = _make(url, "customers", CUSTOMER)
    return {
        "retrieve a customer": Hit("GET", f"/v1/customers/{held}", headers=HEADERS),
        "create a customer": Hit("POST", "/v1/customers", CUSTOMER, HEADERS),
        "list ten customers": Hit("GET", "/v1/customers?limit=10", headers=HEADERS),
        "create a subscription": Hit(
            "POST", "/v1/subscriptions", f"customer={payer}&items[0][plan]={price}", HEADERS
        ),
    }


def _make(url: str, path: str, form: str) -> str:
    request = Request(f"{url}/v1/{path}", form.encode(), HEADERS)
    with urlopen(request, timeout=20) as answer:
        return str(json.load(answer)["id"])
