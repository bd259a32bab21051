"""Invoices by hand, payments, refunds, credit notes, disputes; Checkout and the portal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from simulator.billing import checkout, payment_intents, portal
from simulator.billing.test_cards import CardInput
from simulator.engine import Obj, World
from tests.billing.lives.lived import CARDS, Lived, in_status, lasting, quantities, some, which
from tests.billing.lives.shop import PRICES

NUMBERS = ("4242424242424242", "4000000000000341", "4000000000000002", "4000002760003184")
numbers = st.sampled_from(NUMBERS)


class InvoiceRules(Lived):
    """Invoice items, invoices made by hand, and what is done to invoices."""

    @rule(who=which, amount=st.sampled_from([-700, 20, 1500]), taxed=st.booleans())
    def add_invoice_item(self, who: int, amount: int, taxed: bool) -> None:
        customer = self.life.pick("customer", who)
        if customer:
            more = {"tax_rates": [self.life.shop.taxes[0]]} if taxed else {}
            self.life.post(
                "invoiceitems",
                customer=customer["id"],
                amount=amount,
                currency=customer["currency"] or "usd",
                **more,
            )

    @some("invoiceitem", lambda item: item["invoice"] is None)
    @rule(one=which)
    def drop_invoice_item(self, one: int) -> None:
        item = self.life.pick("invoiceitem", one, lambda item: item["invoice"] is None)
        if item:
            self.life.delete(f"invoiceitems/{item['id']}")

    @rule(
        who=which,
        advances=st.booleans(),
        how=st.sampled_from(["charge_automatically", "send_invoice"]),
        coupon=st.integers(0, 7),
    )
    def new_invoice(self, who: int, advances: bool, how: str, coupon: int) -> None:
        customer, coupons = self.life.pick("customer", who), self.life.shop.coupons
        if not customer:
            return
        more: dict[str, Any] = {"days_until_due": 7} if how == "send_invoice" else {}
        if coupon < len(coupons):
            more["discounts"] = [{"coupon": coupons[coupon]}]
        self.life.post(
            "invoices",
            customer=customer["id"],
            auto_advance=advances,
            collection_method=how,
            pending_invoice_items_behavior="include",
            **more,
        )

    @some("invoice", in_status("draft"))
    @rule(one=which)
    def finalize(self, one: int) -> None:
        draft = self.life.pick("invoice", one, in_status("draft"))
        if draft:
            self.life.post(f"invoices/{draft['id']}/finalize")

    @some("invoice", in_status("open", "draft", "uncollectible"))
    @rule(one=which, card=st.none() | st.sampled_from(CARDS))
    def pay(self, one: int, card: str | None) -> None:
        owed = self.life.pick("invoice", one, in_status("open", "draft", "uncollectible"))
        if owed:
            more = {"payment_method": card} if card else {}
            self.life.post(f"invoices/{owed['id']}/pay", **more)

    @some("invoice", in_status("open"))
    @rule(one=which, act=st.sampled_from(["void", "mark_uncollectible", "send"]))
    def give_up_or_send(self, one: int, act: str) -> None:
        owed = self.life.pick("invoice", one, in_status("open"))
        if owed:
            self.life.post(f"invoices/{owed['id']}/{act}")

    @some("invoice", in_status("draft"))
    @rule(one=which)
    def delete_draft(self, one: int) -> None:
        draft = self.life.pick("invoice", one, in_status("draft"))
        if draft:
            self.life.delete(f"invoices/{draft['id']}")

    @some("invoice", in_status("open", "paid"))
    @rule(
        one=which,
        percent=st.sampled_from([10, 50, 100]),
        way=st.sampled_from(["refund_amount", "credit_amount", "out_of_band_amount"]),
    )
    def credit(self, one: int, percent: int, way: str) -> None:
        invoice = self.life.pick("invoice", one, in_status("open", "paid"))
        if invoice and invoice["total"] > 0:
            amount = max(1, invoice["total"] * percent // 100)
            after = amount - min(amount, invoice["amount_remaining"])
            more = {way: after} if after else {}
            self.life.post("credit_notes", invoice=invoice["id"], amount=amount, **more)

    @some("credit_note", in_status("issued"))
    @rule(one=which)
    def void_credit(self, one: int) -> None:
        note = self.life.pick("credit_note", one, in_status("issued"))
        if note:
            self.life.post(f"credit_notes/{note['id']}/void")


class PaymentRules(Lived):
    """Money back, money doubted, and what a bank asks its customer."""

    @some("charge", lambda charge: bool(charge["paid"]))
    @rule(one=which, percent=st.sampled_from([10, 50, 100]))
    def refund(self, one: int, percent: int) -> None:
        charge = self.life.pick("charge", one, lambda charge: bool(charge["paid"]))
        if charge:
            amount = max(1, charge["amount"] * percent // 100)
            self.life.post("refunds", charge=charge["id"], amount=amount)

    @some("payment_intent", in_status("requires_action"))
    @rule(one=which, succeeds=st.booleans())
    def answer_bank(self, one: int, succeeds: bool) -> None:
        intent = self.life.pick("payment_intent", one, in_status("requires_action"))
        if intent:
            name = intent["id"]
            self.life.do(
                lambda account: payment_intents.authenticated(
                    account.world, held(account.world, "payment_intent", name), succeeds
                ),
                "3D Secure",
            )

    @some("dispute", in_status("needs_response"))
    @rule(one=which, evidence=st.sampled_from(["winning_evidence", "losing_evidence", ""]))
    def answer_dispute(self, one: int, evidence: str) -> None:
        dispute = self.life.pick("dispute", one, in_status("needs_response"))
        if dispute and evidence:
            path = f"disputes/{dispute['id']}"
            self.life.post(path, evidence={"uncategorized_text": evidence}, submit=True)
        elif dispute:
            self.life.post(f"disputes/{dispute['id']}/close")

    @rule(who=which, amount=st.integers(50, 9999), card=st.sampled_from(CARDS))
    def pay_once(self, who: int, amount: int, card: str) -> None:
        customer = self.life.pick("customer", who)
        if customer:
            self.life.post(
                "payment_intents",
                amount=amount,
                currency="usd",
                customer=customer["id"],
                payment_method=card,
                confirm=True,
                return_url="https://example.org/back",
            )


class PageRules(Lived):
    """What a customer does on the hosted pages."""

    @rule(
        who=st.none() | which,
        price=st.integers(0, len(PRICES) - 1),
        quantity=quantities,
        trial=st.booleans(),
    )
    def open_checkout(self, who: int | None, price: int, quantity: int, trial: bool) -> None:
        customer = None if who is None else self.life.pick("customer", who)
        more: dict[str, Any] = {"customer": customer["id"]} if customer else {}
        if trial:
            more["subscription_data"] = {"trial_period_days": 5}
        entry = self.life.entry(price, customer["currency"] if customer else None, quantity)
        self.life.post(
            "checkout/sessions",
            mode="subscription",
            line_items=[entry],
            success_url="https://example.org/done",
            **more,
        )

    @some("checkout.session", in_status("open"))
    @rule(one=which, number=numbers, answer=st.none() | st.booleans())
    def check_out(self, one: int, number: str, answer: bool | None) -> None:
        session = self.life.pick("checkout.session", one, in_status("open"))
        if session:
            name = session["id"]
            self.life.do(
                lambda account: checkout.complete(
                    account.world, name, typed(number), "ada@example.org", authenticated=answer
                ),
                "check out",
            )

    @some("checkout.session", in_status("open"))
    @rule(one=which)
    def expire_checkout(self, one: int) -> None:
        session = self.life.pick("checkout.session", one, in_status("open"))
        if session:
            self.life.post(f"checkout/sessions/{session['id']}/expire")

    @some("subscription", lasting)
    @rule(
        one=which,
        lenient=st.integers(0, 1),
        act=st.sampled_from(["cancel", "renew", "switch", "add_card"]),
        price=st.sampled_from([0, 4]),
        quantity=st.none() | quantities,
        number=numbers,
    )
    def visit_portal(
        self, one: int, lenient: int, act: str, price: int, quantity: int | None, number: str
    ) -> None:
        subscription = self.life.live(one)
        if not subscription:
            return
        configuration = self.life.shop.portals[lenient]
        session = self.life.post(
            "billing_portal/sessions",
            customer=subscription["customer"],
            configuration=configuration,
            return_url="https://example.org/back",
        )
        if not session:
            return
        name, wanted = subscription["id"], self.life.shop.prices[price].name
        acts: dict[str, Callable[[World, Obj], Obj]] = {
            "cancel": lambda world, visit: portal.cancel(world, visit, name),
            "renew": lambda world, visit: portal.renew(world, visit, name),
            "switch": lambda world, visit: portal.switch(world, visit, name, wanted, quantity),
            "add_card": lambda world, visit: portal.add_card(world, visit, typed(number)),
        }
        visited = session["id"]
        self.life.do(
            lambda account: acts[act](
                account.world, held(account.world, "billing_portal.session", visited)
            ),
            f"portal: {act}",
        )


def held(world: World, kind: str, name: str) -> Obj:
    found = world.get(kind, name)
    assert found is not None
    return found


def typed(number: str) -> CardInput:
    return CardInput(number, 12, 34, "123")
