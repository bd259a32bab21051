"""Tax ids of customers and of accounts (class `stripe.TaxId`).

docs.stripe.com/billing/customer/tax-ids and /api/tax_ids. A customer's stand under its path and
under `/v1/tax_ids`, where an account's own stand too; a list there is of the calling account's
unless `owner` says otherwise.

A customer's ids of some types are verified with their authority a moment later, and
`customer.tax_id.updated` tells how that went. The magic values of the page decide it: all zeros are
verified, all ones are not, anything else stays pending. An account's own are not verified: their
`verification` is null (docs.stripe.com/api/tax_ids/object). No event tells of them, since only
`customer.tax_id.*` exist.

Our choices: how long a verification takes, and which values of a type are refused at once: those of
`eu_vat` and `gb_vat` that do not begin with a country.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    not_simulated,
    refusal,
    simulates,
)
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
_NOBODY: Obj = {"account": None, "application": None, "customer": None, "customer_account": None}


def add(world: World, customer: Obj, kind: str, value: str, param: str = "value") -> Obj:
    """Insert a tax id of a customer, emitting `customer.tax_id.created`."""
    checked = kind in _VERIFIED_TYPES
    tax_id = {
        **_made(world, kind, value, param),
        "created": time_of(world, customer),
        "customer": customer["id"],
        "owner": {**_NOBODY, "customer": customer["id"], "type": "customer"},
        "verification": {
            "status": "pending" if checked else "unavailable",
            "verified_address": None,
            "verified_name": None,
        },
    }
    with world.transaction():
        if checked:
            world.schedule(world.now() + VERIFIED_AFTER, "tax_id.verify", tax_id["id"])
        return world.insert(tax_id, "customer.tax_id.created")


def _made(world: World, kind: str, value: str, param: str) -> Obj:
    """A tax id that is not anybody's yet."""
    form = _FORMS.get(kind)
    if form is not None and not form.fullmatch(value):
        raise StripeError(f"Invalid value for {kind}.", code="tax_id_invalid", param=param)
    return {
        "id": world.ids.new("txi"),
        "object": KIND,
        "country": _country(kind, value),
        "created": world.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "owner": None,
        "type": kind,
        "value": value,
        "verification": None,
    }


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
    return add(world, customer, *_given(params))


def _given(params: Mapping[str, Any]) -> tuple[str, str]:
    """Type and value, both of them required."""
    for name in ("type", "value"):
        if not params.get(name):
            raise MissingParameter(name)
    return params["type"], params["value"]


def _own(world: World, call: Call) -> Obj:
    """The tax id that the path names, which must be its customer's where it names one, too."""
    if "customer" in call.path:
        addressed(world, "customer", call.path["customer"], "customer")
    tax_id = world.get(KIND, call.path["id"])
    if tax_id is None or tax_id["customer"] != call.path.get("customer", tax_id["customer"]):
        raise NoSuchObject(KIND, call.path["id"], in_path=True)
    return tax_id


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return _own(world, call)


def delete(world: World, call: Call) -> Obj:
    call.only()
    tax_id = _own(world, call)
    told = ("customer.tax_id.deleted",) if tax_id["customer"] else ()
    world.remove(KIND, tax_id["id"], *told)
    return {"id": tax_id["id"], "object": KIND, "deleted": True}


def list_all(world: World, call: Call) -> Listing:
    call.only()
    customer = addressed(world, "customer", call.path["customer"], "customer")
    return Listing(KIND, "customer", customer["id"])


def create_for_owner(world: World, call: Call) -> Obj:
    params = call.only("owner", "type", "value")
    owner = _owner(world, params)
    kind, value = _given(params)
    if owner["type"] == "customer":
        customer = existing(world, "customer", owner["customer"], "owner[customer]")
        return add(world, customer, kind, value)
    return world.insert({**_made(world, kind, value, "value"), "owner": owner})


def list_of_owner(world: World, call: Call) -> Listing:
    owner = _owner(world, call.only("owner"))
    if owner["type"] == "customer":
        existing(world, "customer", owner["customer"], "owner[customer]")
        return Listing(KIND, "customer", owner["customer"])
    return Listing(KIND, keep=lambda tax_id: bool(tax_id["owner"] == owner))


def _owner(world: World, params: Mapping[str, Any]) -> Obj:
    """`owner` as a tax id shows it; the calling account unless the parameter names another."""
    given = simulates(
        params.get("owner") or {"type": "self"}, ("account", "customer", "type"), "owner"
    )
    kind = given["type"]
    if kind == "application":
        raise not_simulated("tax ids of an application", param="owner[type]")
    if kind != "self" and not given.get(kind):
        raise MissingParameter(f"owner[{kind}]")
    for name in ("account", "customer"):
        if name != kind and given.get(name):
            raise refusal(
                f"owner[{name}] cannot be given when owner[type] is {kind}.",
                param=f"owner[{name}]",
            )
    if kind == "account":
        existing(world, "account", given["account"], "owner[account]")
    return {**_NOBODY, **given}


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
    "GET /v1/tax_ids": list_of_owner,
    "POST /v1/tax_ids": create_for_owner,
    "GET /v1/tax_ids/{id}": retrieve,
    "DELETE /v1/tax_ids/{id}": delete,
}
