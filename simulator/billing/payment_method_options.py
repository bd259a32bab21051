"""Which payment methods an intent offers and the options it shows for each.

The account's settings say what is switched on; recorded traffic shows the options of each type,
which are fuller on the intents of invoices, and that capturing by hand and saving for later leave
out the types that cannot do it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from simulator.contract import object_schema
from simulator.engine import Obj, World

HELD_FOR_CAPTURE = frozenset(
    ("affirm", "afterpay_clearpay", "amazon_pay", "card", "cashapp", "klarna", "link", "paypal")
)
"""Types whose payments can be authorised now and captured later."""

SAVED_BY_CHECKOUT = frozenset(
    ("card", "cashapp", "klarna", "link", "paypal", "sepa_debit", "us_bank_account")
)
"""Types that Checkout offers in setup mode."""

REDIRECTING = frozenset(
    (
        "affirm",
        "afterpay_clearpay",
        "alipay",
        "amazon_pay",
        "bancontact",
        "cashapp",
        "eps",
        "giropay",
        "grabpay",
        "ideal",
        "klarna",
        "p24",
        "paypal",
        "sofort",
        "wechat_pay",
    )
)
"""Types that may send the customer to another page."""

_CARD: Obj = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
_OPTIONS: dict[str, Obj] = {
    "acss_debit": {"verification_method": "automatic"},
    "afterpay_clearpay": {"reference": None},
    "card": _CARD,
    "klarna": {"preferred_locale": None},
    "link": {"persistent_token": None},
    "us_bank_account": {
        "financial_connections": {"permissions": ["payment_method"], "prefetch": []},
        "mandate_options": {},
        "verification_method": "automatic",
    },
    "wechat_pay": {"app_id": None, "client": None},
}
_CHECKOUT_OPTIONS: dict[str, Obj] = {
    "card": {"request_three_d_secure": "automatic"},
    "us_bank_account": {
        "financial_connections": {"permissions": ["payment_method"], "prefetch": []},
        "verification_method": "automatic",
    },
}
_INVOICE_OPTIONS: dict[str, Obj] = {
    "acss_debit": {
        "mandate_options": {
            "interval_description": None,
            "payment_schedule": None,
            "transaction_type": None,
        },
        "verification_method": "automatic",
    },
    "us_bank_account": {"mandate_options": {}, "verification_method": "automatic"},
}


def options_of(types: Iterable[str], *, invoice: bool = False) -> Obj:
    """`payment_method_options` of an intent that offers these types.

    Some types that an intent may be allowed have no options (class `stripe.PaymentIntent`).
    """
    own, having = _INVOICE_OPTIONS if invoice else {}, _with_options()
    return {kind: own.get(kind, _OPTIONS.get(kind, {})) for kind in sorted(types) if kind in having}


@cache
def _with_options() -> frozenset[str]:
    options = object_schema("payment_intent")["properties"]["payment_method_options"]
    return frozenset(options["properties"])


def checkout_options(types: Iterable[str]) -> Obj:
    """`payment_method_options` of a Checkout Session (recorded traffic: those of two types)."""
    return {kind: _CHECKOUT_OPTIONS[kind] for kind in sorted(types) if kind in _CHECKOUT_OPTIONS}


def offered(world: World, *, manual_capture: bool = False) -> list[str]:
    """The types that a PaymentIntent offers by itself: those switched on that can do it."""
    settings = world.settings
    types = settings.one_off_payment_method_types or settings.payment_method_types
    return [kind for kind in types if not manual_capture or kind in HELD_FOR_CAPTURE]


def configuration_details(world: World) -> Obj:
    """The account's payment method configuration, as an intent with automatic methods names it."""
    name = world.kept("payment_method_configuration").get("id")
    if name is None:
        name = world.ids.new("pmc")
        world.keep("payment_method_configuration", id=name)
    return {"id": name, "parent": None}
