"""A customer's tax ids (docs.stripe.com/billing/customer/tax-ids; class `stripe.TaxId`).

Ids of some types are verified with their authority a moment later, and `customer.tax_id.updated`
tells how that went. The magic values of the page decide it: all zeros are verified, all ones are
not, anything else stays pending. How long it takes is our choice, and so is which values of a type
are refused at once: those of `eu_vat` and `gb_vat` that do not begin with a country.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from simulator.billing.call import Call, Handler, Listing, addressed
from simulator.billing.timelines import time_of
from simulator.contract.errors import MissingParameter, NoSuchObject, StripeError
from simulator.engine import Obj, World

KIND = "tax_id"
VERIFIED_AFTER = 2  # seconds of account time
_VERIFIED_TYPES = frozenset({"au_abn", "ch_vat", "eu_vat", "gb_vat"})
_FORMS = {
    "eu_vat": re.compile(r"[A-Z]{2}[A-Z0-9]{2,13}", re.ASCII),
    "gb_vat": re.compile(r"(GB|XI)[A-Z0-9]{5,12}", re.ASCII),
}
_NO_COUNTRY = frozenset({"eu_oss_vat", "unknown"})


def add(world: World, customer: Obj, kind: str, value: str, param: str = "value") -> Obj:
    """Insert a tax id of a customer, emitting `customer.tax_id.created`."""
    form = _FORMS.get(kind)
    if form is not None and not form.fullmatch(value):
        raise StripeError(f"Invalid value for {kind}.", code="tax_id_invalid", param=param)
    checked = kind in _VERIFIED_TYPES
    name = world.ids.new("txi")
    with world.transaction():
        if checked:
            world.schedule(world.now() + VERIFIED_AFTER, "tax_id.verify", name)
        return world.insert(
            {
                "id": name,
                "object": KIND,
                "country": _country(kind, value),
                "created": time_of(world, customer),
                "customer": customer["id"],
                "customer_account": None,
                "livemode": False,
                "owner": {
                    "account": None,
                    "application": None,
                    "customer": customer["id"],
                    "customer_account": None,
                    "type": "customer",
                },
                "type": kind,
                "value": value,
                "verification": {
                    "status": "pending" if checked else "unavailable",
                    "verified_address": None,
                    "verified_name": None,
                },
            },
            "customer.tax_id.created",
        )


def add_all(world: World, customer: Obj, given: Iterable[Mapping[str, Any]]) -> None:
    """The `tax_id_data` of a new customer."""
    for position, each in enumerate(given):
        add(world, customer, each["type"], each["value"], f"tax_id_data[{position}][value]")


def shown_on_invoices(world: World, customer: str) -> list[Obj]:
    """`customer_tax_ids` of an invoice, oldest first."""
    found = reversed(world.find(KIND, "customer", customer))
    return [{"type": each["type"], "value": each["value"]} for each in found]


def _country(kind: str, value: str) -> str | None:
    if kind in _NO_COUNTRY:
        return None
    if kind == "eu_vat":
        return "GR" if value.startswith("EL") else value[:2]
    return kind[:2].upper()


def verify(world: World, name: str) -> None:
    """Duty `tax_id.verify`: the authority has answered, if the value says how."""
    tax_id = world.get(KIND, name)
    if tax_id is None:
        return
    digits = set(re.sub(r"[^0-9]", "", tax_id["value"]))
    status = {"0": "verified", "1": "unverified"}.get("".join(digits))
    if status is not None:
        answered = {**tax_id["verification"], "status": status}
        world.change(KIND, name, {"verification": answered}, "customer.tax_id.updated")


def create(world: World, call: Call) -> Obj:
    params = call.only("type", "value")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    for name in ("type", "value"):
        if not params.get(name):
            raise MissingParameter(name)
    return add(world, customer, params["type"], params["value"])


def _own(world: World, call: Call) -> Obj:
    customer = addressed(world, "customer", call.path["customer"], "customer")
    tax_id = world.get(KIND, call.path["id"])
    if tax_id is None or tax_id["customer"] != customer["id"]:
        raise NoSuchObject(KIND, call.path["id"], in_path=True)
    return tax_id


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return _own(world, call)


def delete(world: World, call: Call) -> Obj:
    call.only()
    tax_id = _own(world, call)
    world.remove(KIND, tax_id["id"], "customer.tax_id.deleted")
    return {"id": tax_id["id"], "object": KIND, "deleted": True}


def list_all(world: World, call: Call) -> Listing:
    call.only()
    customer = addressed(world, "customer", call.path["customer"], "customer")
    return Listing(KIND, "customer", customer["id"])


def included(world: World, customer: Obj) -> Obj:
    """The includable list `customer.tax_ids`, newest first."""
    data = list(world.find(KIND, "customer", customer["id"]))
    return {
        "object": "list",
        "data": data[:10],
        "has_more": len(data) > 10,
        "total_count": len(data),
        "url": f"/v1/customers/{customer['id']}/tax_ids",
    }


_PATH = "/v1/customers/{customer}/tax_ids"

HANDLERS: dict[str, Handler] = {
    f"GET {_PATH}": list_all,
    f"POST {_PATH}": create,
    f"GET {_PATH}/{{id}}": retrieve,
    f"DELETE {_PATH}/{{id}}": delete,
}
