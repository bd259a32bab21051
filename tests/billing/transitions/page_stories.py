"""What leads up to a transition on the hosted pages, and what is done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.billing import checkout
from simulator.billing.test_cards import CardInput
from simulator.contract.errors import CardError
from simulator.engine import DAY, Obj
from tests.billing.account import Account

BAD = CardInput("4000000000000341", 12, 34, "123")
VISA = CardInput("4242424242424242", 12, 34, "123")


def in_portal(account: Account, **features: Any) -> tuple[Obj, Obj]:
    """A session in the portal, and a subscription."""
    subscription = account.subscribed()
    more: dict[str, Any] = {}
    if features:
        made = account.post("billing_portal/configurations", features=features)
        more["configuration"] = made["id"]
    session = account.post("billing_portal/sessions", customer=subscription["customer"], **more)
    return session, subscription


def in_checkout(account: Account, mode: str = "subscription", **more: Any) -> Obj:
    """An open session of Checkout."""
    if mode != "setup":
        price = more.pop("price", None) or account.plan()
        more["line_items"] = [{"price": price, "quantity": 1}]
    return account.post(
        "checkout/sessions", mode=mode, success_url="https://example.org/done", **more
    )


def pay_in_checkout(account: Account, session: Obj, card: CardInput = VISA) -> Obj:
    return checkout.complete(account.world, session["id"], card, "ada@example.org", "Ada")


def offering(
    account: Account, proration_behavior: str, *, amount: int = 9900, waits: bool = False
) -> tuple[Obj, Obj, str]:
    """A session in a portal that offers another plan, a subscription, and that plan."""
    product = account.post("products", name="Gold")["id"]
    subscription = account.subscribed(account.plan(2500, product=product))
    price = account.plan(amount, product=product)
    feature: dict[str, Any] = {
        "enabled": True,
        "default_allowed_updates": ["price"],
        "products": [{"product": product, "prices": [price]}],
        "proration_behavior": proration_behavior,
    }
    if waits:
        feature["schedule_at_period_end"] = {"conditions": [{"type": "decreasing_item_amount"}]}
    made = account.post("billing_portal/configurations", features={"subscription_update": feature})
    session = account.post(
        "billing_portal/sessions", customer=subscription["customer"], configuration=made["id"]
    )
    account.pass_time(10 * DAY)
    return session, subscription, price


def one_off(account: Account) -> str:
    """A price that is paid once."""
    product = account.post("products", name="Gold")["id"]
    return str(account.post("prices", product=product, currency="usd", unit_amount=3000)["id"])


def declined(act: Callable[[], object]) -> None:
    with pytest.raises(CardError):
        act()
