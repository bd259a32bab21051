"""The phases of a subscription schedule: read from a request, shown on the wire.

docs.stripe.com/billing/subscriptions/subscription-schedules, class `stripe.SubscriptionSchedule`:
phases follow each other without a gap; each ends at `end_date`, after `duration`, or, by our choice
where neither is said of the last one, after one billing interval of its first price. A phase with
`trial` is one from its start to its end (docs.stripe.com/changelog/dahlia/2026-07-29, property
`trial`); such a phase may name its end as `trial_end`, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.billing.added_items import CHARGE
from simulator.billing.call import existing, merged_metadata, refusal, simulates
from simulator.billing.metered_prices import check_quantity, is_metered
from simulator.billing.periods import boundary
from simulator.billing.phase_discounts import held, planned
from simulator.billing.prices_of_items import price_of
from simulator.billing.requested_items import recurring_price
from simulator.billing.schedule_settings import invoice_settings, needs_days, no_automatic_tax
from simulator.billing.subscription_items import items_of
from simulator.billing.tax_rates import requested_rates
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

_SIMULATED = (
    "add_invoice_items",
    "automatic_tax",
    "billing_cycle_anchor",
    "collection_method",
    "currency",
    "default_payment_method",
    "default_tax_rates",
    "description",
    "discounts",
    "duration",
    "end_date",
    "invoice_settings",
    "items",
    "metadata",
    "proration_behavior",
    "start_date",
    "trial",
    "trial_end",
)
_ITEM = ("discounts", "metadata", "plan", "price", "price_data", "quantity", "tax_rates")


def phase_of(subscription: Obj) -> Obj:
    """The current period of a subscription as a phase, with what the subscription has."""
    items = items_of(subscription)
    trialing = subscription["status"] == "trialing"
    return _phase(
        start=max(item["current_period_start"] for item in items),
        end=min(item["current_period_end"] for item in items),
        currency=subscription["currency"],
        items=[
            {
                **phase_item(item["price"], item.get("quantity"), item["metadata"]),
                "discounts": [held(name) for name in item["discounts"]],
                "tax_rates": item["tax_rates"],
            }
            for item in items
        ],
        default_tax_rates=subscription["default_tax_rates"],
        discounts=[held(name) for name in subscription["discounts"]],
        metadata=subscription["metadata"],
        trial_end=subscription["trial_end"] if trialing else None,
    )


def phase_item(price: Obj, quantity: int | None, metadata: Obj | None = None) -> Obj:
    return {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": metadata or {},
        "plan": price["id"],
        "price": price["id"],
        "quantity": quantity,
        "tax_rates": [],
    }


def requested_phases(
    world: World, given: Sequence[Mapping[str, Any]], start: int, now: int, billing_mode: str
) -> list[Obj]:
    """The phases of a request, the first of which begins at `start`; the others say `start_date`
    only to repeat where the one before ends.
    """
    if not given:
        raise MissingParameter("phases")
    phases: list[Obj] = []
    for position, entry in enumerate(given):
        where = f"phases[{position}]"
        simulates(entry, _SIMULATED, where)
        own = entry.get("start_date")
        if position and own not in (None, start):
            raise refusal(
                "The start date of a phase must be the end date of the phase before it.",
                param=f"{where}[start_date]",
            )
        last = position == len(given) - 1
        phases.append(_requested(world, entry, where, start, now, last=last))
        _check_prices(world, phases[-1], billing_mode, f"{where}[items]")
        start = phases[-1]["end_date"]
    return phases


def _check_prices(world: World, phase: Obj, billing_mode: str, where: str) -> None:
    """One currency and, in classic billing mode, one interval; the words are those of the API
    (github.com/YumaInaura/YumaInaura/issues/2903).
    """
    prices = [existing(world, "price", item["price"], where) for item in phase["items"]]
    alike = {price["currency"] for price in prices} == {phase["currency"]}
    every = {(p["recurring"]["interval"], p["recurring"]["interval_count"]) for p in prices}
    if not alike or (billing_mode == "classic" and len(every) > 1):
        raise refusal(
            "For a particular phase, all of its `plans` must have the same `interval`,"
            " `interval_count`, and `currency`.",
            param=where,
        )


def _requested(
    world: World, entry: Mapping[str, Any], where: str, start: int, now: int, *, last: bool
) -> Obj:
    no_automatic_tax(entry, where)
    items = _items(world, entry.get("items") or [], f"{where}[items]")
    price = existing(world, "price", items[0]["price"], f"{where}[items][0][price]")
    currency = entry.get("currency") or price["currency"]
    end = _end(entry, start, now, price, where, last=last)
    told = entry.get("invoice_settings") or {}
    settings = {"account_tax_ids": None, "days_until_due": None, "issuer": None} if told else None
    if settings is not None:
        settings |= invoice_settings(told, where)
    trial_end = _trial_end(entry, end, now, where)
    if trial_end is not None and entry.get("billing_cycle_anchor") == "phase_start":
        raise refusal(
            "`billing_cycle_anchor` cannot be `phase_start` in a phase with a trial.",
            param=f"{where}[billing_cycle_anchor]",
        )
    if entry.get("collection_method") == "send_invoice":
        needs_days((settings or {}).get("days_until_due"), where)
    return _phase(
        start=start,
        end=end,
        currency=currency,
        items=items,
        add_invoice_items=_charges(world, entry, currency, where),
        billing_cycle_anchor=entry.get("billing_cycle_anchor"),
        collection_method=entry.get("collection_method"),
        default_payment_method=entry.get("default_payment_method"),
        default_tax_rates=_rates(world, entry.get("default_tax_rates"), where, "default_tax_rates"),
        description=entry.get("description") or None,
        discounts=planned(world, entry, where),
        invoice_settings=settings,
        metadata=dict(entry.get("metadata") or {}),
        proration_behavior=entry.get("proration_behavior", "create_prorations"),
        trial=bool(entry.get("trial")),
        trial_end=trial_end,
    )


def _items(world: World, given: Sequence[Mapping[str, Any]], where: str) -> list[Obj]:
    if not given:
        raise MissingParameter(where)
    items = []
    for position, entry in enumerate(given):
        own = f"{where}[{position}]"
        simulates(entry, _ITEM, own)
        price = recurring_price(world, entry, own)
        check_quantity(price, entry.get("quantity"), own)
        item = phase_item(price, entry.get("quantity", None if is_metered(price) else 1))
        item["discounts"] = planned(world, entry, own)
        item["metadata"] = dict(entry.get("metadata") or {})
        item["tax_rates"] = _rates(world, entry.get("tax_rates"), own, "tax_rates")
        items.append(item)
    return items


def _charges(world: World, entry: Mapping[str, Any], currency: str, where: str) -> list[Obj]:
    """`add_invoice_items`, each with a price that exists, made on the spot if need be."""
    charges = []
    for position, given in enumerate(entry.get("add_invoice_items") or ()):
        own = f"{where}[add_invoice_items][{position}]"
        simulates(given, CHARGE, own)
        quantity = given.get("quantity", 1)
        price, _ = price_of(world, given, currency, quantity, own)
        period = given.get("period") or {
            "end": {"type": "min_item_period_end"},
            "start": {"type": "max_item_period_start"},
        }
        charges.append(
            {
                "discountable": given.get("discountable", True),
                "discounts": planned(world, given, own),
                "metadata": merged_metadata({}, given.get("metadata")),
                "period": period,
                "price": price["id"],
                "quantity": quantity,
                "tax_rates": _rates(world, given.get("tax_rates"), own, "tax_rates"),
            }
        )
    return charges


def _rates(world: World, given: Any, where: str, name: str) -> list[Obj]:
    return requested_rates(world, given, f"{where}[{name}]")


def _end(
    entry: Mapping[str, Any], start: int, now: int, price: Obj, where: str, *, last: bool
) -> int:
    end, duration = entry.get("end_date"), entry.get("duration")
    if end is not None and duration:
        raise refusal(
            "You may only specify one of these parameters: end_date, duration.",
            param=f"{where}[end_date]",
        )
    if end is not None:
        end = now if end == "now" else int(end)
        if end <= start:
            raise refusal(
                "The phase's `end_date` must be after its start.", param=f"{where}[end_date]"
            )
        return int(end)
    if duration:
        return boundary(start, {"interval_count": 1, **duration}, 1)
    if not last:
        raise MissingParameter(f"{where}[end_date]")
    return boundary(start, price["recurring"], 1)


def _trial_end(entry: Mapping[str, Any], end: int, now: int, where: str) -> int | None:
    """When the trial of a phase is over; `None` without one."""
    asked = entry.get("trial_end")
    asked = now if asked == "now" else asked
    if entry.get("trial"):
        if asked not in (None, end):
            raise refusal(
                "`trial_end` must be the end of the phase if `trial` is true.",
                param=f"{where}[trial_end]",
            )
        return end
    if asked is not None and asked > end:
        raise refusal(
            "`trial_end` must not be after the end of the phase.", param=f"{where}[trial_end]"
        )
    return None if asked is None else int(asked)


def _phase(*, start: int, end: int, currency: str, items: list[Obj], **told: Any) -> Obj:
    return {
        "add_invoice_items": [],
        "application_fee_percent": None,
        "billing_cycle_anchor": None,
        "billing_thresholds": None,
        "collection_method": None,
        "currency": currency,
        "default_payment_method": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "end_date": end,
        "invoice_settings": None,
        "items": items,
        "metadata": {},
        "on_behalf_of": None,
        "proration_behavior": "create_prorations",
        "start_date": start,
        "transfer_data": None,
        "trial": False,
        "trial_end": None,
        **told,
    }
