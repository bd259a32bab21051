"""A world with something of everything in it, and sound calls that can be made there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.engine import World
from tests.billing.account import START, open_account


@dataclass
class Ids:
    """The ids of objects that exist, by kind, and all of them."""

    by_kind: dict[str, list[str]] = field(default_factory=dict)

    @property
    def all(self) -> list[str]:
        return [name for names in self.by_kind.values() for name in names]

    def meant_by(self, name: str) -> list[str]:
        """Those of the kind whose name ends in what the parameter or placeholder is called."""
        last = name.rsplit("[", 1)[-1].rstrip("]").removesuffix("_exposed_id")
        kind = MEANT.get(last, last)
        return [
            one
            for known, names in self.by_kind.items()
            if known == kind or known.endswith(f".{kind}")
            for one in names
        ]


MEANT = {
    "default_payment_method": "payment_method",
    "default_source": "payment_method",
    "intent": "payment_intent",
    "item": "subscription_item",
    "session": "checkout.session",
    "source": "payment_method",
}


def furnished() -> tuple[World, Ids]:
    """A world with something of everything in it, and the ids of that."""
    account = open_account()
    price = account.plan()
    yearly = account.plan(25_000, "year")
    once = account.post(
        "prices",
        product=account.post("products", name="Once")["id"],
        currency="usd",
        unit_amount=700,
    )["id"]
    account.post("webhook_endpoints", url="http://127.0.0.1:1/hook", enabled_events=["*"])
    coupon = account.post("coupons", percent_off=20, duration="once")["id"]
    account.post("promotion_codes", promotion={"type": "coupon", "coupon": coupon})
    clock = account.post("test_helpers/test_clocks", frozen_time=START)["id"]
    payer = account.payer()
    subscription = account.subscribed(price, customer=payer)
    account.subscribed(yearly, trial_period_days=10)
    account.subscribed(price, customer=account.payer(test_clock=clock))
    account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    account.post("invoiceitems", customer=payer, amount=300, currency="usd")
    account.post("invoices", customer=payer)
    intent = account.post(
        "payment_intents",
        amount=900,
        currency="usd",
        customer=payer,
        payment_method="pm_card_visa",
        confirm=True,
        return_url="https://e.com",
    )
    account.post("payment_intents", amount=900, currency="usd")
    account.post("setup_intents", customer=payer)
    account.post("refunds", payment_intent=intent["id"], amount=100)
    account.post(
        "checkout/sessions",
        mode="subscription",
        success_url="https://e.com",
        line_items=[{"price": price, "quantity": 1}],
    )
    account.post(
        "checkout/sessions",
        mode="payment",
        success_url="https://e.com",
        line_items=[{"price": once, "quantity": 1}],
    )
    account.post("billing_portal/sessions", customer=payer, return_url="https://e.com")
    ids = Ids()
    for kind, name in account.world._objects:
        ids.by_kind.setdefault(kind, []).append(name)
    ids.by_kind["event"] = ids.by_kind["event"][-3:]
    ids.by_kind["subscription_item"] = [
        item["id"]
        for found in account.world.find("subscription")
        for item in found["items"]["data"]
    ]
    return account.world, ids


WORLD, IDS = furnished()


def _first(kind: str, place: int = 0) -> str:
    return IDS.by_kind[kind][place]


def recipes() -> dict[str, list[dict[str, Any]]]:
    """Sound parameters of endpoints that need several, to be spoilt by others."""
    customer, price, coupon = _first("customer"), _first("price"), _first("coupon")
    yearly, once = _first("price", 1), _first("price", 2)
    subscription = _first("subscription")
    item = _first("subscription_item", -1)
    product = _first("product")
    items = [{"price": price, "quantity": 2}]
    card = {
        "type": "card",
        "card": {"number": "4242424242424242", "exp_month": 1, "exp_year": 2040},
    }
    card["card"]["cvc"] = "123"
    paid = {"amount": 1200, "currency": "usd", "customer": customer}
    at = {"success_url": "https://example.com/s"}
    return {
        "POST /v1/prices": [
            {"product": product, "currency": "usd", "unit_amount": 900},
            {
                "product": product,
                "currency": "usd",
                "recurring": {"interval": "year"},
                "unit_amount_decimal": "12.5",
            },
            {
                "product_data": {"name": "X"},
                "currency": "eur",
                "billing_scheme": "tiered",
                "tiers_mode": "graduated",
                "recurring": {"interval": "month"},
                "tiers": [{"up_to": 5, "unit_amount": 100}, {"up_to": "inf", "unit_amount": 50}],
            },
        ],
        "POST /v1/plans": [
            {"product": product, "currency": "usd", "amount": 900, "interval": "month"}
        ],
        "POST /v1/coupons": [
            {"percent_off": 10, "duration": "forever"},
            {
                "amount_off": 500,
                "currency": "usd",
                "duration": "repeating",
                "duration_in_months": 3,
            },
        ],
        "POST /v1/promotion_codes": [{"promotion": {"type": "coupon", "coupon": coupon}}],
        "POST /v1/subscriptions": [
            {"customer": customer, "items": items},
            {"customer": customer, "items": [{"price": yearly}], "trial_period_days": 3},
            {
                "customer": customer,
                "items": items,
                "discounts": [{"coupon": coupon}],
                "payment_behavior": "default_incomplete",
            },
            {
                "customer": customer,
                "items": items,
                "collection_method": "send_invoice",
                "days_until_due": 3,
                "billing_mode": {"type": "classic"},
            },
        ],
        "POST /v1/subscriptions/{subscription_exposed_id}": [
            {"items": [{"id": item, "price": yearly}]},
            {"items": [{"id": item, "quantity": 7}], "proration_behavior": "always_invoice"},
            {"cancel_at_period_end": True},
            {"trial_end": "now"},
            {"cancel_at": START + 10**6},
            {"items": [{"id": item, "deleted": True}, {"price": once}]},
            {"billing_cycle_anchor": "now", "proration_behavior": "none"},
        ],
        "POST /v1/subscription_items": [
            {"subscription": subscription, "price": yearly},
            {"subscription": subscription, "price": price, "quantity": 3},
        ],
        "POST /v1/subscription_items/{item}": [{"quantity": 4}, {"price": yearly}],
        "POST /v1/invoices": [
            {"customer": customer},
            {"customer": customer, "auto_advance": True},
            {"customer": customer, "pending_invoice_items_behavior": "exclude"},
            {"customer": customer, "collection_method": "send_invoice", "days_until_due": 30},
        ],
        "POST /v1/invoiceitems": [
            {"customer": customer, "amount": 500, "currency": "usd"},
            {"customer": customer, "pricing": {"price": once}, "quantity": 3},
            {"customer": customer, "amount": -500, "currency": "usd"},
        ],
        "POST /v1/invoices/create_preview": [
            {"customer": customer},
            {"subscription": subscription},
            {
                "subscription": subscription,
                "subscription_details": {
                    "items": [{"id": item, "price": yearly}],
                    "proration_behavior": "create_prorations",
                },
            },
            {"customer": customer, "subscription_details": {"items": items}},
        ],
        "POST /v1/payment_methods": [card],
        "POST /v1/payment_methods/{payment_method}/attach": [{"customer": customer}],
        "POST /v1/tokens": [{"card": card["card"]}],
        "POST /v1/payment_intents": [
            paid,
            {**paid, "payment_method": "pm_card_visa", "confirm": True, "off_session": True},
            {
                **paid,
                "payment_method": "pm_card_visa",
                "capture_method": "manual",
                "confirm": True,
                "return_url": "https://example.com",
            },
            {
                **paid,
                "payment_method": "pm_card_authenticationRequired",
                "confirm": True,
                "return_url": "https://example.com",
            },
            {
                **paid,
                "payment_method": "pm_card_chargeDeclined",
                "confirm": True,
                "return_url": "https://example.com",
            },
        ],
        "POST /v1/payment_intents/{intent}/confirm": [
            {"payment_method": "pm_card_visa", "return_url": "https://example.com"}
        ],
        "POST /v1/setup_intents": [
            {
                "customer": customer,
                "payment_method": "pm_card_visa",
                "confirm": True,
                "return_url": "https://example.com",
            }
        ],
        "POST /v1/setup_intents/{intent}/confirm": [
            {"payment_method": "pm_card_visa", "return_url": "https://example.com"}
        ],
        "POST /v1/charges": [
            {"amount": 700, "currency": "usd", "source": "tok_visa"},
            {"amount": 700, "currency": "usd", "source": "tok_visa", "capture": False},
        ],
        "POST /v1/customers/{customer}/sources": [{"source": "tok_visa"}],
        "POST /v1/refunds": [{"charge": name, "amount": 10} for name in IDS.by_kind["charge"]],
        "POST /v1/checkout/sessions": [
            {"mode": "subscription", "line_items": items, **at},
            {"mode": "payment", "line_items": [{"price": once, "quantity": 1}], **at},
            {"mode": "setup", "currency": "usd", "customer": customer, **at},
        ],
        "POST /v1/billing_portal/sessions": [
            {"customer": customer, "return_url": "https://example.com"},
            {
                "customer": customer,
                "flow_data": {
                    "type": "subscription_cancel",
                    "subscription_cancel": {"subscription": subscription},
                },
            },
            {"customer": customer, "flow_data": {"type": "payment_method_update"}},
        ],
        "POST /v1/test_helpers/test_clocks": [{"frozen_time": START}],
        "POST /v1/test_helpers/test_clocks/{test_clock}/advance": [
            {"frozen_time": START + days * 86_400} for days in (1, 10, 31, 59)
        ],
        "POST /v1/webhook_endpoints": [
            {"url": "http://127.0.0.1:1/h", "enabled_events": ["invoice.paid"]}
        ],
    }
