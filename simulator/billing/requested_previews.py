"""Which invoice a request for a preview is about, and what has to happen for it to come.

docs.stripe.com/api/invoices/create_preview and class `stripe.params.InvoiceCreatePreviewParams`:
the next invoice of a subscription or of a schedule, as it is or with changes; the first one of a
subscription or schedule that does not exist yet; or, for a customer alone, the first that any of
its subscriptions will get, else what waits for an invoice. The choices here:
`preview_mode=recurring` is the next renewal without what is on it once only; an invoice item that
the next invoice would not collect stands at the end of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.billing import customers, one_off_items, tax_ids
from simulator.billing.call import Call, existing, not_simulated, refusal, simulates
from simulator.billing.discounts import Holder, redeem_all
from simulator.billing.draft_changes import put_on
from simulator.billing.invoice_sums import relined
from simulator.billing.previewed_acts import (
    UPDATES,
    Params,
    details_of,
    of_customer,
    of_new_subscription,
    of_schedule,
    of_subscription,
    under,
)
from simulator.billing.subscription_status import ENDED
from simulator.billing.timelines import time_of
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

SIMULATED = (
    "automatic_tax",
    "currency",
    "customer",
    "customer_details",
    "discounts",
    "invoice_items",
    "issuer",
    "preview_mode",
    "schedule",
    "schedule_details",
    "subscription",
    "subscription_details",
)
_OF_SUBSCRIPTION = ("subscription", "subscription_details")
_OF_SCHEDULE = ("schedule", "schedule_details")
_PRORATES = frozenset(UPDATES) - {"metadata", "default_tax_rates"} | {"cancel_now", "pause"}


@dataclass(frozen=True, slots=True)
class Requested:
    """The customer (`None` where it is made up), the proration date in Unix seconds, if the request
    is about a change, and what makes the invoice, in a transaction that is then rolled back.
    """

    customer: str | None
    proration_date: int | None
    invoice: Callable[[], Obj | None]


def none_upcoming(customer: str | None) -> StripeError:
    """The 404 where no invoice will come."""
    return StripeError(
        f"No upcoming invoices for customer: {customer}", status=404, code="invoice_upcoming_none"
    )


def requested(world: World, params: Params) -> Requested:
    """Check what can be checked before anything is done, and name what is to be done."""
    _check(params)
    subscription = _named(world, "subscription", "subscription", params)
    schedule = _named(world, "subscription_schedule", "schedule", params)
    owner = (subscription or schedule or {}).get("customer") or params.get("customer")
    if owner is None and not params.get("customer_details"):
        raise refusal(
            "You must either provide a `customer` or a `subscription` to preview an invoice."
        )
    if owner is not None:
        existing(world, "customer", owner, "customer")
    if params.get("customer") not in (None, owner):
        named = "subscription" if subscription else "schedule"
        raise refusal(
            f"Customer {params['customer']} does not have a {named} with ID {params[named]}.",
            param=named,
            code="resource_missing",
        )
    if subscription is not None and subscription["status"] in ENDED:
        raise refusal(
            "You cannot preview the upcoming invoice of a canceled subscription.",
            code="invoice_upcoming_none",
        )
    date = None
    if subscription is not None and _PRORATES & details_of(params).keys():
        date = details_of(params).get("proration_date") or time_of(world, subscription)
    return Requested(owner, date, lambda: _invoice(world, params, owner, subscription, schedule))


def _check(params: Params) -> None:
    mixed = [
        next((name for name in group if params.get(name)), None)
        for group in (_OF_SCHEDULE, _OF_SUBSCRIPTION)
    ]
    if all(mixed):
        raise refusal(
            f"You may only specify one of these parameters: {', '.join(n for n in mixed if n)}.",
            param=mixed[0],
        )
    if (params.get("automatic_tax") or {}).get("enabled"):
        raise not_simulated("automatic taxes", "automatic_tax[enabled]")
    if (params.get("issuer") or {"type": "self"})["type"] != "self":
        raise not_simulated("invoices that another account issues", "issuer[type]")


def _named(world: World, kind: str, param: str, params: Params) -> Obj | None:
    return existing(world, kind, params[param], param) if params.get(param) else None


def _invoice(
    world: World, params: Params, owner: str | None, subscription: Obj | None, schedule: Obj | None
) -> Obj | None:
    """Do what is asked; the invoice that comes of it, with what is said of the invoice alone."""
    customer = _customer(world, params, owner)
    renewal = params.get("preview_mode") == "recurring"
    added = _invoice_items(world, params, customer, subscription)
    if subscription is not None:
        invoice = of_subscription(world, params, subscription, renewal)
    elif schedule is not None or params.get("schedule_details"):
        invoice = of_schedule(world, params, customer, schedule, renewal)
    elif details_of(params).get("items"):
        invoice = of_new_subscription(world, params, customer, renewal)
    else:
        invoice = of_customer(world, params, customer, renewal)
    if invoice is None:
        return None
    if params.get("currency") not in (None, invoice["currency"]):
        raise refusal(f"This invoice is in `{invoice['currency']}`.", param="currency")
    shown = _without_one_offs(world, invoice) if renewal else _with_items(world, invoice, added)
    return _with_discounts(world, params, customer, shown)


def _customer(world: World, params: Params, owner: str | None) -> str:
    """The customer, with what the request says of it."""
    told = params.get("customer_details") or {}
    plain = {name: told[name] for name in ("address", "shipping", "tax_exempt") if name in told}
    with under("customer_details"):
        simulates(told, ("address", "shipping", "tax", "tax_exempt", "tax_ids"))
        if owner is None:
            owner = str(customers.create(world, Call({}, plain))["id"])
        elif plain:
            customers.update(world, Call({"customer": owner}, plain))
        customer = existing(world, "customer", owner, "customer")
        tax_ids.add_all(world, customer, told.get("tax_ids") or ())
    return owner


def _invoice_items(
    world: World, params: Params, customer: str, subscription: Obj | None
) -> list[str]:
    """The invoice items of the request, as if they had been made or changed before."""
    made = []
    for position, entry in enumerate(params.get("invoice_items") or ()):
        with under(f"invoice_items[{position}]"):
            given = {name: value for name, value in entry.items() if name != "invoiceitem"}
            if given.get("unit_amount") is not None:
                given["unit_amount_decimal"] = str(given.pop("unit_amount"))
            if entry.get("invoiceitem"):
                path = {"invoiceitem": entry["invoiceitem"]}
                made.append(str(one_off_items.update(world, Call(path, given))["id"]))
                continue
            given["customer"] = customer
            if subscription is not None:
                given["subscription"] = subscription["id"]
            if "price" not in given:
                given.setdefault("currency", _currency(params, subscription))
            new = {name: value for name, value in given.items() if value is not None}
            made.append(str(one_off_items.create(world, Call({}, new))["id"]))
    return made


def _currency(params: Params, subscription: Obj | None) -> str | None:
    own: str | None = subscription["currency"] if subscription else None
    return own or params.get("currency")


def _without_one_offs(world: World, invoice: Obj) -> Obj:
    """A renewal without prorations and other charges that come once."""
    lines = [
        line
        for line in invoice["lines"]["data"]
        if (details := line["parent"]["subscription_item_details"]) and not details["proration"]
    ]
    return relined(world, invoice, lines)


def _with_items(world: World, invoice: Obj, added: list[str]) -> Obj:
    """The invoice with those invoice items that it would not have of itself."""
    for name in added:
        item = existing(world, "invoiceitem", name, "invoice_items")
        if item["invoice"] is None:
            put_on(world, invoice, item)
            invoice = existing(world, "invoice", invoice["id"], "invoice")
    return invoice


def _with_discounts(world: World, params: Params, customer: str, invoice: Obj) -> Obj:
    """The invoice with the discounts of the request, where they are not its subscription's."""
    discounts = params.get("discounts")
    if discounts is None or (discounts and _on_subscription(params)):
        return invoice
    owner = existing(world, "customer", customer, "customer")
    reference = {"invoice": invoice["id"]}
    holder = Holder(owner, invoice["created"], invoice["currency"], None, reference)
    names = redeem_all(world, discounts or (), holder, held=invoice["discounts"])
    return relined(world, invoice, invoice["lines"]["data"], names)


def _on_subscription(params: Params) -> bool:
    """Whether the discounts of the request are the subscription's own."""
    return bool(params.get("subscription") or details_of(params).get("items"))
