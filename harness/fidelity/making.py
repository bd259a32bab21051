"""Requests that make a given: as its account made it, through the API.

Where Stripe lets an account choose an id (products, plans, coupons), the recorded one is chosen;
elsewhere ours is learnt from the answer. One function for each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.fidelity.givens import Given
from harness.fidelity.kinds import prefix_of
from harness.fidelity.recording import Pairs

PLAIN_CARD = "visa"
CARDS: Mapping[str, str] = {
    "amex": "amex",
    "diners": "diners",
    "discover": "discover",
    "jcb": "jcb",
    "mastercard": "mastercard",
    "unionpay": "unionpay",
    "visa": "visa",
}
"""Stripe's test payment methods by brand: `pm_card_...` (docs.stripe.com/testing)."""


@dataclass(frozen=True, slots=True)
class Step:
    """A POST. `names` says that its answer's id stands for the given's."""

    path: str
    params: Pairs
    names: bool = True


Maker = Callable[[Given], list[Step]]


def steps_for(given: Given) -> list[Step] | None:
    """How to make a given, or None where that kind cannot be made from what is known."""
    maker = MAKERS.get(given.kind)
    return maker(given) if maker else None


def pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """A value as form parameters; nulls, empty texts and empty hashes are left out."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from pairs(item, f"{name}[{key}]" if name else key)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from pairs(item, f"{name}[{number}]")
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif value is not None and value != "":
        yield name, str(value)


def _post(path: str, params: Mapping[str, Any], *, names: bool = True) -> Step:
    return Step(path, tuple(pairs(params)), names)


def _taken(shown: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    return {field: shown[field] for field in fields if shown.get(field) is not None}


def _product(given: Given) -> list[Step]:
    shown = given.shown
    told = _taken(
        shown, "description", "metadata", "statement_descriptor", "tax_code", "unit_label"
    )
    # A name that nothing tells is asked for by nothing either.
    return [_post("/v1/products", {"id": given.id, "name": shown.get("name") or given.id, **told})]


def _price(given: Given) -> list[Step]:
    shown = given.shown
    if not shown:
        return []
    if prefix_of(given.id) == "price" and shown.get("object") == "price":
        recurring = _taken(shown.get("recurring") or {}, "interval", "interval_count")
        told = _taken(
            shown, "currency", "lookup_key", "metadata", "nickname", "product", "tax_behavior"
        )
        amount = {"unit_amount": shown.get("unit_amount")}
        return [_post("/v1/prices", {**told, **amount, "recurring": recurring})]
    return _plan(given)


def _plan(given: Given) -> list[Step]:
    """A price whose id was chosen was made as a plan: only those may choose."""
    shown = given.shown
    recurring = shown.get("recurring") or shown
    made = _post(
        "/v1/plans",
        {
            "id": given.id,
            "amount": shown.get("unit_amount", shown.get("amount")),
            **_taken(shown, "currency", "metadata", "nickname", "product"),
            **_taken(recurring, "interval", "interval_count", "trial_period_days"),
        },
    )
    taxed = shown.get("tax_behavior", "unspecified")
    if taxed == "unspecified":
        return [made]
    return [made, _post(f"/v1/prices/{given.id}", {"tax_behavior": taxed}, names=False)]


def _coupon(given: Given) -> list[Step]:
    told = _taken(
        given.shown,
        "amount_off",
        "currency",
        "duration",
        "duration_in_months",
        "max_redemptions",
        "metadata",
        "name",
        "percent_off",
        "redeem_by",
    )
    if not {"amount_off", "percent_off"} & told.keys():
        return []
    return [_post("/v1/coupons", {"id": given.id, **told})]


def _promotion_code(given: Given) -> list[Step]:
    shown = given.shown
    promoted = shown.get("promotion") or {"type": "coupon", "coupon": shown.get("coupon")}
    coupon = promoted.get("coupon")
    name = coupon["id"] if isinstance(coupon, Mapping) else coupon
    if name is None:
        return []
    told = _taken(shown, "code", "customer", "expires_at", "max_redemptions", "metadata")
    return [_post("/v1/promotion_codes", {"promotion": {"type": "coupon", "coupon": name}, **told})]


def _tax_rate(given: Given) -> list[Step]:
    told = _taken(
        given.shown, "country", "description", "display_name", "inclusive", "jurisdiction",
        "metadata", "percentage", "state", "tax_type",
    )  # fmt: skip
    return [_post("/v1/tax_rates", told)] if "percentage" in told else []


def _customer(given: Given) -> list[Step]:
    told = _taken(
        given.shown,
        "address",
        "description",
        "email",
        "metadata",
        "name",
        "phone",
        "preferred_locales",
        "shipping",
    )
    if not given.shown:
        # Nobody knows what it paid with; a plain card as its default pays what was paid.
        card = f"pm_card_{PLAIN_CARD}"
        told = {
            "payment_method": card,
            "invoice_settings": {"default_payment_method": card},
        }
    return [_post("/v1/customers", told)]


def _payment_method(given: Given) -> list[Step]:
    """A saved card; of one that no answer shows, a Visa is as good as any."""
    shown = given.shown
    owner = shown.get("customer") or given.by
    if isinstance(owner, Mapping):
        owner = owner["id"]
    kind = shown.get("type", "card")
    if kind != "card":
        made = _post("/v1/payment_methods", {"type": kind, **_taken(shown, "billing_details")})
        return [made]
    brand = CARDS.get((shown.get("card") or {}).get("brand", PLAIN_CARD), PLAIN_CARD)
    if owner is None:
        return [_post("/v1/payment_methods", {"type": "card", "card": {"token": f"tok_{brand}"}})]
    attached = _post(f"/v1/payment_methods/pm_card_{brand}/attach", {"customer": owner})
    if not given.default:
        return [attached]
    settings = {"invoice_settings": {"default_payment_method": given.id}}
    return [attached, _post(f"/v1/customers/{owner}", settings, names=False)]


def _subscription(given: Given) -> list[Step]:
    """A subscription that was begun with what it still has."""
    shown = given.shown
    items = [
        {"price": item["price"]["id"], **_taken(item, "quantity")}
        for item in (shown.get("items") or {}).get("data", ())
    ]
    if not items or not isinstance(shown.get("customer"), str):
        return []
    told = _taken(shown, "customer", "description", "metadata", "cancel_at_period_end")
    return [_post("/v1/subscriptions", {**told, "items": items})]


def _account(given: Given) -> list[Step]:
    """A connected account, as its own answers tell of it (`facts.py`)."""
    told = given.shown
    return [
        _post(
            "/v1/accounts",
            {
                "type": "standard",
                "country": told.get("country", "US"),
                "business_profile": {"name": told.get("account_name")},
                "settings": {
                    "payments": {"statement_descriptor": told.get("statement_descriptor")}
                },
            },
        )
    ]


MAKERS: Mapping[str, Maker] = {
    "account": _account,
    "coupon": _coupon,
    "customer": _customer,
    "payment_method": _payment_method,
    "price": _price,
    "product": _product,
    "promotion_code": _promotion_code,
    "subscription": _subscription,
    "tax_rate": _tax_rate,
}
