"""Which fields of which resource can be searched, and how (docs.stripe.com/search, "Query fields").

Each field says where its value is in the object, since some are named otherwise there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Sort(Enum):
    """What a field holds, which decides its operators."""

    TOKEN = frozenset({":"})
    TEXT = frozenset({":", "~"})
    NUMBER = frozenset({":", "=", ">", "<", ">=", "<="})


@dataclass(frozen=True, slots=True)
class Field:
    """`path` leads to the value; a `parent` is what objects on a test clock can be found by."""

    sort: Sort
    path: tuple[str, ...]
    parent: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """`name` as in the path of the endpoint; `kind` is the object's wire name."""

    name: str
    kind: str
    fields: Mapping[str, Field]


METADATA = "metadata"
"""Every resource has it; it is searched by key, like a token."""


def _token(path: str, *, parent: bool = False) -> Field:
    return Field(Sort.TOKEN, tuple(path.split(".")), parent)


def _text(path: str, *, parent: bool = False) -> Field:
    return Field(Sort.TEXT, tuple(path.split(".")), parent)


def _number(path: str) -> Field:
    return Field(Sort.NUMBER, tuple(path.split(".")))


_CARDS = ("card", "card_present", "interac_present")
_OF_CARDS = ("last4", "exp_month", "exp_year", "brand", "fingerprint")

RESOURCES = (
    Resource(
        "charges",
        "charge",
        {
            "amount": _number("amount"),
            "billing_details.address.postal_code": _token("billing_details.address.postal_code"),
            "created": _number("created"),
            "currency": _token("currency"),
            "customer": _token("customer", parent=True),
            "disputed": _token("disputed"),
            "refunded": _token("refunded"),
            "status": _token("status"),
            **{
                name: _token(name)
                for name in (
                    f"payment_method_details.{card}.{of}" for card in _CARDS for of in _OF_CARDS
                )
            },
        },
    ),
    Resource(
        "customers",
        "customer",
        {
            "created": _number("created"),
            "email": _text("email"),
            "name": _text("name"),
            "phone": _text("phone"),
        },
    ),
    Resource(
        "invoices",
        "invoice",
        {
            "created": _number("created"),
            "currency": _token("currency"),
            "customer": _token("customer", parent=True),
            "last_finalization_error_code": _token("last_finalization_error.code"),
            "last_finalization_error_type": _token("last_finalization_error.type"),
            "number": _text("number"),
            "receipt_number": _text("receipt_number"),
            "status": _text("status"),
            "subscription": _text("parent.subscription_details.subscription", parent=True),
            "total": _number("total"),
        },
    ),
    Resource(
        "payment_intents",
        "payment_intent",
        {
            "amount": _number("amount"),
            "created": _number("created"),
            "currency": _token("currency"),
            "customer": _token("customer", parent=True),
            "status": _token("status"),
        },
    ),
    Resource(
        "prices",
        "price",
        {
            "active": _token("active"),
            "currency": _token("currency"),
            "lookup_key": _text("lookup_key"),
            "product": _text("product"),
            "type": _token("type"),
        },
    ),
    Resource(
        "products",
        "product",
        {
            "active": _token("active"),
            "description": _text("description"),
            "name": _text("name"),
            "shippable": _token("shippable"),
            "url": _text("url"),
        },
    ),
    Resource(
        "subscriptions",
        "subscription",
        {
            "canceled_at": _number("canceled_at"),
            "created": _number("created"),
            "status": _token("status"),
        },
    ),
)
