"""What an account sells in every life: a price of every kind, coupons, tax rates and features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.billing.account import Account

TIERS: list[dict[str, Any]] = [
    {"up_to": 5, "unit_amount": 700},
    {"up_to": 10, "unit_amount": 600, "flat_amount": 100},
    {"up_to": "inf", "unit_amount": 500},
]
PRICES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("usd", "month", {"unit_amount": 1000}),
    ("usd", "month", {"unit_amount": 2599, "tax_behavior": "exclusive"}),
    ("usd", "month", {"unit_amount": 0}),
    ("usd", "year", {"unit_amount": 12_000}),
    ("usd", "week", {"unit_amount": 333}),
    ("usd", "month", {"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": TIERS}),
    ("usd", "month", {"billing_scheme": "tiered", "tiers_mode": "volume", "tiers": TIERS}),
    ("usd", "month", {"unit_amount": 99, "transform_quantity": {"divide_by": 3, "round": "up"}}),
    ("usd", "month", {"unit_amount_decimal": "33.335"}),
    ("jpy", "month", {"unit_amount": 1500}),
    ("jpy", "year", {"unit_amount": 15_001}),
    ("kwd", "month", {"unit_amount": 12_340}),
    ("kwd", "week", {"unit_amount": 3330}),
    ("usd", "month", {"unit_amount": 7, "metered": True}),
    (
        "usd",
        "month",
        {
            "billing_scheme": "tiered",
            "metered": True,
            "tiers_mode": "graduated",
            "tiers": TIERS,
        },
    ),
)
"""Currency, interval and terms."""
METERED = "calls"
"""The name of the events by which usage is reported."""
COUPONS: tuple[dict[str, Any], ...] = (
    {"percent_off": 10, "duration": "forever"},
    {"percent_off": 33.33, "duration": "once"},
    {"amount_off": 500, "currency": "usd", "duration": "repeating", "duration_in_months": 3},
    {"percent_off": 100, "duration": "once"},
)
TAXES: tuple[dict[str, Any], ...] = (
    {"display_name": "Sales tax", "percentage": 8.25, "inclusive": False},
    {"display_name": "VAT", "percentage": 20, "inclusive": True},
)


@dataclass(frozen=True, slots=True)
class Price:
    """A price by its id, and what decides where it fits."""

    name: str
    currency: str
    metered: bool


@dataclass(frozen=True, slots=True)
class Shop:
    """The ids of what was set up. The first products of two carry a feature each."""

    prices: tuple[Price, ...]
    coupons: tuple[str, ...]
    promotion_code: str
    taxes: tuple[str, ...]
    portals: tuple[str, ...]

    def in_currency(self, currency: str | None) -> Sequence[Price]:
        """The prices that a customer of that currency can have; all, if it has none yet."""
        return [p for p in self.prices if currency in (None, p.currency)]


def furnished(account: Account) -> Shop:
    """Set all of it up."""
    products = [
        account.post("products", name="Gold", unit_label="user")["id"],
        account.post("products", name="Silver")["id"],
    ]
    for product, key in zip(products, ("api-access", "support"), strict=True):
        feature = account.post("entitlements/features", lookup_key=key, name=key.title())["id"]
        account.post(f"products/{product}/features", entitlement_feature=feature)
    meter = account.post(
        "billing/meters",
        display_name="Calls",
        event_name=METERED,
        default_aggregation={"formula": "sum"},
    )["id"]
    prices = tuple(
        _price(account, products[position % 2], meter, *terms)
        for position, terms in enumerate(PRICES)
    )
    coupons = tuple(account.post("coupons", **terms)["id"] for terms in COUPONS)
    code = account.post("promotion_codes", promotion={"type": "coupon", "coupon": coupons[0]})
    taxes = tuple(account.post("tax_rates", **terms)["id"] for terms in TAXES)
    return Shop(prices, coupons, code["id"], taxes, _portals(account, products[0], prices))


def _price(
    account: Account, product: str, meter: str, currency: str, interval: str, terms: dict[str, Any]
) -> Price:
    metered = bool(terms.get("metered"))
    recurring = {"interval": interval}
    if metered:
        recurring |= {"meter": meter, "usage_type": "metered"}
    given = {name: value for name, value in terms.items() if name != "metered"}
    made = account.post("prices", product=product, currency=currency, recurring=recurring, **given)
    return Price(made["id"], currency, metered)


def _portals(account: Account, product: str, prices: Sequence[Price]) -> tuple[str, ...]:
    """Two portals: a lenient one that changes at once, and one that waits for the period's end."""
    sold = [p.name for p in (prices[0], prices[4])]
    update = {
        "enabled": True,
        "default_allowed_updates": ["price", "quantity"],
        "products": [
            {
                "product": product,
                "prices": sold,
                "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 9},
            }
        ],
    }
    cards = {"payment_method_update": {"enabled": True}}
    at_once = {
        "subscription_cancel": {"enabled": True, "mode": "immediately"},
        "subscription_update": {**update, "proration_behavior": "always_invoice"},
    }
    in_time = {
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
        "subscription_update": {
            **update,
            "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
        },
    }
    return tuple(
        account.post("billing_portal/configurations", features={**cards, **features})["id"]
        for features in (at_once, in_time)
    )
