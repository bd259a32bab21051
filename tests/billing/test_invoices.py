"""Invoices: numbers, windows, lines, and what may be done to them.

docs.stripe.com/api/invoices, docs.stripe.com/invoicing/overview.
"""

from __future__ import annotations

import re

import pytest

from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import START, Account, Refused, only_item, period
from tests.engine.things import digest

BAD_CARD = "pm_card_chargeCustomerFail"
LINE = {
    "id",
    "object",
    "amount",
    "currency",
    "description",
    "discount_amounts",
    "discountable",
    "discounts",
    "invoice",
    "livemode",
    "metadata",
    "parent",
    "period",
    "pretax_credit_amounts",
    "pricing",
    "quantity",
    "quantity_decimal",
    "subtotal",
    "taxes",
}


def latest(account: Account, subscription: Obj) -> Obj:
    return account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")


def test_numbers_count_up_for_each_customer(account: Account) -> None:
    first, second = account.subscribed(trial_period_days=3), account.subscribed()
    account.pass_time(70 * DAY)
    for subscription in (first, second):
        prefix = account.customer_of(subscription)["invoice_prefix"]
        assert re.fullmatch(r"[A-Z0-9]{8}", prefix)
        found = account.get("invoices", customer=subscription["customer"])["data"]
        numbers = [invoice["number"] for invoice in reversed(found)]
        assert numbers == [f"{prefix}-{n:04d}" for n in range(1, len(numbers) + 1)]
        following = account.customer_of(subscription)["next_invoice_sequence"]
        assert following == len(numbers) + 1


def test_a_draft_has_no_number_and_no_page(account: Account) -> None:
    subscription = account.subscribed()
    account.pass_to(period(subscription)[1])
    draft = latest(account, subscription)
    assert draft["status"] == "draft"
    for name in ("number", "hosted_invoice_url", "invoice_pdf", "effective_at", "ending_balance"):
        assert draft[name] is None
    account.pass_time(HOUR)
    opened = latest(account, subscription)
    assert opened["hosted_invoice_url"].startswith(account.world.settings.public_url)
    assert opened["invoice_pdf"].endswith("/pdf")


def test_the_first_invoice_is_made_finalised_and_paid_in_the_same_second(account: Account) -> None:
    invoice = latest(account, account.subscribed())
    done = invoice["status_transitions"]
    instants = {invoice["created"], invoice["effective_at"], done["finalized_at"], done["paid_at"]}
    assert instants == {START}
    assert (invoice["period_start"], invoice["period_end"]) == (START, START)


def test_a_renewal_collects_the_previous_period_and_is_tried_an_hour_later(
    account: Account,
) -> None:
    subscription = account.subscribed()
    start, end = period(subscription)
    account.pass_to(end)
    draft = latest(account, subscription)
    assert (draft["period_start"], draft["period_end"]) == (start, end)
    assert draft["billing_reason"] == "subscription_cycle"
    assert draft["auto_advance"] is True
    assert draft["automatically_finalizes_at"] == draft["next_payment_attempt"] == end + HOUR
    (line,) = draft["lines"]["data"]
    assert line["period"]["start"] == end
    account.pass_to(end + HOUR - 1)
    assert latest(account, subscription)["status"] == "draft"
    account.pass_time(1)
    paid = latest(account, subscription)
    assert paid["status"] == "paid"
    assert paid["status_transitions"]["paid_at"] == end + HOUR


def test_a_line_has_these_keys_and_says_what_it_is_for(account: Account) -> None:
    subscription = account.subscribed()
    (line,) = account.lines(subscription["latest_invoice"])
    start, end = period(subscription)
    price = only_item(subscription)["price"]
    assert set(line) == LINE
    assert line["description"] == "1 user × Test Subscription (at $25.00 / month)"
    assert line["parent"] == {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": subscription["id"],
            "subscription_item": only_item(subscription)["id"],
        },
        "type": "subscription_item_details",
    }
    assert line["period"] == {"start": start, "end": end}
    assert line["pricing"] == {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": "2500",
    }
    assert (line["quantity"], line["quantity_decimal"], line["subtotal"]) == (1, "1", 2500)


def test_an_interval_of_several_is_written_out(account: Account) -> None:
    price = account.plan(900, recurring={"interval_count": 3})
    (line,) = account.lines(account.subscribed(price)["latest_invoice"])
    assert line["description"] == "1 user × Test Subscription (at $9.00 every 3 months)"


def test_finalising_a_draft_by_hand_still_charges_it_when_its_hour_is_over(
    account: Account,
) -> None:
    subscription = account.subscribed()
    account.pass_to(period(subscription)[1])
    draft = latest(account, subscription)
    opened = account.post(f"invoices/{draft['id']}/finalize")
    assert (opened["status"], opened["auto_advance"]) == ("open", True)
    account.pass_time(HOUR)
    assert latest(account, subscription)["status"] == "paid"


def test_finalising_with_auto_advance_off_leaves_it_open(account: Account) -> None:
    subscription = account.subscribed()
    account.pass_to(period(subscription)[1])
    draft = latest(account, subscription)
    account.post(f"invoices/{draft['id']}/finalize", auto_advance=False)
    account.pass_time(DAY)
    assert latest(account, subscription)["status"] == "open"


def test_finalising_what_owes_nothing_pays_it(account: Account) -> None:
    subscription = account.subscribed()
    account.post(f"customers/{subscription['customer']}", balance=-9000)
    account.pass_to(period(subscription)[1])
    draft = latest(account, subscription)
    account.news()
    assert account.post(f"invoices/{draft['id']}/finalize")["status"] == "paid"
    assert {"invoice.finalized", "invoice.paid"} < set(account.told())


def test_paying_a_draft_finalises_it_first(account: Account) -> None:
    subscription = account.subscribed()
    account.pass_to(period(subscription)[1])
    draft = latest(account, subscription)
    paid = account.post(f"invoices/{draft['id']}/pay")
    assert (paid["status"], paid["attempt_count"]) == ("paid", 1)
    account.news()
    account.pass_time(DAY)
    assert account.told() == []


def test_paying_twice_is_refused(account: Account) -> None:
    subscription = account.subscribed()
    with pytest.raises(Refused) as refused:
        account.post(f"invoices/{subscription['latest_invoice']}/pay")
    assert refused.value.error["code"] == "invoice_already_paid"


def test_a_declined_payment_by_hand_is_a_402_that_leaves_its_traces(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(BAD_CARD))
    account.news()
    with pytest.raises(Refused) as refused:
        account.post(f"invoices/{subscription['latest_invoice']}/pay")
    assert (refused.value.status, refused.value.error["code"]) == (402, "card_declined")
    assert account.told() == [
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
    ]
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["attempt_count"]) == ("open", 1)
    assert account.fresh(subscription)["status"] == "incomplete"


def test_paying_with_nothing_to_pay_with_is_refused_and_changes_nothing(account: Account) -> None:
    customer = account.post("customers")["id"]
    subscription = account.subscribed(customer=customer, payment_behavior="default_incomplete")
    before = digest(account.world)
    with pytest.raises(Refused, match="no `default_payment_method` set"):
        account.post(f"invoices/{subscription['latest_invoice']}/pay")
    assert digest(account.world) == before


def test_a_voided_invoice_cannot_be_paid(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(BAD_CARD))
    path = f"invoices/{subscription['latest_invoice']}"
    voided = account.post(f"{path}/void")
    assert (voided["status"], voided["auto_advance"]) == ("void", False)
    with pytest.raises(Refused):
        account.post(f"{path}/pay")
    with pytest.raises(Refused):
        account.post(f"{path}/void")


def test_the_invoice_of_a_deleted_customer_cannot_be_paid(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(BAD_CARD))
    account.delete(f"customers/{subscription['customer']}")
    with pytest.raises(Refused, match="No such customer"):
        account.post(f"invoices/{subscription['latest_invoice']}/pay")


def test_the_lines_can_be_listed(account: Account) -> None:
    subscription = account.subscribed()
    listed = account.get(f"invoices/{subscription['latest_invoice']}/lines")
    assert listed["data"] == account.lines(subscription["latest_invoice"])


def test_the_payment_leads_from_the_invoice_to_the_balance(account: Account) -> None:
    subscription = account.subscribed()
    (payment,) = account.get("invoice_payments", invoice=subscription["latest_invoice"])["data"]
    intent = account.get(f"payment_intents/{payment['payment']['payment_intent']}")
    charge = account.get(f"charges/{intent['latest_charge']}")
    booked = account.get(f"balance_transactions/{charge['balance_transaction']}")
    assert payment["amount_paid"] == intent["amount_received"] == charge["amount"] == 2500
    assert intent["description"] == "Subscription creation"
    assert booked["source"] == charge["id"]
    assert (booked["fee"], booked["net"]) == (103, 2397)
    listed = account.get(
        "invoice_payments", payment={"type": "payment_intent", "payment_intent": intent["id"]}
    )
    assert listed["data"] == [payment]
