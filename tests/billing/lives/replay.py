"""What somebody knows who only listens to events: their order applied to nothing.

Each event's `data.object` is the new picture of its object. An event that ends in `.deleted` takes
it away, but for a subscription, which is only over. One that ends in `.created` tells of a
beginning: where Stripe sends it after others (`payment_intent.created`), it adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.billing.catalog import plan_of
from simulator.contract.schemas import schemas
from simulator.engine import Obj, World
from tests.billing.lives.life import Key, Step
from tests.engine.things import undone, without_nulls

BORN_UNTOLD = frozenset({"checkout.session", "invoice_payment", "payment_method"})
"""Kinds that can exist before any event tells of them: Stripe has no `*.created` for them."""

SUMMARY = "entitlements.active_entitlement_summary"

STAYS = frozenset({"discount"})
"""Kinds that Stripe tells of as deleted and still shows, since invoices name them."""

MOVES_UNTOLD: dict[str, frozenset[str]] = {
    "charge": frozenset({"dispute", "disputed"}),
    "coupon": frozenset({"times_redeemed"}),
    "customer": frozenset({"next_invoice_sequence"}),
    "invoice_payment": frozenset({"amount_requested", "status", "status_transitions"}),
    "invoiceitem": frozenset({"invoice"}),
    "payment_intent": frozenset({"amount"}),
    "promotion_code": frozenset({"times_redeemed"}),
}
"""Fields that move without an event of their own.

`charge.updated` is for descriptions, metadata and late captures, and there is no
`invoice_payment.updated`, `invoiceitem.updated` or `payment_intent.updated` (class `stripe.Event`).
That counters (of redemptions, of invoices) move silently is our choice.
"""


class Listener:
    """The picture of every object, by kind and id, as the events so far have it."""

    def __init__(self) -> None:
        self.pictures: dict[Key, Obj] = {}
        self.entitled: dict[str, list[Obj]] = {}

    def hear(self, news: Iterable[Obj]) -> set[Key]:
        """Take events in, each held against the picture before; returns what they were about."""
        heard: set[Key] = set()
        for event in news:
            told = event["data"]["object"]
            if told["object"] == SUMMARY:
                self._hear_summary(event)
            if "id" not in told:
                continue  # what is told of and not kept: an upcoming invoice, a summary
            key = (told["object"], told["id"])
            heard.add(key)
            known, previous = self.pictures.get(key), event["data"].get("previous_attributes")
            # Two types may tell of one change (`refund.updated`, `charge.refund.updated`).
            anew = event["type"].endswith(".updated") and told != known
            if anew and known is not None and previous is not None:
                before = without_nulls(undone(told, previous))
                moved = _moved(without_nulls(known), before)
                assert moved == {}, f"{event['type']} says {previous}, and there was {moved}"
            if event["type"].endswith(".deleted") and key[0] != "subscription":
                self.pictures.pop(key, None)
            elif known is None or not event["type"].endswith(".created"):
                self.pictures[key] = told
        return heard

    def _hear_summary(self, event: Obj) -> None:
        """A summary is the whole new list of what a customer is entitled to, and has no id."""
        told, previous = event["data"]["object"], event["data"]["previous_attributes"]
        before = self.entitled.get(told["customer"], [])
        if previous["entitlements"]:
            assert previous["entitlements"]["data"] == before, "a summary misses one before it"
        self.entitled[told["customer"]] = told["entitlements"]["data"]

    def check(self, world: World, keys: Iterable[Key]) -> None:
        """Whether the pictures of these objects are what the world holds."""
        for kind, name in keys:
            if kind not in _told_of():
                continue
            held, known = _held(world, kind, name), self.pictures.get((kind, name))
            if known is held or (known is None and (_may_be_untold(held) or kind in STAYS)):
                continue
            assert held is not None, f"{kind} {name} is gone and no event says so"
            assert known is not None, f"no event tells of {kind} {name}"
            moved = _moved(known, held)
            assert moved == {}, f"no event tells that {kind} {name} moved: {moved}"

    def follow(self, world: World, step: Step) -> None:
        """Hear the news of a step, and compare all that it touched."""
        self.check(world, {**step.changed, **dict.fromkeys(self.hear(step.news))})
        told = {held["id"]: held for data in self.entitled.values() for held in data}
        held = {held["id"]: held for held in world.find("entitlements.active_entitlement")}
        assert told == held, "the summaries and what customers are entitled to differ"


def _moved(known: Obj, held: Obj) -> dict[str, tuple[Any, Any]]:
    """What is not the same in both, but for fields that may move untold."""
    free = MOVES_UNTOLD.get(held["object"], frozenset())
    if held["object"] == "payment_intent" and held["status"] == "requires_confirmation":
        free |= {"payment_method", "status"}  # no event tells of this state
    if held["object"] == "charge" and held["amount_refunded"] < known["amount_refunded"]:
        free |= {"amount_refunded", "refunded"}  # a refund failed, and `refund.failed` says so
    return {
        field: (known.get(field), held.get(field))
        for field in {*known, *held} - free
        if known.get(field) != held.get(field)
    }


def _held(world: World, kind: str, name: str) -> Obj | None:
    """The object; a plan is another face of a price."""
    if kind != "plan":
        return world.get(kind, name)
    price = world.get("price", name)
    return plan_of(price) if price else None


def _may_be_untold(obj: Obj | None) -> bool:
    """Born untold; or made in passing, to carry an amount that has no price of its own."""
    return obj is not None and (
        obj["object"] in BORN_UNTOLD
        or (obj["object"] in ("price", "product") and not obj["active"])
    )


def _told_of() -> frozenset[str]:
    """The kinds that Stripe has events about (class `stripe.Event`)."""
    return frozenset(schemas().subjects.values())
