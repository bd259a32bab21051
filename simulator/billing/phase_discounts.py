"""The discounts of a schedule's phase: named when it is planned, redeemed when it begins.

docs.stripe.com/api/subscription_schedules/create, `phases.discounts`. Between the two a coupon may
expire or a code be used up. Our readings: what cannot be redeemed any more is left out, a coupon
that the object has already is not redeemed again, and a discount that it had once is redeemed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.billing.call import existing, refusal
from simulator.billing.discounts import Holder, redeem
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

_NAMES = ("coupon", "discount", "promotion_code")


class _TakenBack(Exception):
    """Rolls a redemption back that was only tried."""


def planned(world: World, entry: Mapping[str, Any], where: str) -> list[Obj]:
    """The `discounts` of a request's entry as a phase shows them; each must exist now."""
    shown = []
    for position, given in enumerate(entry.get("discounts") or ()):
        place = f"{where}[discounts][{position}]"
        named = [name for name in _NAMES if given.get(name)]
        if len(named) != 1:
            raise refusal(
                f"One of `coupon`, `discount` or `promotion_code` is needed in `{place}`.",
                param=place,
            )
        existing(world, named[0], given[named[0]], f"{place}[{named[0]}]")
        shown.append({**dict.fromkeys(_NAMES), named[0]: given[named[0]]})
    return shown


def held(name: str) -> Obj:
    """A discount that there is, as a phase shows it."""
    return {**dict.fromkeys(_NAMES), "discount": name}


def redeemable(
    world: World, entries: Sequence[Obj], holder: Holder, before: Sequence[str] = ()
) -> list[Obj]:
    """The entries of `discounts` that a request would have now, for an object that has those
    `before`.
    """
    found = (_now(world, entry, before) for entry in entries)
    return [each for each in found if "discount" in each or _can_redeem(world, each, holder)]


def _now(world: World, entry: Obj, before: Sequence[str]) -> Obj:
    wanted = _source(world, entry["discount"]) if entry["discount"] else entry
    for name in before:
        same = name == entry["discount"] or _source(world, name) == {
            key: wanted[key] for key in ("coupon", "promotion_code")
        }
        if same:
            return {"discount": name}
    return {key: wanted[key] for key in ("coupon", "promotion_code") if wanted[key]}


def _source(world: World, name: str) -> Obj:
    """What a discount was redeemed from."""
    discount = existing(world, "discount", name, "discounts")
    code = discount["promotion_code"]
    return {"coupon": None if code else discount["source"]["coupon"], "promotion_code": code}


def _can_redeem(world: World, entry: Obj, holder: Holder) -> bool:
    try:
        with world.transaction():
            redeem(world, entry, holder, "discounts")
            raise _TakenBack
    except _TakenBack:
        return True
    except StripeError:
        return False
