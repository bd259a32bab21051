"""What comes of creating a subscription (docs.stripe.com/billing/subscriptions/overview)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY, HOUR
from tests.billing.account import START, Account, Refused, only_item, period
from tests.engine.things import digest

BAD_CARD = "pm_card_chargeCustomerFail"
EXPAND = ["latest_invoice.payments", "latest_invoice.confirmation_secret"]


def test_paid_at_once(account: Account) -> None:
    subscription = account.subscribed(expand=EXPAND)
    invoice = subscription["latest_invoice"]
    assert subscription["status"] == "active"
    assert subscription["billing_cycle_anchor"] == subscription["start_date"] == START
    assert subscription["billing_mode"]["type"] == "flexible"
    assert (invoice["status"], invoice["billing_reason"]) == ("paid", "subscription_create")
    assert (invoice["attempt_count"], invoice["attempted"]) == (1, True)
    assert invoice["payments"]["data"][0]["status"] == "paid"


def test_without_any_payment_method_nothing_is_created(account: Account) -> None:
    customer, price = account.post("customers")["id"], account.plan()
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        account.subscribed(price, customer=customer)
    assert refused.value.status == 400
    assert refused.value.error["code"] == "resource_missing"
    assert "param" not in refused.value.error
    assert "no attached payment source or default payment method" in refused.value.error["message"]
    assert digest(account.world) == before


def test_a_declined_card_leaves_it_incomplete_with_an_open_invoice(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(BAD_CARD), expand=EXPAND)
    invoice = subscription["latest_invoice"]
    (payment,) = invoice["payments"]["data"]
    intent = account.get(f"payment_intents/{payment['payment']['payment_intent']}")
    assert subscription["status"] == "incomplete"
    assert (invoice["status"], invoice["amount_paid"]) == ("open", 0)
    assert (payment["status"], payment["amount_paid"]) == ("open", None)
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["code"] == "card_declined"


@pytest.mark.parametrize(
    ("card", "status"), [(None, "requires_payment_method"), ("visa", "requires_confirmation")]
)
def test_default_incomplete_waits_for_the_client(
    account: Account, card: str | None, status: str
) -> None:
    customer = account.payer() if card else account.post("customers")["id"]
    subscription = account.subscribed(
        customer=customer, payment_behavior="default_incomplete", expand=EXPAND
    )
    invoice = subscription["latest_invoice"]
    intent = invoice["payments"]["data"][0]["payment"]["payment_intent"]
    assert subscription["status"] == "incomplete"
    assert (invoice["attempted"], invoice["attempt_count"]) == (False, 0)
    assert invoice["auto_advance"] is False
    assert account.get(f"payment_intents/{intent}")["status"] == status
    assert invoice["confirmation_secret"]["client_secret"].startswith(f"{intent}_secret_")


def test_default_incomplete_with_nothing_due_is_trialing_at_once(account: Account) -> None:
    subscription = account.subscribed(
        customer=account.post("customers")["id"],
        payment_behavior="default_incomplete",
        trial_period_days=7,
    )
    assert subscription["status"] == "trialing"


def test_error_if_incomplete_refuses_and_creates_nothing(account: Account) -> None:
    customer, price = account.payer(BAD_CARD), account.plan()
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        account.subscribed(price, customer=customer, payment_behavior="error_if_incomplete")
    assert (refused.value.status, refused.value.error["type"]) == (402, "card_error")
    assert digest(account.world) == before


def test_incomplete_expires_after_23_hours_and_not_before(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(BAD_CARD))
    account.pass_to(START + 23 * HOUR - 1)
    assert account.fresh(subscription)["status"] == "incomplete"
    account.pass_time(1)
    expired = account.fresh(subscription, expand=["latest_invoice"])
    assert expired["status"] == "incomplete_expired"
    assert expired["latest_invoice"]["status"] == "void"
    account.news()
    account.pass_time(60 * DAY)
    assert account.told() == []


def test_paid_in_time_it_becomes_active_and_does_not_expire(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(BAD_CARD))
    account.default_card(subscription["customer"], "pm_card_visa")
    account.post(f"invoices/{subscription['latest_invoice']}/pay")
    assert account.fresh(subscription)["status"] == "active"
    account.pass_time(DAY)
    assert account.fresh(subscription)["status"] == "active"


@pytest.mark.parametrize("params", [{"items": []}, {"cancel_at_period_end": True}])
def test_incomplete_takes_no_change_that_would_invoice(
    account: Account, params: dict[str, Any]
) -> None:
    subscription = account.subscribed(customer=account.payer(BAD_CARD))
    if "items" in params:
        params = {"items": [{"id": only_item(subscription)["id"], "quantity": 2}]}
    with pytest.raises(Refused, match="`incomplete` status"):
        account.post(f"subscriptions/{subscription['id']}", **params)


def test_a_trial_is_free_until_its_end_and_anchored_there(account: Account) -> None:
    subscription = account.subscribed(trial_period_days=15, expand=EXPAND)
    end = START + 15 * DAY
    invoice = subscription["latest_invoice"]
    assert subscription["status"] == "trialing"
    assert (subscription["trial_start"], subscription["trial_end"]) == (START, end)
    assert subscription["billing_cycle_anchor"] == end
    assert period(subscription) == (START, end)
    assert (invoice["status"], invoice["total"], invoice["attempt_count"]) == ("paid", 0, 0)
    assert invoice["attempted"] is True
    assert invoice["number"].endswith("-0001")
    assert invoice["payments"]["data"] == []
    (line,) = invoice["lines"]["data"]
    assert line["description"] == "Free trial for 1 user × Test Subscription"
    assert line["pricing"]["unit_amount_decimal"] == "0"


def test_a_trial_in_classic_mode_says_it_in_other_words(account: Account) -> None:
    subscription = account.subscribed(trial_period_days=7, billing_mode={"type": "classic"})
    (line,) = account.lines(subscription["latest_invoice"])
    assert line["description"] == "Trial period for Test Subscription"


def test_the_first_period_after_a_trial_is_a_whole_one(account: Account) -> None:
    subscription = account.subscribed(trial_period_days=7)
    end = subscription["trial_end"]
    account.pass_to(end)
    begun = account.fresh(subscription, expand=["latest_invoice"])
    assert begun["status"] == "active"
    assert period(begun)[0] == end
    assert begun["latest_invoice"]["status"] == "draft"
    assert begun["latest_invoice"]["billing_reason"] == "subscription_cycle"
    account.pass_time(HOUR)
    assert account.get(f"invoices/{begun['latest_invoice']['id']}")["status"] == "paid"


def test_trial_end_now_without_a_trial_has_no_effect(account: Account) -> None:
    subscription = account.subscribed()
    changed = account.post(f"subscriptions/{subscription['id']}", trial_end="now")
    assert changed["status"] == "active"


@pytest.mark.parametrize("end", [START, START - 1, START + 731 * DAY])
def test_a_trial_must_end_in_the_future_and_within_two_years(account: Account, end: int) -> None:
    with pytest.raises(Refused) as refused:
        account.subscribed(trial_end=end)
    assert refused.value.error["param"] == "trial_end"


def test_several_items_share_one_invoice_and_no_plan(account: Account) -> None:
    items = [{"price": account.plan(1000)}, {"price": account.plan(300), "quantity": 2}]
    subscription = account.subscribed(items=items)
    lines = account.lines(subscription["latest_invoice"])
    assert [line["amount"] for line in lines] == [1000, 600]
    assert (subscription["plan"], subscription["quantity"]) == (None, None)


def test_two_currencies_on_one_customer_are_refused(account: Account) -> None:
    customer = account.payer()
    account.subscribed(customer=customer)
    with pytest.raises(Refused, match="cannot combine currencies on a single customer"):
        account.subscribed(account.plan(currency="eur"), customer=customer)


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ("price_none", "No such price: 'price_none'"),
        ("one_time", "only accepts prices with `type=recurring`"),
        ("inactive", "only accepts active prices"),
    ],
)
def test_a_price_must_exist_recur_and_be_active(account: Account, price: str, message: str) -> None:
    if price == "one_time":
        product = account.post("products", name="Book")["id"]
        price = account.post("prices", product=product, currency="usd", unit_amount=5)["id"]
    elif price == "inactive":
        price = account.plan()
        account.post(f"prices/{price}", active=False)
    with pytest.raises(Refused) as refused:
        account.subscribed(price)
    assert message in refused.value.error["message"]
    assert refused.value.error["param"] == "items[0][price]"


def test_the_subscriptions_own_method_pays_before_the_customers(account: Account) -> None:
    customer = account.payer(BAD_CARD)
    own = account.post("payment_methods/pm_card_visa/attach", customer=customer)["id"]
    subscription = account.subscribed(customer=customer, default_payment_method=own)
    assert subscription["status"] == "active"
    cleared = account.post(f"subscriptions/{subscription['id']}", default_payment_method="")
    assert cleared["default_payment_method"] is None


def test_another_customers_method_is_refused(account: Account) -> None:
    stranger = account.payer()
    theirs = account.get(f"customers/{stranger}")["invoice_settings"]["default_payment_method"]
    with pytest.raises(Refused, match="must be attached to the customer"):
        account.subscribed(default_payment_method=theirs)
