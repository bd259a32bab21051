"""`default_settings` of a subscription schedule: what holds in phases that do not say otherwise.

docs.stripe.com/api/subscription_schedules/create, `default_settings`; class
`stripe.SubscriptionSchedule`. Of `invoice_settings` what a subscription has is simulated:
`days_until_due`, and that the account itself is the issuer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import not_simulated, refusal, simulates, unset
from simulator.billing.due_dates import collection_fields
from simulator.billing.payment_methods import own_method
from simulator.engine import Obj, World

_SIMULATED = (
    "automatic_tax",
    "billing_cycle_anchor",
    "collection_method",
    "default_payment_method",
    "description",
    "invoice_settings",
)


def default_settings(subscription: Obj | None = None) -> Obj:
    """Stripe's own defaults, or what the subscription that is taken over has."""
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


def changed_settings(world: World, customer: str, before: Obj, given: Mapping[str, Any]) -> Obj:
    """The settings after a request's `default_settings`."""
    where = "default_settings"
    simulates(given, _SIMULATED, where)
    no_automatic_tax(given, where)
    plain = ("billing_cycle_anchor", "collection_method", "description")
    settings = {**before, **{name: unset(given[name]) for name in plain if name in given}}
    if given.get("default_payment_method"):
        method = own_method(world, customer, given["default_payment_method"])
        settings["default_payment_method"] = method
    if given.get("invoice_settings"):
        told = invoice_settings(given["invoice_settings"], where)
        settings["invoice_settings"] = {**before["invoice_settings"], **told}
    if settings["collection_method"] == "send_invoice":
        needs_days(settings["invoice_settings"]["days_until_due"], where)
    return settings


def invoice_settings(given: Mapping[str, Any], where: str) -> Obj:
    """What a request says of `invoice_settings`."""
    under = f"{where}[invoice_settings]"
    told = simulates(given, ("days_until_due", "issuer"), under)
    if (told.get("issuer") or {"type": "self"})["type"] != "self":
        raise not_simulated("invoices that another account issues", f"{under}[issuer][type]")
    return {"days_until_due": told["days_until_due"]} if "days_until_due" in told else {}


def no_automatic_tax(given: Mapping[str, Any], where: str) -> None:
    """Automatic taxes are not simulated; that there are none may be said."""
    if (given.get("automatic_tax") or {}).get("enabled"):
        raise not_simulated("automatic taxes", f"{where}[automatic_tax][enabled]")


def needs_days(days: int | None, where: str) -> None:
    """Invoices that are sent are due some day."""
    if days is None:
        raise refusal(
            "If `collection_method` is `send_invoice`, `days_until_due` must be set.",
            param=f"{where}[invoice_settings][days_until_due]",
        )


def collected_by(schedule: Obj, phase: Obj, subscription: Obj) -> Obj:
    """The subscription's changed fields of collection: the phase's, else the schedule's."""
    settings = schedule["default_settings"]
    method = phase["collection_method"] or settings["collection_method"]
    own = (phase["invoice_settings"] or {}).get("days_until_due")
    days = settings["invoice_settings"]["days_until_due"] if own is None else own
    sent = method == "send_invoice"
    params = {"collection_method": method, **({"days_until_due": days} if sent else {})}
    return collection_fields(params, subscription)


def starts_cycle(schedule: Obj, phase: Obj) -> bool:
    """Whether the billing cycle is to begin with the phase."""
    own = phase["billing_cycle_anchor"] or schedule["default_settings"]["billing_cycle_anchor"]
    return bool(own == "phase_start" and phase["trial_end"] is None)
