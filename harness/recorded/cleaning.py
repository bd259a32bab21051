"""What a recording must not keep: that it is live, secrets, and who somebody is.

Names, e-mail addresses, phone numbers and postal addresses are replaced (the country stays, because
taxes depend on it), as are addresses of pages, keys and secrets (`fidelity/scrubbing.py`). Metadata
is the app's own, and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.fidelity.scrubbing import Scrubber

SOMEBODY = "Somebody"
PEOPLE = frozenset(
    {"billing_details", "customer_details", "collected_information", "shipping", "shipping_details"}
)
"""Hashes that say who somebody is; a customer object is one, too."""
NAMES = frozenset({"name", "individual_name", "business_name", "phone"})
PREFIX = "customer_"
"""Before these names on invoices: `customer_name`, `customer_address`."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An event that may be kept; `live`: it came from live mode."""

    event: dict[str, Any]
    live: bool


def cleaned(event: Mapping[str, Any], *, people: bool = True) -> Cleaned:
    """The event without what must not be kept; with `people` false, who somebody is stays."""
    value = Scrubber(hides_emails=people).body(dict(event))
    if people:
        value = _nobody(value, of_person=False)
    return Cleaned(_not_live(value), bool(event.get("livemode")))


def _nobody(value: Any, *, of_person: bool) -> Any:
    if isinstance(value, list):
        return [_nobody(item, of_person=of_person) for item in value]
    if not isinstance(value, dict):
        return value
    of_person = of_person or value.get("object") == "customer"
    return {key: _of(key, inner, of_person=of_person) for key, inner in value.items()}


def _of(key: str, value: Any, *, of_person: bool) -> Any:
    if key == "metadata":
        return value
    name = key.removeprefix(PREFIX)
    tells = of_person or name != key
    if tells and name in NAMES and isinstance(value, str):
        return SOMEBODY
    if tells and name == "address" and isinstance(value, dict):
        return {part: text if part == "country" else None for part, text in value.items()}
    return _nobody(value, of_person=of_person or key in PEOPLE)


def _not_live(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: False if key == "livemode" and inner is True else _not_live(inner)
            for key, inner in value.items()
        }
    return [_not_live(item) for item in value] if isinstance(value, list) else value
