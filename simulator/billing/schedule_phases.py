"""The phases of a subscription schedule: read from a request, shown on the wire.

docs.stripe.com/billing/subscriptions/subscription-schedules, class `stripe.SubscriptionSchedule`:
phases follow each other without a gap; each ends at `end_date`, after `duration`, or, by our choice
where neither is said of the last one, after one billing interval of its first price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.billing.call import merged_metadata, refusal, simulates
from simulator.billing.periods import boundary
from simulator.billing.requested_items import recurring_price
from simulator.billing.subscription_items import items_of
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

_SIMULATED = (
    "billing_cycle_anchor",
    "currency",
    "default_payment_method",
    "description",
    "duration",
    "end_date",
    "items",
    "metadata",
    "proration_behavior",
    "start_date",
)


def default_settings(subscription: Obj | None = None) -> Obj:
    """What holds in every phase that does not say otherwise."""
    own = subscription or {}
    return {
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": "automatic",
        "billing_thresholds": None,
        "collection_method": own.get("collection_method", "charge_automatically"),
        "default_payment_method": own.get("default_payment_method"),
        "description": own.get("description"),
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "days_until_due": own.get("days_until_due"),
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        "on_behalf_of": None,
        "transfer_data": None,
    }


def phase_of(subscription: Obj) -> Obj:
    """The current period of a subscription as a phase."""
    items = items_of(subscription)
    return _phase(
        start=max(item["current_period_start"] for item in items),
        end=min(item["current_period_end"] for item in items),
        currency=subscription["currency"],
        items=[phase_item(item["price"], item["quantity"], item["metadata"]) for item in items],
        metadata=subscription["metadata"],
    )


def phase_item(price: Obj, quantity: int, metadata: Obj | None = None) -> Obj:
    return {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": metadata or {},
        "plan": price["id"],
        "price": price["id"],
        "quantity": quantity,
        "tax_rates": [],
    }


def requested_phases(world: World, given: Sequence[Mapping[str, Any]], start: int) -> list[Obj]:
    """The phases of a request, the first of which begins at `start`."""
    if not given:
        raise MissingParameter("phases")
    phases: list[Obj] = []
    for position, entry in enumerate(given):
        where = f"phases[{position}]"
        simulates(entry, _SIMULATED, where)
        items = _items(world, entry.get("items") or [], f"{where}[items]")
        price = world.get("price", items[0]["price"])
        assert price is not None
        end = _end(entry, start, price, where, last=position == len(given) - 1)
        phases.append(
            _phase(
                start=start,
                end=end,
                currency=entry.get("currency") or price["currency"],
                items=items,
                metadata=merged_metadata({}, entry.get("metadata")),
                billing_cycle_anchor=entry.get("billing_cycle_anchor"),
                default_payment_method=entry.get("default_payment_method"),
                description=entry.get("description") or None,
                proration_behavior=entry.get("proration_behavior", "create_prorations"),
            )
        )
        start = end
    return phases


def _items(world: World, given: Sequence[Mapping[str, Any]], where: str) -> list[Obj]:
    if not given:
        raise MissingParameter(where)
    items = []
    for position, entry in enumerate(given):
        own = f"{where}[{position}]"
        simulates(entry, ("metadata", "plan", "price", "price_data", "quantity"), own)
        price = recurring_price(world, entry, own)
        metadata = merged_metadata({}, entry.get("metadata"))
        items.append(phase_item(price, entry.get("quantity", 1), metadata))
    return items


def _end(entry: Mapping[str, Any], start: int, price: Obj, where: str, *, last: bool) -> int:
    end, duration = entry.get("end_date"), entry.get("duration")
    if end is not None and duration:
        raise refusal(
            "You may only specify one of these parameters: end_date, duration.",
            param=f"{where}[end_date]",
        )
    if end is not None:
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
        "trial_end": None,
        **told,
    }
