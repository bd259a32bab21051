"""The names of a Checkout Session's UI modes."""

from __future__ import annotations

from simulator.api.versions.change import Change, Parameters, Raw
from simulator.api.versions.shape import Lookup, Shape
from simulator.contract import InvalidChoice
from simulator.engine import Obj, World

NEWER = {"custom": "elements", "embedded": "embedded_page", "hosted": "hosted_page"}
OLDER = {newer: older for older, newer in NEWER.items()}


def _upgrade(raw: Raw, _world: World) -> Raw:
    mode = raw.get("ui_mode")
    if not isinstance(mode, str) or not mode:
        return raw
    if mode not in NEWER:
        raise InvalidChoice("ui_mode", tuple(NEWER))
    return {**raw, "ui_mode": NEWER[mode]}


def _older(_lookup: Lookup, session: Obj) -> str | None:
    mode = session["ui_mode"]
    return OLDER.get(mode, mode)


CHANGE = Change(
    version="2026-03-25.dahlia",
    summary="`ui_mode` is `hosted_page`, `embedded_page` or `elements`, which were `hosted`,"
    " `embedded` and `custom`.",
    page="https://docs.stripe.com/changelog/dahlia/2026-03-25/updates-available-checkout-session-ui-modes",
    shapes={"checkout.session": Shape(rewritten={"ui_mode": _older})},
    parameters={"POST /v1/checkout/sessions": Parameters(_upgrade)},
)
