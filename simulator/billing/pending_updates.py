"""Changes that wait until their invoice is paid: `payment_behavior=pending_if_incomplete`.

docs.stripe.com/billing/subscriptions/pending-updates and pending-updates-reference: an update whose
invoice is not paid at once leaves the subscription as it was, with `pending_update`; paying the
invoice applies it, and at the end of the trial or of the period, or after 23 hours, it expires and
its invoice is voided. Voiding the invoice discards the update; that this too is told as
`customer.subscription.pending_update_expired` is our choice. So is that the periods of an applied
update are those of the day it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.billing.call import not_simulated, refusal
from simulator.billing.invoicing import void
from simulator.billing.metered_prices import is_metered
from simulator.billing.proration import Debit
from simulator.billing.renewals import look_ahead
from simulator.billing.subscription_items import debits_of, items_of
from simulator.billing.subscription_status import ENDED
from simulator.billing.timelines import time_of, timeline_of
from simulator.billing.wanted_changes import Change
from simulator.engine import HOUR, Obj, World

WAITS_FOR = 23 * HOUR
_BEHAVIOR = "pending_if_incomplete"
_UPDATED = "customer.subscription.updated"
_ALLOWED = frozenset(
    {
        "add_invoice_items",
        "billing_cycle_anchor",
        "cancel_at_period_end",
        "discounts",
        "items",
        "metadata",
        "off_session",
        "payment_behavior",
        "proration_behavior",
        "proration_date",
        "trial_end",
        "trial_from_plan",
    }
)
_SHOWN = ("billing_cycle_anchor", "cancel_at_period_end", "discounts", "metadata", "trial_end")

Debits = Mapping[str, tuple[Debit, ...]]


def check(subscription: Obj, params: Mapping[str, Any]) -> None:
    """Refuses what cannot wait for a payment."""
    if params.get("payment_behavior") != _BEHAVIOR:
        return
    foreign = sorted(name for name in params if name not in _ALLOWED and params[name] is not None)
    if foreign:
        raise refusal(
            f"`{foreign[0]}` cannot be updated with `payment_behavior=pending_if_incomplete`.",
            param=foreign[0],
        )
    if subscription["collection_method"] == "send_invoice":
        raise refusal(
            "`payment_behavior=pending_if_incomplete` is only supported for subscriptions with"
            " `collection_method=charge_automatically`.",
            param="payment_behavior",
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there was before a change that may have to wait."""

    change: Change
    debits: Debits

    @classmethod
    def begin(cls, world: World, subscription: Obj, change: Change) -> Waiting | None:
        """Remember how things are; `None` for a change that does not wait for its payment.

        An update that was waiting already is replaced: its invoice is voided.
        """
        if change.payment.behavior != _BEHAVIOR:
            return None
        prices = [item["price"] for item in items_of(subscription)]
        prices += [entry.price for entry in change.items if entry.price is not None]
        if any(is_metered(price) for price in prices):
            raise not_simulated("pending updates of usage-based prices", param="payment_behavior")
        if subscription["pending_update"] is not None:
            _drop(world, subscription)
        return cls(change, _debits(world, items_of(subscription)))

    def hold(self, world: World, subscription: Obj, changed: Obj) -> Obj:
        """Leave the subscription as it was, with what it is to become as its `pending_update`."""
        name, invoice = subscription["id"], changed["latest_invoice"]
        wanted = {key: value for key, value in changed.items() if key != "latest_invoice"}
        world.keep(
            name,
            pending=invoice,
            wanted=wanted,
            wanted_debits=_debits(world, wanted["items"]["data"]),
        )
        for item, debits in self.debits.items():
            world.keep(item, debits=debits)
        world.keep(invoice, pending_update_of=name)
        expires = min(
            self.change.now + WAITS_FOR,
            *(item["current_period_end"] for item in items_of(subscription)),
        )
        world.schedule(expires, "subscription.expire_update", name, timeline_of(subscription))
        fields = {
            "latest_invoice": invoice,
            "pending_update": self._shown(subscription, wanted, expires),
        }
        return world.change("subscription", name, fields, _UPDATED)

    def _shown(self, subscription: Obj, wanted: Obj, expires: int) -> Obj:
        asked = self.change.others or {}
        told = {key: wanted[key] for key in _SHOWN if key in asked}
        told.update(
            (key, wanted[key])
            for key in ("billing_cycle_anchor", "trial_end")
            if key in wanted and wanted[key] != subscription[key]
        )
        return {
            **dict.fromkeys(_SHOWN),
            "discount": None,
            "expires_at": expires,
            "subscription_items": wanted["items"]["data"] if self.change.items else None,
            "trial_from_plan": None,
            **told,
        }


def is_unpaid(world: World, subscription: Obj, changed: Obj) -> bool:
    """Whether the change made an invoice that still has to be paid."""
    made = changed.get("latest_invoice", subscription["latest_invoice"])
    invoice = world.get("invoice", made or "")
    return made != subscription["latest_invoice"] and bool(invoice and invoice["status"] == "open")


def invoice_changed(world: World, name: str) -> None:
    """What follows from an invoice that was paid or voided: its update is applied or discarded."""
    owner: str = world.kept(name).get("pending_update_of", "")
    invoice = world.get("invoice", name) if owner else None
    subscription = world.get("subscription", owner) if owner else None
    if invoice is None or subscription is None or world.kept(owner).get("pending") != name:
        return
    if invoice["status"] == "paid":
        _apply(world, subscription)
    elif invoice["status"] == "void":
        _forget(world, subscription)


def expire(world: World, name: str) -> None:
    """Duty `subscription.expire_update`: nobody paid in time."""
    subscription = world.get("subscription", name)
    pending = subscription and subscription["pending_update"]
    if subscription and pending and pending["expires_at"] <= time_of(world, subscription):
        _drop(world, subscription)
        _forget(world, subscription)


def _apply(world: World, subscription: Obj) -> None:
    facts = world.kept(subscription["id"])
    with world.transaction():
        for item, debits in facts["wanted_debits"].items():
            world.keep(item, debits=debits)
        world.keep(subscription["id"], pending=None)
        if subscription["status"] in ENDED:
            return
        changed = world.change(
            "subscription",
            subscription["id"],
            {**facts["wanted"], "pending_update": None},
            _UPDATED,
            "customer.subscription.pending_update_applied",
        )
        look_ahead(world, subscription, changed)


def _drop(world: World, subscription: Obj) -> None:
    """Void the invoice of an update that will not be; no news but of the invoice."""
    name = subscription["id"]
    invoice = world.get("invoice", world.kept(name)["pending"] or "")
    world.keep(name, pending=None)
    if invoice is not None and invoice["status"] == "open":
        void(world, invoice, time_of(world, subscription))


def _forget(world: World, subscription: Obj) -> None:
    world.keep(subscription["id"], pending=None)
    expired = "customer.subscription.pending_update_expired"
    world.change("subscription", subscription["id"], {"pending_update": None}, expired)


def _debits(world: World, items: list[Obj]) -> dict[str, tuple[Debit, ...]]:
    return {item["id"]: debits_of(world, item["id"]) for item in items}
