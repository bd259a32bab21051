"""Metered items: usage is charged afterwards, each second of it once.

docs.stripe.com/billing/subscriptions/usage-based/manage-billing-setup and
docs.stripe.com/billing/subscriptions/billing-mode/compare.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.billing import checkout
from simulator.billing.test_cards import CardInput
from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import START, Account, Refused, only_item, period
from tests.billing.metering import metered_price, report

CLASSIC = {"billing_mode": {"type": "classic"}}
NO_QUANTITY = (
    "Quantity should not be specified where usage_type is `metered`. Remove quantity from"
    " `line_items[0]`"
)
NO_CLEARING = (
    "With `billing_mode.type=flexible` set on a subscription, the following parameters are not"
    " supported: clear_usage."
)


def metered(account: Account, **more: Any) -> Obj:
    """A subscription to calls at 3 cents each."""
    price = more.pop("price", None) or metered_price(account)
    return account.subscribed(items=[{"price": price}, *more.pop("besides", [])], **more)


def used(account: Account, subscription: Obj, value: object, **more: Any) -> None:
    report(account, subscription["customer"], value, **more)


def shown(lines: list[Obj]) -> list[tuple[str, int, int]]:
    return [(line["description"], line["quantity"], line["amount"]) for line in lines]


def latest(account: Account, subscription: Obj) -> Obj:
    name = account.fresh(subscription)["latest_invoice"]
    return account.get(f"invoices/{name}")


def renewed(account: Account, subscription: Obj) -> Obj:
    """The invoice of the next renewal, paid."""
    item = account.fresh(subscription)["items"]["data"][0]
    account.pass_to(item["current_period_end"] + HOUR)
    return latest(account, subscription)


def test_it_has_no_quantity_and_in_flexible_mode_no_first_invoice(account: Account) -> None:
    subscription = metered(account)
    assert subscription["status"] == "active"
    assert subscription["latest_invoice"] is None
    assert subscription["quantity"] is None
    assert "quantity" not in only_item(subscription)
    assert account.get("invoices", customer=subscription["customer"])["data"] == []


def test_in_classic_mode_it_begins_with_a_line_of_nothing(account: Account) -> None:
    subscription = metered(account, **CLASSIC)
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["total"]) == ("paid", 0)
    assert shown(invoice["lines"]["data"]) == [("0 × Calls (at $0.03 / month)", 0, 0)]


@pytest.mark.parametrize("mode", ["flexible", "classic"])
def test_a_renewal_charges_what_the_period_used(account: Account, mode: str) -> None:
    subscription = metered(account, billing_mode={"type": mode})
    start, end = period(subscription)
    used(account, subscription, 100)
    account.pass_time(10 * DAY)
    used(account, subscription, 50)
    invoice = renewed(account, subscription)
    assert (invoice["status"], invoice["billing_reason"]) == ("paid", "subscription_cycle")
    assert (invoice["period_start"], invoice["period_end"]) == (start, end)
    (line,) = invoice["lines"]["data"]
    assert shown([line]) == [("150 × Calls (at $0.03 / month)", 150, 450)]
    assert line["period"] == {"start": start, "end": end}
    assert line["quantity_decimal"] == "150"
    assert line["pricing"]["unit_amount_decimal"] == "3"
    assert period(account.fresh(subscription))[0] == end


def test_a_renewal_without_usage_has_a_line_of_nothing(account: Account) -> None:
    invoice = renewed(account, metered(account))
    assert (invoice["status"], invoice["total"]) == ("paid", 0)
    assert shown(invoice["lines"]["data"]) == [("0 × Calls (at $0.03 / month)", 0, 0)]


def test_what_is_reported_while_the_invoice_is_a_draft_still_counts(account: Account) -> None:
    subscription = metered(account)
    end = period(subscription)[1]
    used(account, subscription, 100)
    account.pass_to(end + HOUR - 1)
    used(account, subscription, 50, timestamp=end - 1)
    used(account, subscription, 1000, timestamp=end)
    draft = latest(account, subscription)
    assert (draft["status"], draft["total"]) == ("draft", 300)
    account.told()
    account.pass_to(end + HOUR)
    paid = latest(account, subscription)
    assert (paid["status"], paid["total"], paid["amount_paid"]) == ("paid", 450, 450)
    assert account.told() == [
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.updated",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
    ]
    used(account, subscription, 7, timestamp=end - 1)
    assert renewed(account, subscription)["total"] == 3000


def test_usage_is_each_customers_own(account: Account) -> None:
    price = metered_price(account)
    one, other = metered(account, price=price), metered(account, price=price)
    used(account, one, 10)
    used(account, other, 20)
    assert renewed(account, one)["total"] == 30
    assert latest(account, other)["total"] == 60


TIERS = [{"up_to": 100, "unit_amount": 0}, {"up_to": "inf", "unit_amount_decimal": "0.5"}]


@pytest.mark.parametrize(
    ("terms", "value", "amount"),
    [
        ({"unit_amount_decimal": "0.04"}, "1250", 50),
        ({"unit_amount_decimal": "0.3"}, "2.5", 1),
        ({"unit_amount_decimal": "0.000000000001"}, "123456789012345", 123),
        ({"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": TIERS}, "100", 0),
        ({"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": TIERS}, "301", 101),
        ({"billing_scheme": "tiered", "tiers_mode": "volume", "tiers": TIERS}, "300", 150),
        (
            {"unit_amount": 1000, "transform_quantity": {"divide_by": 60, "round": "up"}},
            "150",
            3000,
        ),
        ({"unit_amount": 100}, "-5", 0),
    ],
)
def test_usage_is_priced_exactly_and_rounded_once(
    account: Account, terms: Obj, value: str, amount: int
) -> None:
    subscription = metered(account, price=metered_price(account, **terms))
    used(account, subscription, value)
    (line,) = renewed(account, subscription)["lines"]["data"]
    assert line["amount"] == amount
    negative = value.startswith("-")
    assert line["quantity_decimal"] == ("0" if negative else value)
    assert line["quantity"] == (0 if negative else int(float(value)))


def test_licensed_and_metered_items_share_an_invoice(account: Account) -> None:
    besides = [{"price": account.plan(2000), "quantity": 2}]
    subscription = metered(account, besides=besides)
    first = latest(account, subscription)
    assert [line["amount"] for line in first["lines"]["data"]] == [4000]
    used(account, subscription, 10)
    start, end = (subscription["items"]["data"][0][f"current_period_{x}"] for x in ("start", "end"))
    lines = renewed(account, subscription)["lines"]["data"]
    assert [(line["amount"], line["period"]["start"]) for line in lines] == [
        (30, start),
        (4000, end),
    ]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda a, p, _: a.subscribed(items=[{"price": p, "quantity": 1}]),
            "You cannot set the quantity for metered plans.",
        ),
        (
            lambda a, _, s: a.post(f"subscription_items/{only_item(s)['id']}", quantity=4),
            "You cannot set the quantity for metered plans.",
        ),
        (
            lambda a, p, _: a.post(
                "checkout/sessions",
                mode="subscription",
                success_url="https://app.example/done",
                line_items=[{"price": p, "quantity": 1}],
            ),
            NO_QUANTITY,
        ),
        (
            lambda a, _, s: a.delete(f"subscription_items/{only_item(s)['id']}", clear_usage=True),
            NO_CLEARING,
        ),
    ],
)
def test_what_does_not_go_with_usage_is_refused(account: Account, call: Any, words: str) -> None:
    price = metered_price(account)
    subscription = metered(account, price=price)
    with pytest.raises(Refused) as refused:
        call(account, price, subscription)
    assert (refused.value.status, refused.value.error["message"]) == (400, words)


# --- changes in the middle of a period ------------------------------------------------------------


def dearer(account: Account, subscription: Obj) -> str:
    """A second price of the same meter, at 5 cents."""
    of = account.get(f"billing/meters/{only_item(subscription)['price']['recurring']['meter']}")
    return metered_price(account, of, unit_amount=5)


def test_a_new_price_in_flexible_mode_charges_the_old_one_up_to_then(account: Account) -> None:
    subscription = metered(account)
    used(account, subscription, 100)
    account.pass_time(10 * DAY)
    account.told()
    account.switch(subscription, dearer(account, subscription))
    assert "invoiceitem.created" in account.told()
    (waiting,) = account.pending(subscription)
    assert (waiting["amount"], waiting["quantity"], waiting["proration"]) == (300, 100, False)
    assert waiting["period"] == {"start": START, "end": START + 10 * DAY}
    used(account, subscription, 40)
    lines = renewed(account, subscription)["lines"]["data"]
    assert shown(lines) == [
        ("100 × Calls (at $0.03 / month)", 100, 300),
        ("40 × Calls (at $0.05 / month)", 40, 200),
    ]


def test_a_new_price_in_classic_mode_lets_the_old_usage_go(account: Account) -> None:
    subscription = metered(account, **CLASSIC)
    used(account, subscription, 100)
    account.pass_time(10 * DAY)
    account.switch(subscription, dearer(account, subscription))
    used(account, subscription, 40)
    assert account.pending(subscription) == []
    lines = renewed(account, subscription)["lines"]["data"]
    assert shown(lines) == [("40 × Calls (at $0.05 / month)", 40, 200)]


@pytest.mark.parametrize("mode", ["flexible", "classic"])
def test_a_new_cycle_charges_the_usage_at_the_old_price(account: Account, mode: str) -> None:
    subscription = metered(account, billing_mode={"type": mode})
    used(account, subscription, 100)
    account.pass_time(10 * DAY)
    anew = {"billing_cycle_anchor": {"type": "now"}}
    account.switch(subscription, dearer(account, subscription), **anew)
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["total"]) == ("paid", 300)
    used(account, subscription, 40)
    assert renewed(account, subscription)["total"] == 200


def test_a_change_of_nothing_but_the_cycle_charges_too(account: Account) -> None:
    subscription = metered(account)
    used(account, subscription, 100)
    account.pass_time(DAY)
    account.post(f"subscriptions/{subscription['id']}", billing_cycle_anchor={"type": "now"})
    assert latest(account, subscription)["total"] == 300
    assert renewed(account, subscription)["total"] == 0


@pytest.mark.parametrize(
    ("mode", "behavior", "charged"),
    [
        ("flexible", "create_prorations", [300]),
        ("flexible", "none", []),
        ("classic", "create_prorations", []),
    ],
)
def test_an_item_that_is_taken_off_is_charged_as_its_mode_says(
    account: Account, mode: str, behavior: str, charged: list[int]
) -> None:
    besides = [{"price": account.plan(2000)}]
    subscription = metered(account, besides=besides, billing_mode={"type": mode})
    used(account, subscription, 100)
    account.pass_time(DAY)
    clearing = {"clear_usage": True} if mode == "classic" else {}
    name = subscription["items"]["data"][0]["id"]
    account.delete(f"subscription_items/{name}", proration_behavior=behavior, **clearing)
    assert [item["amount"] for item in account.pending(subscription)] == charged
    used(account, subscription, 50)
    lines = renewed(account, subscription)["lines"]["data"]
    assert [line["amount"] for line in lines] == [*charged, 2000]


def test_always_invoice_charges_the_usage_at_once(account: Account) -> None:
    besides = [{"price": account.plan(2000)}]
    subscription = metered(account, besides=besides)
    used(account, subscription, 100)
    account.pass_time(DAY)
    name = subscription["items"]["data"][0]["id"]
    account.delete(f"subscription_items/{name}", proration_behavior="always_invoice")
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["total"]) == ("paid", 300)


@pytest.mark.parametrize(("mode", "lines"), [("flexible", []), ("classic", [0])])
def test_an_item_that_is_added_counts_from_then(
    account: Account, mode: str, lines: list[int]
) -> None:
    subscription = account.subscribed(billing_mode={"type": mode})
    before = subscription["latest_invoice"]
    price = metered_price(account)
    used(account, subscription, 100)
    account.pass_time(DAY)
    account.post(
        "subscription_items",
        subscription=subscription["id"],
        price=price,
        proration_behavior="always_invoice",
    )
    invoice = latest(account, subscription)
    made = [] if invoice["id"] == before else [x["amount"] for x in invoice["lines"]["data"]]
    assert made == lines
    used(account, subscription, 10)
    assert [x["amount"] for x in renewed(account, subscription)["lines"]["data"]] == [2500, 30]


@pytest.mark.parametrize("behavior", ["create_prorations", "always_invoice", "none"])
def test_from_licensed_to_metered_and_back(account: Account, behavior: str) -> None:
    licensed = account.plan(3000)
    subscription = account.subscribed(licensed)
    price = metered_price(account)
    changed = account.switch(subscription, price, proration_behavior=behavior)
    assert "quantity" not in only_item(changed)
    used(account, changed, 10)
    account.pass_time(DAY)
    back = account.switch(changed, licensed, proration_behavior=behavior)
    assert only_item(back)["quantity"] == 1
    amounts = {line["amount"] for line in account.pending(back)}
    if behavior == "always_invoice":
        amounts = {line["amount"] for line in account.lines(back["latest_invoice"])}
    assert (30 in amounts) == (behavior != "none")


# --- trials, backdating, ends ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "text"),
    [("flexible", "Free trial for 100 × Calls"), ("classic", "100 × Calls (Free trial)")],
)
def test_a_trials_usage_is_free(account: Account, mode: str, text: str) -> None:
    subscription = metered(account, billing_mode={"type": mode}, trial_period_days=7)
    assert subscription["status"] == "trialing"
    used(account, subscription, 90)
    account.pass_to(subscription["trial_end"])
    used(account, subscription, 10, timestamp=subscription["trial_end"] - 1)
    account.pass_time(HOUR)
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["total"]) == ("paid", 0)
    assert shown(invoice["lines"]["data"]) == [(text, 100, 0)]
    used(account, subscription, 5)
    assert renewed(account, subscription)["total"] == 15


def test_a_trial_that_ends_early_ends_free_usage_too(account: Account) -> None:
    subscription = metered(account, trial_period_days=7)
    used(account, subscription, 90)
    account.pass_time(DAY)
    account.post(f"subscriptions/{subscription['id']}", trial_end="now")
    used(account, subscription, 5)
    assert renewed(account, subscription)["total"] == 15


def test_a_trial_given_later_charges_what_was_used_before(account: Account) -> None:
    subscription = metered(account)
    used(account, subscription, 100)
    account.pass_time(DAY)
    end = START + 5 * DAY
    account.post(f"subscriptions/{subscription['id']}", trial_end=end)
    assert [item["amount"] for item in account.pending(subscription)] == [300]
    used(account, subscription, 50)
    account.pass_to(end + HOUR)
    assert latest(account, subscription)["total"] == 300


@pytest.mark.parametrize(
    ("mode", "first", "second"),
    [("flexible", [30, 60], [15]), ("classic", [0], [105])],
)
def test_a_start_in_the_past_takes_in_usage_from_before(
    account: Account, mode: str, first: list[int], second: list[int]
) -> None:
    price, customer = metered_price(account), account.payer()
    since = START - 33 * DAY
    report(account, customer, 10, timestamp=since)
    report(account, customer, 20, timestamp=START - DAY)
    subscription = metered(
        account,
        price=price,
        customer=customer,
        backdate_start_date=since,
        billing_mode={"type": mode},
    )
    lines = latest(account, subscription)["lines"]["data"]
    assert [line["amount"] for line in lines] == first
    used(account, subscription, 5)
    lines = renewed(account, subscription)["lines"]["data"]
    assert [line["amount"] for line in lines] == second


@pytest.mark.parametrize(("value", "total"), [(100, 300), (0, None)])
def test_a_cancellation_that_is_invoiced_charges_the_usage(
    account: Account, value: int, total: int | None
) -> None:
    subscription = metered(account)
    used(account, subscription, value)
    account.pass_time(DAY)
    ended = account.delete(f"subscriptions/{subscription['id']}", invoice_now=True, prorate=True)
    assert ended["status"] == "canceled"
    if total is None:
        assert ended["latest_invoice"] is None
        return
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["total"]) == ("paid", total)


@pytest.mark.parametrize("state", ["trialing", "paused"])
def test_a_cancellation_charges_nothing_for_a_trial_or_a_pause(
    account: Account, state: str
) -> None:
    trial = {"trial_period_days": 7} if state == "trialing" else {}
    subscription = metered(account, **trial)
    path = f"subscriptions/{subscription['id']}"
    if state == "paused":
        account.post(f"{path}/pause")
    used(account, subscription, 100)
    account.pass_time(DAY)
    assert account.delete(path, invoice_now=True)["latest_invoice"] is None


def test_a_cancellation_that_is_not_charges_nothing(account: Account) -> None:
    subscription = metered(account)
    used(account, subscription, 100)
    account.pass_time(DAY)
    account.delete(f"subscriptions/{subscription['id']}")
    account.pass_time(60 * DAY)
    assert account.get("invoices", customer=subscription["customer"])["data"] == []


def test_an_end_with_the_period_has_a_last_invoice_with_late_usage(account: Account) -> None:
    subscription = metered(account)
    end = period(subscription)[1]
    used(account, subscription, 100)
    account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    account.told()
    account.pass_to(end)
    assert account.told() == ["invoice.created", "customer.subscription.deleted"]
    used(account, subscription, 1, timestamp=end - 1)
    account.pass_time(HOUR)
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["total"]) == ("paid", 303)
    assert invoice["billing_reason"] == "subscription_cycle"
    account.pass_time(60 * DAY)
    assert len(account.get("invoices", customer=subscription["customer"])["data"]) == 1


def test_an_end_inside_the_period_charges_up_to_it(account: Account) -> None:
    subscription = metered(account)
    used(account, subscription, 100)
    account.post(f"subscriptions/{subscription['id']}", cancel_at=START + 5 * DAY)
    assert account.pending(subscription) == []
    account.pass_to(START + 5 * DAY + HOUR)
    (line,) = latest(account, subscription)["lines"]["data"]
    assert (line["amount"], line["period"]["end"]) == (300, START + 5 * DAY)


@pytest.mark.parametrize(("through", "charged"), [("now", [300]), ("none", [])])
def test_a_pause_charges_what_was_used_and_not_what_is_used_meanwhile(
    account: Account, through: str, charged: list[int]
) -> None:
    subscription = metered(account)
    used(account, subscription, 100)
    account.pass_time(DAY)
    path = f"subscriptions/{subscription['id']}"
    account.post(f"{path}/pause", bill_for={"outstanding_usage_through": {"type": through}})
    assert [item["amount"] for item in account.pending(subscription)] == charged
    used(account, subscription, 1000)
    account.pass_time(DAY)
    account.post(f"{path}/resume", payment_behavior="resume_on_payment_success")
    used(account, subscription, 10)
    account.pass_time(32 * DAY)
    invoices = account.get("invoices", customer=subscription["customer"])["data"]
    assert sum(invoice["total"] for invoice in invoices) == sum(charged) + 30


# --- what is told ahead ---------------------------------------------------------------------------


def test_a_preview_shows_the_usage_so_far(account: Account) -> None:
    subscription = metered(account)
    used(account, subscription, 100)
    preview = account.post("invoices/create_preview", subscription=subscription["id"])
    assert shown(preview["lines"]["data"]) == [("100 × Calls (at $0.03 / month)", 100, 300)]
    used(account, subscription, 1)
    again = account.post("invoices/create_preview", subscription=subscription["id"])
    assert (again["total"], account.fresh(subscription)) == (303, subscription)


def test_a_preview_of_the_last_invoice_shows_it_too(account: Account) -> None:
    subscription = metered(account)
    used(account, subscription, 100)
    account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    preview = account.post("invoices/create_preview", subscription=subscription["id"])
    assert preview["total"] == 300


def test_a_discount_and_a_tax_follow_the_usage(account: Account) -> None:
    coupon = account.post("coupons", percent_off=50, duration="forever")["id"]
    rate = account.post("tax_rates", display_name="VAT", percentage=10, inclusive=False)["id"]
    subscription = metered(account, discounts=[{"coupon": coupon}], default_tax_rates=[rate])
    end = period(subscription)[1]
    used(account, subscription, 100)
    account.pass_to(end)
    assert latest(account, subscription)["total"] == 165
    used(account, subscription, 100, timestamp=end - 1)
    account.pass_time(HOUR)
    invoice = latest(account, subscription)
    assert (invoice["subtotal"], invoice["total"], invoice["amount_paid"]) == (600, 330, 330)


# --- schedules ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["flexible", "classic"])
@pytest.mark.parametrize("behavior", ["create_prorations", "none"])
def test_a_phase_that_begins_with_a_period_leaves_no_usage_behind(
    account: Account, mode: str, behavior: str
) -> None:
    subscription = metered(account, billing_mode={"type": mode})
    cheap, dear = only_item(subscription)["price"]["id"], dearer(account, subscription)
    start, end = period(subscription)
    schedule = account.post("subscription_schedules", from_subscription=subscription["id"])
    assert schedule["phases"][0]["items"][0]["quantity"] is None
    account.post(
        f"subscription_schedules/{schedule['id']}",
        phases=[
            {"items": [{"price": cheap}], "start_date": start, "end_date": end},
            {"items": [{"price": dear}], "proration_behavior": behavior},
        ],
    )
    used(account, subscription, 100)
    account.pass_to(end)
    used(account, subscription, 10)
    account.pass_time(HOUR)
    invoice = latest(account, subscription)
    assert shown(invoice["lines"]["data"]) == [("100 × Calls (at $0.03 / month)", 100, 300)]
    assert only_item(account.fresh(subscription))["price"]["id"] == dear
    assert renewed(account, subscription)["total"] == 50


def test_a_schedule_may_begin_with_usage_alone(account: Account) -> None:
    customer = account.payer()
    phase = {"items": [{"price": metered_price(account)}], "duration": {"interval": "month"}}
    schedule = account.post(
        "subscription_schedules", customer=customer, start_date="now", phases=[phase]
    )
    subscription = account.get(f"subscriptions/{schedule['subscription']}")
    used(account, subscription, 100)
    assert renewed(account, subscription)["total"] == 300


# --- hosted pages -------------------------------------------------------------------------------


def test_checkout_subscribes_to_usage_without_a_quantity(account: Account) -> None:
    session = account.post(
        "checkout/sessions",
        mode="subscription",
        success_url="https://app.example/done",
        line_items=[{"price": metered_price(account)}],
    )
    assert (session["amount_total"], session["payment_status"]) == (0, "unpaid")
    (line,) = account.get(f"checkout/sessions/{session['id']}/line_items")["data"]
    assert (line["description"], line["quantity"], line["amount_total"]) == ("Calls", None, 0)
    card = CardInput("4242424242424242", 12, 2034, "123")
    done = checkout.complete(account.world, session["id"], card, email="bo@example.org")
    assert (done["payment_status"], done["invoice"]) == ("no_payment_required", None)
    subscription = account.get(f"subscriptions/{done['subscription']}")
    used(account, subscription, 100)
    invoice = renewed(account, subscription)
    assert (invoice["status"], invoice["total"]) == ("paid", 300)


def test_the_portal_does_not_update_subscriptions_to_usage(account: Account) -> None:
    subscription = metered(account)
    price = only_item(subscription)["price"]
    offered = [{"product": price["product"], "prices": [price["id"]]}]
    feature = {"enabled": True, "default_allowed_updates": ["price"], "products": offered}
    made = account.post("billing_portal/configurations", features={"subscription_update": feature})[
        "id"
    ]
    flow = {
        "type": "subscription_update",
        "subscription_update": {"subscription": subscription["id"]},
    }
    with pytest.raises(Refused, match="usage-based prices cannot be updated"):
        account.post(
            "billing_portal/sessions",
            customer=subscription["customer"],
            configuration=made,
            flow_data=flow,
        )
