"""`GET /v1/invoices/upcoming` and its lines, since when previews are created by a POST.

The parameters of the subscription carried its name: `subscription_items` became
`subscription_details[items]`. An upcoming invoice has no id.
"""

from __future__ import annotations

from simulator.api.versions.change import Change, Raw
from simulator.api.versions.endpoint import Endpoint
from simulator.billing.call import Embedded
from simulator.engine import Obj, World

PREVIEW = "POST /v1/invoices/create_preview"
PREFIX = "subscription_"


def _upgrade(raw: Raw, _world: World) -> Raw:
    newer: Raw = {}
    details: Raw = {}
    for name, value in raw.items():
        if name == "subscription_details" and isinstance(value, dict):
            details.update(value)
        elif name.startswith(PREFIX) and name != "subscription_details":
            details[name.removeprefix(PREFIX)] = value
        else:
            newer[name] = value
    return {**newer, "subscription_details": details} if details else newer


def _without_id(invoice: Obj) -> Obj:
    lines = invoice["lines"]
    data = [{**line, "invoice": None} for line in lines["data"]]
    shown = {name: value for name, value in invoice.items() if name != "id"}
    return {**shown, "lines": {**lines, "data": data}}


def _lines(invoice: Obj) -> Embedded:
    return Embedded(tuple(_without_id(invoice)["lines"]["data"]))


CHANGE = Change(
    version="2025-03-31.basil",
    summary="Previews are created by `POST /v1/invoices/create_preview`; the upcoming invoice is"
    " no longer read.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/invoice-preview-api-deprecations",
    endpoints=(
        Endpoint("GET", "/v1/invoices/upcoming", PREVIEW, _upgrade, _without_id),
        Endpoint("GET", "/v1/invoices/upcoming/lines", PREVIEW, _upgrade, _lines, paged=True),
    ),
)
