"""What a running app answers when it is asked: which path says that it is ready, where its webhooks
go, and where its JSON shows an entitlement.

Only GET, and one empty POST to each place where webhooks may go, which no app accepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

READY = ("/health", "/healthz", "/up", "/api/health", "/")
WEBHOOKS = (
    "/webhooks/stripe",
    "/stripe/webhook",
    "/webhook",
    "/api/webhooks/stripe",
    "/api/stripe/webhook",
    "/api/webhook",
    "/webhooks/stripe/",
)
ENTITLEMENTS = (
    "/api/entitlement",
    "/api/entitlements",
    "/api/subscription",
    "/api/billing",
    "/api/me",
    "/me",
)
WORDS: Mapping[str, tuple[str, ...]] = {
    "plan": ("plan", "plan_name", "tier", "plan_id", "product"),
    "access": ("access", "has_access", "active", "is_active", "entitled", "is_pro", "subscribed"),
    "status": ("status", "subscription_status", "state"),
    "winding_down": ("winding_down", "is_canceling", "canceling"),
    "cancel_at_period_end": ("cancel_at_period_end",),
    "cancel_at": ("cancel_at", "ends_at"),
    "period_end": ("current_period_end", "period_end", "renews_at"),
    "pending": ("pending", "is_pending"),
}
"""The names under which apps show the fields of an entitlement; in camel case, too."""
FLAGS = ("access", "winding_down", "cancel_at_period_end", "pending")
TIMES = ("cancel_at", "period_end")

PATIENCE = 5.0
DEEPEST = 4


class NothingThere(Exception):
    """Nobody answers at the address."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `None`, or nothing, where it was not."""

    ready: str | None = None
    webhook: str | None = None
    entitlement: str | None = None
    pointers: Mapping[str, str] = field(default_factory=dict)


def probe(url: str, headers: Mapping[str, str] | None = None, path: str | None = None) -> Found:
    """Asks the app at this origin. `headers` sign a user in; `path` is where the entitlement is, if
    that is known. Raises `NothingThere`.
    """
    with httpx.Client(
        base_url=url, headers=headers, trust_env=False, timeout=PATIENCE, follow_redirects=False
    ) as client:
        ready = _ready(client)
        entitlement, pointers = _entitlement(client, (path,) if path else ENTITLEMENTS)
        return Found(ready, _webhook(client), entitlement, pointers)


def _ready(client: httpx.Client) -> str | None:
    try:
        statuses = {path: client.get(path).status_code for path in READY}
    except httpx.TransportError as fault:
        problem = f"{client.base_url} does not answer ({fault}). Is the app running there?"
        raise NothingThere(problem) from fault
    good = (path for path, status in statuses.items() if 200 <= status < 300)
    return next(good, None)


def _webhook(client: httpx.Client) -> str | None:
    """The first path at which a POST without a signature is refused, and not for want of a page."""
    for path in WEBHOOKS:
        if _asked(client, "POST", path) in (400, 401, 403):
            return path
    return None


def _asked(client: httpx.Client, method: str, path: str) -> int | None:
    try:
        return client.request(method, path).status_code
    except httpx.TransportError:
        return None


def _entitlement(
    client: httpx.Client, paths: tuple[str, ...]
) -> tuple[str | None, Mapping[str, str]]:
    for path in paths:
        try:
            shown = client.get(path, headers={"Accept": "application/json"})
            pointers = pointers_in(shown.json()) if shown.is_success else {}
        except (httpx.TransportError, ValueError):
            continue
        if "plan" in pointers or "access" in pointers:
            return path, pointers
    return None, {}


def pointers_in(value: Any) -> dict[str, str]:
    """Field -> JSON pointer, for the fields that the JSON shows under a name that is usual, with a
    value of their kind; the one that is least deep, and the more usual name first.
    """
    found: dict[str, str] = {}
    leaves = sorted(_leaves(value, ""), key=lambda leaf: leaf[0].count("/"))
    for name, words in WORDS.items():
        for word in words:
            pointer = next((at for at, what in leaves if _fits(name, word, at, what)), None)
            if pointer is not None:
                found[name] = pointer
                break
    return found


def _fits(name: str, word: str, pointer: str, value: Any) -> bool:
    key = pointer.rpartition("/")[2].lower().replace("_", "")
    if key != word.replace("_", ""):
        return False
    if name in FLAGS:
        return isinstance(value, bool) or (value is None and name != "access")
    if name in TIMES:
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    return value is None or isinstance(value, str)


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and pointer.count("/") < DEEPEST:
        for key, inner in value.items():
            escaped = str(key).replace("~", "~0").replace("/", "~1")
            yield from _leaves(inner, f"{pointer}/{escaped}")
    elif not isinstance(value, dict | list):
        yield pointer, value
