"""How a new billing cycle anchor is asked for: by a word or an instant, since then by a hash."""

from __future__ import annotations

from simulator.api.versions.change import Change, Parameters, Raw
from simulator.contract import InvalidString
from simulator.engine import World

ANCHOR = "billing_cycle_anchor"


def _upgrade(raw: Raw, _world: World) -> Raw:
    anchor = raw.get(ANCHOR)
    if anchor is None or anchor == "":
        return raw
    if not isinstance(anchor, str):
        raise InvalidString(ANCHOR, anchor)
    if anchor.isdecimal():
        return {**raw, ANCHOR: {"type": "timestamp", "timestamp": anchor}}
    return {**raw, ANCHOR: {"type": anchor}}


def _upgrade_preview(raw: Raw, world: World) -> Raw:
    details = raw.get("subscription_details")
    if not isinstance(details, dict) or ANCHOR not in details:
        return raw
    return {**raw, "subscription_details": _upgrade(details, world)}


_ANCHOR = Parameters(_upgrade, names={f"{ANCHOR}[type]": ANCHOR})

CHANGE = Change(
    version="2026-09-30.endive",
    summary="`billing_cycle_anchor` of an update, a resumption or a preview is a hash with a"
    " `type`.",
    page="https://docs.stripe.com/changelog/endive/2026-09-30/polymorphic-billing-cycle-anchor",
    parameters={
        "POST /v1/invoices/create_preview": Parameters(
            _upgrade_preview,
            names={f"subscription_details[{ANCHOR}][type]": f"subscription_details[{ANCHOR}]"},
        ),
        "POST /v1/subscriptions/{subscription_exposed_id}": _ANCHOR,
        "POST /v1/subscriptions/{subscription}/resume": _ANCHOR,
    },
)
