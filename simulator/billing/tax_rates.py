"""Manual tax rates (docs.stripe.com/billing/taxes/tax-rates, api/tax_rates).

A rate's percentage and whether it is inclusive never change; it is archived with `active=false`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    refusal,
    unset,
)
from simulator.engine import Obj, World

KIND = "tax_rate"
_PLAIN = ("active", "country", "description", "display_name", "jurisdiction", "state", "tax_type")


def create(world: World, call: Call) -> Obj:
    params = call.only(*_PLAIN, "inclusive", "metadata", "percentage")
    percentage = params["percentage"]
    if not 0 <= Decimal(str(percentage)) <= 100:
        raise refusal("`percentage` must be between 0 and 100.", param="percentage")
    rate: Obj = {
        "id": world.ids.new("txr"),
        "object": KIND,
        "active": True,
        "country": None,
        "created": world.now(),
        "description": None,
        "effective_percentage": percentage,
        "flat_amount": None,
        "inclusive": params["inclusive"],
        "jurisdiction": None,
        "jurisdiction_level": None,
        "livemode": False,
        "metadata": merged_metadata({}, params.get("metadata")),
        "percentage": percentage,
        "rate_type": "percentage",
        "state": None,
        "tax_type": None,
        **{name: unset(params[name]) for name in _PLAIN if name in params},
    }
    return world.insert(rate, "tax_rate.created")


def update(world: World, call: Call) -> Obj:
    params = call.only(*_PLAIN, "metadata")
    rate = addressed(world, KIND, call.path["tax_rate"], "tax_rate")
    changes: Obj = {name: unset(params[name]) for name in _PLAIN if name in params}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(rate["metadata"], params["metadata"])
    return world.change(KIND, rate["id"], changes, "tax_rate.updated")


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, KIND, call.path["tax_rate"], "tax_rate")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("active", "created", "inclusive")
    wanted = {name: params[name] for name in ("active", "inclusive") if name in params}
    return Listing(
        KIND, keep=lambda rate: all(rate[name] == value for name, value in wanted.items())
    )


def requested_rates(world: World, given: Sequence[str] | str | None, param: str) -> list[Obj]:
    """The rates that a parameter names, as objects show them; an empty text means none."""
    rates = []
    for position, name in enumerate(given if given and not isinstance(given, str) else ()):
        rate = existing(world, KIND, name, f"{param}[{position}]")
        if not rate["active"]:
            raise refusal(
                f"The tax rate `{name}` is archived and cannot be used.",
                param=f"{param}[{position}]",
            )
        rates.append(rate)
    return rates


HANDLERS: dict[str, Handler] = {
    "POST /v1/tax_rates": create,
    "GET /v1/tax_rates": list_all,
    "GET /v1/tax_rates/{tax_rate}": retrieve,
    "POST /v1/tax_rates/{tax_rate}": update,
}
