"""The fields of recorded answers of the real API, beside ours in the version of the recording.

Recordings are found by the environment variable `CAROM_RECORDINGS`. A field is compared by its
presence, at every depth that both have; hashes that hold the caller's own keys, and those whose
keys follow from the account's settings or the kind of payment, are not looked into.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.api.versions.till import Till, opened

FOLDER = os.environ.get("CAROM_RECORDINGS")
pytestmark = pytest.mark.skipif(FOLDER is None, reason="CAROM_RECORDINGS names no folder")

OPEN = frozenset(
    {
        "allow_redisplay",
        "fraud_details",
        "invoice_credit_balance",
        "metadata",
        "next_action",
        "payment_method_details",
        "payment_method_options",
    }
)
OURS = (
    "balance_transaction",
    "billing_portal.session",
    "charge",
    "checkout.session",
    "customer",
    "invoice",
    "invoice_payment",
    "line_item",
    "payment_intent",
    "payment_method",
    "plan",
    "price",
    "subscription",
    "subscription_item",
)
REASONS = {
    "checkout.session": "recorded in setup mode: other fields are filled than in subscription mode",
    "payment_method": "recorded for many kinds of payment methods, ours is a card",
}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("object"), str) and not value.get("deleted"):
            yield value
        for item in value.values():
            yield from objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def fields(value: Any, path: str = "") -> Iterator[str]:
    """Dotted paths of the fields of one object, not of the objects that it embeds."""
    if isinstance(value, dict) and not (path and "object" in value):
        for name, item in value.items():
            yield path + name
            if name not in OPEN:
                yield from fields(item, f"{path}{name}.")


@cache
def recorded() -> dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]]:
    """Of each kind and version the fields that some recorded object has, and that all have."""
    assert FOLDER is not None
    seen: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for file in sorted(Path(FOLDER).glob("*.json")):
        for interaction in json.loads(file.read_text())["interactions"]:
            for obj in objects(interaction["response"]):
                seen[obj["object"], interaction["version"]].append(frozenset(fields(obj)))
    return {
        key: (frozenset.union(*found), frozenset.intersection(*found))
        for key, found in seen.items()
    }


def shown(till: Till, version: str) -> dict[str, set[str]]:
    """Of each kind the fields that ours have in this version."""
    subscription = till.subscribed(version, expand=["latest_invoice", "customer"])
    invoice = till.get(f"invoices/{subscription['latest_invoice']['id']}", version)
    payments = till.get("invoice_payments", version, invoice=invoice["id"])
    paths = ["latest_charge.balance_transaction", "latest_charge.refunds", "payment_method"]
    intent = payments["data"][0]["payment"]["payment_intent"]
    session = till.post(
        "checkout/sessions",
        version,
        mode="subscription",
        success_url="https://shop.example/done",
        line_items=[{"price": subscription["items"]["data"][0]["price"]["id"], "quantity": 1}],
    )
    answers = [
        subscription,
        invoice,
        payments,
        session,
        till.get(f"payment_intents/{intent}", version, expand=paths),
        till.post("billing_portal/configurations", features={"invoice_history": {"enabled": True}}),
        till.post(
            "billing_portal/sessions",
            version,
            customer=subscription["customer"]["id"],
            return_url="https://shop.example",
        ),
    ]
    found: dict[str, set[str]] = defaultdict(set)
    for answer in answers:
        assert "error" not in answer, answer
        for obj in objects(answer):
            found[obj["object"]] |= set(fields(obj))
    return found


def known_versions() -> list[str]:
    return sorted({version for _, version in recorded()}) if FOLDER else []


@pytest.mark.parametrize("version", known_versions())
def test_recorded_objects_have_our_fields_in_their_version(version: str) -> None:
    ours = shown(opened(), version)
    differences = []
    for kind in OURS:
        if (kind, version) not in recorded() or kind in REASONS:
            continue
        some, every = recorded()[kind, version]
        top = {path for path in every if "." not in path}
        differences += [f"{kind}.{path} is missing" for path in top - ours[kind]]
        differences += [
            f"{kind}.{path} is not recorded"
            for path in ours[kind] - some
            if path.rpartition(".")[0] in some or "." not in path
        ]
    assert sorted(differences) == []
