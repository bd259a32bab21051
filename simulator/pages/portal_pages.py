"""What each page of the portal shows, out of the account's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import Response

from simulator.billing import portal
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World
from simulator.pages.flows import errand_of
from simulator.pages.plans import (
    Badge,
    Option,
    Plan,
    current_plans,
    ends_at,
    options,
    period_end,
    plan_of,
)
from simulator.pages.problems import PageProblem
from simulator.pages.rendering import page
from simulator.pages.words import REASONS, card_text, day, expiry_text

SHOWN_INVOICES = 24


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer in a session. `base` is the path of the session's page."""

    world: World
    session: Obj
    configuration: Obj
    base: str

    @property
    def customer(self) -> Obj:
        found = self.world.get("customer", self.session["customer"])
        if found is None:
            raise PageProblem(
                410,
                "This customer is gone",
                "The customer of this page was deleted.",
                account_name=self.world.settings.account_name,
            )
        return found

    @property
    def features(self) -> Mapping[str, Any]:
        features: Mapping[str, Any] = self.configuration["features"]
        return features


def homepage(at: Visit, fault: StripeError | None = None) -> Response:
    customer = at.customer
    return _page(
        at,
        "portal_home.html",
        fault,
        headline=at.configuration["business_profile"]["headline"],
        plans=current_plans(at.world, customer["id"], at.configuration),
        cards=_saved_cards(at),
        may_update_card=at.features["payment_method_update"]["enabled"],
        invoices=_invoices(at) if at.features["invoice_history"]["enabled"] else None,
        customer=customer,
    )


def cancel_page(at: Visit, subscription: str, fault: StripeError | None = None) -> Response:
    found = _subscription(at, subscription)
    feature = at.features["subscription_cancel"]
    reasons = feature["cancellation_reason"]
    plan = plan_of(at.world, found, at.configuration)
    return _page(
        at,
        "portal_cancel.html",
        fault,
        plan=plan,
        enabled=feature["enabled"],
        at_once=feature["mode"] == "immediately",
        ends=ends_at(found) or period_end(found),
        reasons={name: REASONS.get(name, name) for name in reasons["options"]}
        if reasons["enabled"]
        else {},
    )


def switch_page(at: Visit, subscription: str, fault: StripeError | None = None) -> Response:
    found = _subscription(at, subscription)
    plan = plan_of(at.world, found, at.configuration)
    offered = _offered(at, found, plan)
    return _page(
        at,
        "portal_switch.html",
        fault,
        plan=plan,
        options=offered,
        quantity=found["items"]["data"][0].get("quantity") or 1,
        adjustable=any(option.minimum is not None for option in offered),
    )


def confirm_switch_page(at: Visit, subscription: str, price: str, quantity: int | None) -> Response:
    """What the switch costs, before it is made."""
    found = _subscription(at, subscription)
    plan = plan_of(at.world, found, at.configuration)
    offered = _offered(at, found, plan)
    chosen = next((option for option in offered if option.price == price), None)
    if chosen is None:
        return switch_page(at, subscription, StripeError("Choose one of the plans below."))
    try:
        preview = portal.preview_switch(at.world, at.session, subscription, price, quantity)
    except StripeError as fault:
        return switch_page(at, subscription, fault)
    return _page(
        at,
        "portal_confirm.html",
        None,
        plan=plan,
        chosen=chosen,
        quantity=quantity,
        preview=preview,
        preview_title=_preview_title(at.features["subscription_update"], preview),
        takes_codes="promotion_code"
        in at.features["subscription_update"]["default_allowed_updates"],
        confirm_only=at.session["flow"] is not None
        and at.session["flow"]["type"] == "subscription_update_confirm",
    )


def card_page(
    at: Visit, fault: StripeError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    return _page(
        at,
        "portal_card.html",
        fault,
        enabled=at.features["payment_method_update"]["enabled"],
        cards=_saved_cards(at),
        typed=typed or {},
    )


def confirmation_page(at: Visit) -> Response:
    errand = errand_of(at.session)
    return _page(at, "portal_done.html", None, message=errand.message if errand else None)


def _page(at: Visit, name: str, fault: StripeError | None, **content: Any) -> Response:
    """A portal page; every one has the way back, and the message of what was refused."""
    return page(
        name,
        status=fault.status if fault else 200,
        leaves=_leaves(at),
        account_name=at.world.settings.account_name,
        base=at.base,
        in_flow=at.session["flow"] is not None,
        at_home=name == "portal_home.html",
        return_url=at.session["return_url"],
        fault=fault.message if fault else None,
        **content,
    )


def _offered(at: Visit, subscription: Obj, plan: Plan) -> list[Option]:
    if not plan.can_switch:
        return []
    return options(at.world, subscription, at.features["subscription_update"])


def _preview_title(feature: Mapping[str, Any], preview: Obj | None) -> str:
    """When the amounts of a switch are due, as the configuration has it."""
    if preview is None:
        return "Your next invoice"
    if feature["proration_behavior"] == "always_invoice":
        return "Due today"
    return f"Your next invoice, {day(preview['next_payment_attempt'] or preview['period_end'])}"


def _leaves(at: Visit) -> bool:
    errand = errand_of(at.session)
    return errand is not None and errand.next == "redirect"


def _subscription(at: Visit, name: str) -> Obj:
    found = at.world.get("subscription", name)
    if found is None or found["customer"] != at.session["customer"]:
        raise PageProblem(
            404,
            "No such plan",
            "This page is not about a plan of yours.",
            account_name=at.world.settings.account_name,
        )
    return found


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A payment method as the homepage lists it."""

    text: str
    expiry: str
    default: bool


@dataclass(frozen=True, slots=True)
class PastInvoice:
    """An invoice as the homepage lists it; `path` is its hosted page's."""

    created: int
    amount: int
    currency: str
    badge: Badge
    description: str
    path: str | None


INVOICE_BADGES = {
    "draft": Badge("Draft", "plain"),
    "open": Badge("Open", "warn"),
    "paid": Badge("Paid", "good"),
    "void": Badge("Void", "plain"),
    "uncollectible": Badge("Uncollectible", "bad"),
}


def _saved_cards(at: Visit) -> list[SavedCard]:
    """The customer's payment methods, the one that is charged first."""
    customer = at.customer
    charged = customer["invoice_settings"]["default_payment_method"] or next(
        (
            subscription["default_payment_method"]
            for subscription in at.world.find("subscription", "customer", customer["id"])
            if subscription["default_payment_method"]
        ),
        None,
    )
    found = [
        SavedCard(card_text(method), expiry_text(method), method["id"] == charged)
        for method in at.world.find("payment_method", "customer", customer["id"])
    ]
    return sorted(found, key=lambda card: not card.default)


def _invoices(at: Visit) -> list[PastInvoice]:
    newest = islice(at.world.walk("invoice", "customer", at.customer["id"]), SHOWN_INVOICES)
    return [
        PastInvoice(
            created=invoice["created"],
            amount=invoice["total"],
            currency=invoice["currency"],
            badge=INVOICE_BADGES[invoice["status"]],
            description=_about(at.world, invoice),
            path=urlsplit(invoice["hosted_invoice_url"]).path
            if invoice["hosted_invoice_url"]
            else None,
        )
        for invoice in newest
        if invoice["status"] != "draft"
    ]


def _about(world: World, invoice: Obj) -> str:
    """What an invoice is for: the products of its lines, or what its first line says."""
    names = []
    for line in invoice["lines"]["data"]:
        details = (line.get("pricing") or {}).get("price_details") or {}
        product = world.get("product", details.get("product") or "")
        names.append(product["name"] if product else line["description"])
    return ", ".join(dict.fromkeys(name for name in names if name))
