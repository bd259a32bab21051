"""A year of a small business, told to Carom through the SDK: something of everything it sells.

Renewals, an upgrade, a trial that ends on a card that fails, a Checkout, discounts, an invoice by
hand, a credit note, a bank transfer, a refund, a dispute, a schedule, entitlements, a connected
account, and an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from simulator import ControlClient

DAY = 86_400
PATIENCE = 60.0  # seconds, for a page that waits for the app's answer to its webhooks
CARD = {"number": "4242424242424242", "exp": "12/34", "cvc": "123", "email": "bo@example.com"}


@dataclass(frozen=True, slots=True)
class Year:
    """One account of a simulator, and the SDK's `v1` on it."""

    api: Any
    carom: ControlClient

    def live(self) -> None:
        """Play the year to its end."""
        monthly, yearly, business = self.catalog()
        steady = self.customer("steady@example.com")
        subscription = self.subscribe(steady, monthly)
        self.api.tax_ids.create(
            {"type": "eu_vat", "value": "DE123456789", "owner": self._owner(steady)}
        )
        self._trial(monthly)
        self._checkout(monthly)
        self._discounted(monthly)
        self.pass_days(20)
        self._upgrade(subscription, business)
        self._by_hand(steady)
        self._payments()
        self.pass_days(70)
        self._schedule(subscription)
        self.platform()
        self.pass_days(120)
        self.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
        self.pass_days(155)
        leaver = self.customer("leaver@example.com")
        self.subscribe(leaver, yearly)
        self.pass_days(1)
        self.api.customers.delete(leaver)

    def pass_days(self, days: int) -> None:
        self.carom.advance(seconds=days * DAY)

    def customer(self, email: str, card: str = "visa") -> str:
        customer = self.api.customers.create({"email": email})
        self.pays_with(customer.id, card)
        return str(customer.id)

    def pays_with(self, customer: str, card: str) -> None:
        method = self.api.payment_methods.attach(f"pm_card_{card}", {"customer": customer})
        default = {"default_payment_method": method.id}
        self.api.customers.update(customer, {"invoice_settings": default})

    def subscribe(self, customer: str, price: str, **more: Any) -> Any:
        wanted = {"customer": customer, "items": [{"price": price}], **more}
        return self.api.subscriptions.create(wanted)

    def _owner(self, customer: str) -> dict[str, str]:
        return {"type": "customer", "customer": customer}

    def catalog(self) -> tuple[str, str, str]:
        """Prices of 10 a month, 100 a year and 30 a month, of a product with a feature."""
        product = self.api.products.create({"name": "Club"})
        feature = self.api.entitlements.features.create({"name": "Api", "lookup_key": "api"})
        self.api.products.features.create(product.id, {"entitlement_feature": feature.id})
        prices = [
            self.api.prices.create(
                {
                    "product": product.id,
                    "currency": "usd",
                    "unit_amount": amount,
                    "recurring": {"interval": interval},
                }
            )
            for amount, interval in ((1000, "month"), (10_000, "year"), (3000, "month"))
        ]
        return prices[0].id, prices[1].id, prices[2].id

    def _trial(self, price: str) -> None:
        customer = self.customer("trial@example.com", "chargeCustomerFail")
        self.subscribe(customer, price, trial_period_days=14)

    def _checkout(self, price: str) -> None:
        session = self.api.checkout.sessions.create(
            {
                "mode": "subscription",
                "line_items": [{"price": price, "quantity": 1}],
                "success_url": "https://example.com/done",
            }
        )
        paid = httpx.post(
            f"{self.carom.url}/c/pay/{session.id}", data=CARD, timeout=PATIENCE, trust_env=False
        )
        assert paid.status_code == 303, paid.text

    def _discounted(self, price: str) -> None:
        coupon = self.api.coupons.create(
            {"percent_off": 20, "duration": "repeating", "duration_in_months": 3}
        )
        promotion = {"type": "coupon", "coupon": coupon.id}
        code = self.api.promotion_codes.create({"promotion": promotion, "code": "WELCOME"})
        customer = self.customer("thrifty@example.com")
        rate = self.api.tax_rates.create(
            {"display_name": "VAT", "percentage": 19, "inclusive": False, "country": "DE"}
        )
        self.subscribe(
            customer,
            price,
            discounts=[{"promotion_code": code.id}],
            default_tax_rates=[rate.id],
        )

    def _upgrade(self, subscription: Any, price: str) -> None:
        item = subscription["items"].data[0].id
        items = [{"id": item, "price": price}]
        self.api.subscriptions.update(subscription.id, {"items": items})

    def _by_hand(self, customer: str) -> None:
        paid, voided = self._invoice(customer), self._invoice(customer)
        self.api.invoices.pay(paid)
        self.api.invoices.void_invoice(voided)
        self.api.credit_notes.create({"invoice": paid, "amount": 200, "refund_amount": 200})
        payer = self.customer("bank@example.com")
        self._invoice(payer, collection_method="send_invoice", days_until_due=14)
        self.api.test_helpers.customers.fund_cash_balance(payer, {"amount": 700, "currency": "usd"})

    def _invoice(self, customer: str, **more: Any) -> str:
        """A final invoice over 7.00."""
        wanted = {"customer": customer, "auto_advance": False, **more}
        invoice = self.api.invoices.create(wanted)
        self.api.invoice_items.create(
            {"customer": customer, "invoice": invoice.id, "amount": 700, "currency": "usd"}
        )
        self.api.invoices.finalize_invoice(invoice.id)
        return str(invoice.id)

    def _payments(self) -> None:
        buyer = self.customer("buyer@example.com")
        refunded = self._pays("visa", customer=buyer)
        self.api.refunds.create({"payment_intent": refunded.id, "amount": 400})
        disputed = self._pays("createDispute", customer=buyer)
        assert disputed.status == "succeeded"
        kept = self._pays("visa", customer=buyer, capture_method="manual")
        self.api.payment_intents.cancel(kept.id)
        self.api.setup_intents.create(
            {
                "customer": buyer,
                "payment_method": "pm_card_mastercard",
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )

    def _pays(self, card: str, **more: Any) -> Any:
        return self.api.payment_intents.create(
            {
                "amount": 1200,
                "currency": "usd",
                "payment_method": f"pm_card_{card}",
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                **more,
            }
        )

    def _schedule(self, subscription: Any) -> None:
        schedule = self.api.subscription_schedules.create({"from_subscription": subscription.id})
        self.api.subscription_schedules.release(schedule.id)

    def platform(self) -> None:
        """A payment for a connected account, some of which is taken back."""
        account = self.api.accounts.create({"type": "standard", "email": "seller@example.com"})
        paid = self._pays(
            "visa", transfer_data={"destination": account.id}, application_fee_amount=100
        )
        self.carom.advance(seconds=5)  # and the payment has settled
        charge = self.api.charges.retrieve(paid.latest_charge)
        self.api.transfers.reversals.create(charge.transfer, {"amount": 300})
        self.api.application_fees.refunds.create(charge.application_fee, {"amount": 40})
