"""Subscriptions: begun, changed, discounted, paused, ended; and their schedules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from simulator.engine import ACCOUNT, DAY, Obj
from tests.billing.lives.lived import (
    Lived,
    in_status,
    lasting,
    proration_behaviors,
    quantities,
    some,
    which,
)
from tests.billing.lives.shop import PRICES

BEHAVIORS = ("allow_incomplete", "default_incomplete", "error_if_incomplete")
prices = st.integers(0, len(PRICES) - 1)


class SubscriptionRules(Lived):
    """How a subscription begins, changes and ends."""

    @rule(
        who=which,
        wanted=st.lists(prices, min_size=1, max_size=3, unique=True),
        quantity=quantities,
        trial=st.sampled_from([0, 0, 0, 2, 14]),
        behavior=st.sampled_from(BEHAVIORS),
        mode=st.sampled_from(["flexible", "flexible", "classic"]),
        extra=st.sampled_from(
            [
                {},
                {},
                {"discount": 0},
                {"discount": 1},
                {"discount": 2},
                {"tax": 0},
                {"tax": 1},
                {"sent": 14},
                {"ending": True},
                {"saving": True},
                {"cardless": "pause"},
                {"cardless": "cancel"},
            ]
        ),
    )
    def subscribe(
        self,
        who: int,
        wanted: list[int],
        quantity: int,
        trial: int,
        behavior: str,
        mode: str,
        extra: dict[str, Any],
    ) -> None:
        customer = self.life.pick("customer", who)
        if not customer:
            return
        currency = customer["currency"] or self.life.shop.prices[wanted[0]].currency
        entries = [self.life.entry(position, currency, quantity) for position in wanted]
        items = {entry["price"]: entry for entry in entries}
        self.life.post(
            "subscriptions",
            customer=customer["id"],
            items=list(items.values()),
            payment_behavior=behavior,
            billing_mode={"type": mode},
            **({"trial_period_days": trial} if trial else {}),
            **self._extra(extra),
        )

    @rule(who=which, price=prices, quantity=quantities)
    def subscribe_plainly(self, who: int, price: int, quantity: int) -> None:
        self.subscribe(who, [price], quantity, 0, "allow_incomplete", "flexible", {})

    def _extra(self, extra: dict[str, Any]) -> dict[str, Any]:
        """The parameters of one trait of a new subscription."""
        shop = self.life.shop
        match extra:
            case {"discount": int(one)}:
                return {"discounts": [{"coupon": shop.coupons[one]}]}
            case {"tax": int(one)}:
                return {"default_tax_rates": [shop.taxes[one]]}
            case {"sent": int(days)}:
                return {"collection_method": "send_invoice", "days_until_due": days}
            case {"ending": _}:
                return {"cancel_at_period_end": True}
            case {"saving": _}:
                return {"payment_settings": {"save_default_payment_method": "on_subscription"}}
            case {"cardless": str(then)}:
                return {"trial_settings": {"end_behavior": {"missing_payment_method": then}}}
        return {}

    def _update(self, subscription: Obj | None, **params: Any) -> None:
        if subscription:
            self.life.post(f"subscriptions/{subscription['id']}", **params)

    @some("subscription", lasting)
    @rule(
        one=which,
        item=which,
        price=prices,
        quantity=quantities,
        behavior=proration_behaviors,
        anew=st.sampled_from([False, False, True]),
        pending=st.sampled_from([False, False, True]),
    )
    def switch(
        self,
        one: int,
        item: int,
        price: int,
        quantity: int,
        behavior: str,
        anew: bool,
        pending: bool,
    ) -> None:
        subscription = self.life.live(one)
        if not subscription:
            return
        items = subscription["items"]["data"]
        wanted = self.life.entry(price, subscription["currency"], quantity)
        entry = {"id": items[item % len(items)]["id"], **wanted}
        more: dict[str, Any] = {"billing_cycle_anchor": {"type": "now"}} if anew else {}
        if pending:
            more["payment_behavior"] = "pending_if_incomplete"
        self._update(subscription, items=[entry], proration_behavior=behavior, **more)

    @some("subscription", lasting)
    @rule(one=which, price=prices, quantity=quantities, behavior=proration_behaviors)
    def add_item(self, one: int, price: int, quantity: int, behavior: str) -> None:
        subscription = self.life.live(one)
        if subscription:
            entry = self.life.entry(price, subscription["currency"], quantity)
            self._update(subscription, items=[entry], proration_behavior=behavior)

    @some("subscription", lasting)
    @rule(one=which, item=which, behavior=proration_behaviors)
    def drop_item(self, one: int, item: int, behavior: str) -> None:
        subscription = self.life.live(one)
        if subscription and len(items := subscription["items"]["data"]) > 1:
            entry = {"id": items[item % len(items)]["id"], "deleted": True}
            self._update(subscription, items=[entry], proration_behavior=behavior)

    @some("subscription", lasting)
    @rule(one=which, quantity=quantities, behavior=proration_behaviors)
    def set_quantity(self, one: int, quantity: int, behavior: str) -> None:
        subscription = self.life.live(one)
        if subscription:
            name = subscription["items"]["data"][0]["id"]
            path = f"subscription_items/{name}"
            self.life.post(path, quantity=quantity, proration_behavior=behavior)

    @some("subscription", in_status("trialing"))
    @rule(one=which, behavior=proration_behaviors)
    def end_trial(self, one: int, behavior: str) -> None:
        trialing = self.life.live(one, "trialing")
        self._update(trialing, trial_end="now", proration_behavior=behavior)

    @some("subscription", in_status("active", "trialing"))
    @rule(one=which, days=st.integers(1, 20))
    def begin_trial(self, one: int, days: int) -> None:
        subscription = self.life.live(one, "active", "trialing")
        if subscription:
            ends = self._now(subscription) + days * DAY
            self._update(subscription, trial_end=ends, proration_behavior="none")

    @some("subscription", lasting)
    @rule(one=which, wanted=st.booleans())
    def end_with_period(self, one: int, wanted: bool) -> None:
        self._update(self.life.live(one), cancel_at_period_end=wanted)

    @some("subscription", lasting)
    @rule(one=which, wanted=st.sampled_from(["max_period_end", "min_period_end", ""]))
    def end_at(self, one: int, wanted: str) -> None:
        self._update(self.life.live(one), cancel_at=wanted)

    @some("subscription", lasting)
    @rule(one=which, days=st.integers(1, 50), behavior=proration_behaviors)
    def end_on(self, one: int, days: int, behavior: str) -> None:
        subscription = self.life.live(one)
        if subscription:
            ends = self._now(subscription) + days * DAY
            self._update(subscription, cancel_at=ends, proration_behavior=behavior)

    def _now(self, subscription: Obj) -> int:
        return self.life.world.now(subscription["test_clock"] or ACCOUNT)

    @some("subscription", lasting)
    @rule(one=which, prorate=st.booleans(), invoice_now=st.booleans())
    def end_now(self, one: int, prorate: bool, invoice_now: bool) -> None:
        if one > 2 and (subscription := self.life.live(one)):
            path = f"subscriptions/{subscription['id']}"
            self.life.delete(path, prorate=prorate, invoice_now=invoice_now)

    @some("subscription", lasting)
    @rule(one=which, discount=st.integers(0, 4))
    def discount(self, one: int, discount: int) -> None:
        shop = self.life.shop
        given = {"promotion_code": shop.promotion_code}
        if discount < len(shop.coupons):
            given = {"coupon": shop.coupons[discount]}
        self._update(self.life.live(one), discounts=[given])

    @some("subscription", lasting)
    @rule(one=which)
    def undiscount(self, one: int) -> None:
        self._update(self.life.live(one), discounts="")

    @some("subscription", lasting)
    @rule(one=which, rates=st.lists(st.integers(0, 1), unique=True))
    def tax(self, one: int, rates: list[int]) -> None:
        names = [self.life.shop.taxes[rate] for rate in rates]
        self._update(self.life.live(one), default_tax_rates=names or "")

    @some("subscription", lasting)
    @rule(one=which, sent=st.booleans())
    def send_or_charge(self, one: int, sent: bool) -> None:
        how: dict[str, Any] = {"collection_method": "charge_automatically"}
        if sent:
            how = {"collection_method": "send_invoice", "days_until_due": 10}
        self._update(self.life.live(one), **how)

    @some("subscription", lasting)
    @rule(one=which, card=which)
    def own_card(self, one: int, card: int) -> None:
        subscription = self.life.live(one)
        if subscription:
            owner = subscription["customer"]
            method = self.life.pick("payment_method", card, lambda m: m["customer"] == owner)
            self._update(subscription, default_payment_method=method["id"] if method else "")

    @some("subscription")
    @rule(one=which, note=st.sampled_from(["", "note"]))
    def annotate(self, one: int, note: str) -> None:
        found = self.life.pick("subscription", one)
        self._update(found, metadata={"note": note}, cancellation_details={"comment": note})


class PauseRules(Lived):
    """Both ways to pause, and back."""

    @some("subscription", lasting)
    @rule(one=which, how=st.sampled_from(["void", "keep_as_draft", "mark_uncollectible"]))
    def pause_collection(self, one: int, how: str) -> None:
        subscription = self.life.live(one)
        if subscription:
            path = f"subscriptions/{subscription['id']}"
            self.life.post(path, pause_collection={"behavior": how})

    @some("subscription", lasting)
    @rule(one=which, how=st.sampled_from(["void", "keep_as_draft"]), days=st.integers(1, 40))
    def pause_collection_until(self, one: int, how: str, days: int) -> None:
        subscription = self.life.live(one)
        if subscription:
            back = self.life.world.now() + days * DAY
            paused = {"behavior": how, "resumes_at": back}
            self.life.post(f"subscriptions/{subscription['id']}", pause_collection=paused)

    @some("subscription", lambda s: bool(s["pause_collection"]))
    @rule(one=which)
    def resume_collection(self, one: int) -> None:
        found = self.life.pick("subscription", one, lambda s: bool(s["pause_collection"]))
        if found:
            self.life.post(f"subscriptions/{found['id']}", pause_collection="")

    @some("subscription", in_status("active", "past_due", "unpaid"))
    @rule(
        one=which,
        since=st.sampled_from(["now", "item_current_period_start", "none"]),
        how=st.sampled_from(["invoice", "pending_invoice_item"]),
    )
    def pause(self, one: int, since: str, how: str) -> None:
        subscription = self.life.live(one, "active", "past_due", "unpaid")
        if subscription:
            self.life.post(
                f"subscriptions/{subscription['id']}/pause",
                bill_for={"unused_time_from": {"type": since}},
                invoicing_behavior=how,
            )

    @some("subscription", in_status("paused"))
    @rule(
        one=which,
        anchor=st.sampled_from(["now", "unchanged"]),
        payment=st.sampled_from(["resume_on_payment_attempt", "resume_on_payment_success"]),
        prorations=proration_behaviors,
    )
    def resume(self, one: int, anchor: str, payment: str, prorations: str) -> None:
        subscription = self.life.live(one, "paused")
        if subscription:
            self.life.post(
                f"subscriptions/{subscription['id']}/resume",
                billing_cycle_anchor={"type": anchor},
                payment_behavior=payment,
                proration_behavior=prorations,
            )


class ScheduleRules(Lived):
    """Schedules: from a subscription or from nothing, changed, released, canceled."""

    @some("subscription", lasting)
    @rule(one=which)
    def schedule(self, one: int) -> None:
        subscription = self.life.live(one)
        if subscription:
            self.life.post("subscription_schedules", from_subscription=subscription["id"])

    @rule(who=which, pair=st.tuples(prices, prices), quantity=quantities, then=st.booleans())
    def schedule_anew(self, who: int, pair: tuple[int, int], quantity: int, then: bool) -> None:
        customer = self.life.pick("customer", who)
        if not customer:
            return
        currency = customer["currency"] or self.life.shop.prices[pair[0]].currency
        phases = [
            {
                "items": [self.life.entry(one, currency, quantity)],
                "duration": {"interval": "month", "interval_count": 1 + position},
            }
            for position, one in enumerate(pair)
        ]
        self.life.post(
            "subscription_schedules",
            customer=customer["id"],
            start_date="now",
            end_behavior="cancel" if then else "release",
            phases=phases,
        )

    @some("subscription_schedule", in_status("active"))
    @rule(one=which, price=prices, quantity=quantities, behavior=proration_behaviors)
    def reschedule(self, one: int, price: int, quantity: int, behavior: str) -> None:
        """The running phase as it is, then another price."""
        found = self.life.pick("subscription_schedule", one, lambda s: s["status"] == "active")
        if not found:
            return
        running = found["phases"][0]
        first = {
            "items": [
                {key: item[key] for key in ("price", "quantity") if item.get(key) is not None}
                for item in running["items"]
            ],
            "start_date": running["start_date"],
            "end_date": running["end_date"],
        }
        second = {
            "items": [self.life.entry(price, running["currency"], quantity)],
            "duration": {"interval": "month", "interval_count": 1},
            "proration_behavior": behavior,
        }
        self.life.post(f"subscription_schedules/{found['id']}", phases=[first, second])

    @some("subscription_schedule", in_status("active"))
    @rule(one=which, how=st.sampled_from(["release", "cancel"]))
    def unschedule(self, one: int, how: str) -> None:
        found = self.life.pick("subscription_schedule", one, lambda s: s["status"] == "active")
        if found:
            self.life.post(f"subscription_schedules/{found['id']}/{how}")
