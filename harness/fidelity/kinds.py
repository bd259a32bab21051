"""What kind of thing a string is: a name that was drawn, a URL, a token, or words that count.

Drawn names can differ between a recording and Carom, as they differ between two runs at Stripe;
they are compared by kind and by identity. Words (`status`, `description`) must be equal.
"""

from __future__ import annotations

import re

HIDDEN_URL = "<url>"
HIDDEN = frozenset({"<name>", "<opaque>"})

ID = re.compile(r"((?:[a-z]+_)+)(?:test_)?(?=\w*[0-9A-Z])([A-Za-z0-9]{10,})")
SECRET = re.compile(r"((?:[a-z]+_)+)[A-Za-z0-9]{10,}_secret_[A-Za-z0-9]+")
HEX = re.compile(r"[0-9a-f]{16,}")
PATH = re.compile(r"/[^\s),.]*")
ADDRESS = r"https?://[^\s/]+"

DRAWN: dict[str, re.Pattern[str]] = {
    "authorization_code": re.compile(r"\d{6}"),
    "fingerprint": re.compile(r"[A-Za-z0-9]{16}"),
    "invoice_prefix": re.compile(r"[A-Z0-9]{8}"),
    "network_transaction_id": re.compile(r"\d{15}"),
    "number": re.compile(r"[A-Z0-9]{8}-\d{4,}"),
    "receipt_number": re.compile(r"\d{4}-\d{4}"),
    "reference": re.compile(r"\d+"),
    "trace_id": re.compile(r"\w+"),
}
"""Fields that hold what was drawn, and the form it has."""

TIME_FIELDS = frozenset(
    {
        "available_on",
        "billing_cycle_anchor",
        "created",
        "due_date",
        "end",
        "frozen_time",
        "proration_date",
        "start",
        "updated",
    }
)
TIME_ENDINGS = ("_at", "_end", "_start", "_date", "_before", "_until")
EPOCH = 500_000_000
"""Integers below it are no times, whatever their field is called."""


def is_time(field: str, value: object) -> bool:
    """Whether an integer in a field of this name counts Unix seconds."""
    if not isinstance(value, int) or isinstance(value, bool) or value < EPOCH:
        return False
    return field in TIME_FIELDS or field.endswith(TIME_ENDINGS) or field.startswith("finalizes")


def alike(field: str, recorded: str, ours: str) -> bool:
    """Whether both are names of the same kind, so that ours may stand for the recorded one."""
    for form in (SECRET, ID):
        if (kind := form.fullmatch(recorded)) and (own := form.fullmatch(ours)):
            return kind[1] == own[1]
    form_of_field = DRAWN.get(field)
    return form_of_field is not None and all(
        form_of_field.fullmatch(text) for text in (recorded, ours)
    )


def prefix_of(name: str) -> str | None:
    """`cus` of `cus_TOnPTfYVb5cWQv`; None if it is no drawn id."""
    found = ID.fullmatch(name)
    return found[1].rstrip("_") if found else None


def shows(recorded: str, ours: str) -> bool:
    """Whether `ours` is what `recorded` hides in part: its URLs, names and opaque data."""
    if recorded in HIDDEN:
        return bool(ours)
    if HIDDEN_URL not in recorded:
        return False
    if recorded == HIDDEN_URL:
        return re.fullmatch(ADDRESS + r"\S*", ours) is not None
    first, *rest = recorded.split(HIDDEN_URL)
    pattern = re.escape(first) + "".join(ADDRESS + _continued(part) for part in rest)
    return re.fullmatch(pattern, ours) is not None


def _continued(text: str) -> str:
    """What follows on the host: the path, perhaps a fragment that was not kept, and more text."""
    found = PATH.match(text)
    path = found[0] if found else ""
    return re.escape(path) + r"(?:[?#][^\s),]*)?" + re.escape(text[len(path) :])
