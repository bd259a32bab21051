"""Whatever is previewed, the invoice that then comes is the one that was shown.

docs.stripe.com/api/invoices/create_preview: every kind of change that a preview takes, beside the
request that makes the change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.billing.discounts import for_customer
from simulator.engine import DAY
from tests.billing.account import Account, Refused, only_item, open_account, period
from tests.billing.test_beginnings import at
from tests.engine.things import digest

JUNE, MID_JUNE, JULY = at(2026, 6, 1), at(2026, 6, 16), at(2026, 7, 1)
Params = dict[str, Any]
SUMS = ("amount_due", "currency", "period_end", "period_start", "subtotal", "total", "total_taxes")


@pytest.fixture
def account() -> Account:
    opened = open_account(start=JUNE)
    opened.subscribed()  # a bystander
    return opened


def preview(account: Account, **params: Any) -> Params:
    """A preview, which leaves no trace."""
    before = digest(account.world)
    seen = account.post("invoices/create_preview", **params)
    assert digest(account.world) == before
    return seen


def shown(invoice: Params) -> Params:
    """What a customer reads of an invoice."""
    names = ("amount", "description", "discountable", "period", "quantity")
    lines = [{name: line[name] for name in names} for line in invoice["lines"]["data"]]
    return {"lines": lines, **{name: invoice[name] for name in SUMS}}


def next_invoice(account: Account, subscription: Params, since: str | None) -> Params:
    """Wait, for a year at most, until the subscription has another invoice."""
    for _ in range(400):
        latest = account.fresh(subscription)["latest_invoice"]
        if latest != since:
            return account.get(f"invoices/{latest}")
        account.pass_time(DAY)
    raise AssertionError("no invoice in a year")


def running(account: Account, **more: Any) -> Params:
    """A subscription for 30.00 a month, half of its first month over."""
    subscription = account.subscribed(account.plan(3000), **more)
    account.pass_to(MID_JUNE)
    return account.fresh(subscription)


def other(account: Account, subscription: Params, **more: Any) -> list[Params]:
    item = {"id": only_item(subscription)["id"], "price": account.plan(4500), "quantity": 2}
    return [{**item, **more}]


def vat(account: Account) -> str:
    rate = account.post("tax_rates", display_name="VAT", inclusive=False, percentage=20)
    return str(rate["id"])


Details = Callable[[Account, Params], Params]
UPDATES: dict[str, Details] = {
    "nothing": lambda _a, _s: {},
    "items, later": lambda a, s: {"items": other(a, s)},
    "items, now": lambda a, s: {"items": other(a, s), "proration_behavior": "always_invoice"},
    "items, not prorated": lambda a, s: {"items": other(a, s), "proration_behavior": "none"},
    "items as of another day": lambda a, s: {
        "items": other(a, s),
        "proration_behavior": "always_invoice",
        "proration_date": JUNE + 5 * DAY,
    },
    "a second item": lambda a, _s: {"items": [{"price": a.plan(700)}]},
    "a yearly item": lambda a, _s: {"items": [{"price": a.plan(9000, "year")}]},
    "items, taxed": lambda a, s: {"items": other(a, s, tax_rates=[vat(a)])},
    "tax rates": lambda a, _s: {"default_tax_rates": [vat(a)]},
    "a new cycle": lambda _a, _s: {"billing_cycle_anchor": {"type": "now"}},
    "items in a new cycle": lambda a, s: {
        "items": other(a, s),
        "billing_cycle_anchor": {"type": "now"},
    },
    "a trial": lambda _a, _s: {"trial_end": MID_JUNE + 20 * DAY},
    "a trial, not prorated": lambda _a, _s: {
        "trial_end": MID_JUNE + 20 * DAY,
        "proration_behavior": "none",
    },
    "an end inside the period": lambda _a, _s: {"cancel_at": MID_JUNE + 3 * DAY},
    "an end inside the next period": lambda _a, _s: {"cancel_at": JULY + 10 * DAY},
    "an end and items": lambda a, s: {
        "cancel_at": MID_JUNE + 3 * DAY,
        "items": other(a, s),
        "proration_behavior": "always_invoice",
    },
    "an end and a second item": lambda a, _s: {
        "cancel_at": MID_JUNE + 3 * DAY,
        "items": [{"price": a.plan(700)}],
    },
}


IN_MODES = [
    (kind, mode)
    for kind in UPDATES
    for mode in ("flexible", "classic")
    if (kind, mode) != ("a yearly item", "classic")  # two intervals, which classic mode refuses
]


@pytest.mark.parametrize(("kind", "mode"), IN_MODES)
def test_an_update(account: Account, kind: str, mode: str) -> None:
    subscription = running(account, billing_mode={"type": mode})
    details = UPDATES[kind](account, subscription)
    seen = preview(account, subscription=subscription["id"], subscription_details=details)
    if details:
        account.post(f"subscriptions/{subscription['id']}", **details)
    came = next_invoice(account, subscription, subscription["latest_invoice"])
    assert shown(seen) == shown(came)


def test_the_end_of_a_trial(account: Account) -> None:
    subscription = account.subscribed(trial_period_days=40)
    for details in ({}, {"trial_end": "now"}):
        seen = preview(account, subscription=subscription["id"], subscription_details=details)
    account.post(f"subscriptions/{subscription['id']}", trial_end="now")
    came = next_invoice(account, subscription, subscription["latest_invoice"])
    assert shown(seen) == shown(came)


CANCELLATIONS = [
    ({"cancel_now": True}, {"invoice_now": True, "prorate": True}),
    ({"cancel_now": True, "proration_behavior": "none"}, {"invoice_now": True}),
]


@pytest.mark.parametrize(("details", "params"), CANCELLATIONS)
def test_a_cancellation(account: Account, details: Params, params: Params) -> None:
    subscription = running(account)
    account.post(f"subscriptions/{subscription['id']}", items=[{"price": account.plan(500)}])
    seen = preview(account, subscription=subscription["id"], subscription_details=details)
    account.delete(f"subscriptions/{subscription['id']}", **params)
    came = next_invoice(account, subscription, subscription["latest_invoice"])
    assert shown(seen) == shown(came)


def test_a_pause_and_a_resumption(account: Account) -> None:
    subscription = running(account)
    path, name = f"subscriptions/{subscription['id']}", subscription["id"]
    seen = preview(
        account,
        subscription=name,
        subscription_details={"pause": {"invoicing_behavior": "invoice"}},
    )
    paused = account.post(f"{path}/pause", invoicing_behavior="invoice")
    assert shown(seen) == shown(account.get(f"invoices/{paused['latest_invoice']}"))
    account.pass_time(3 * DAY)
    seen = preview(account, subscription=name, subscription_details={"resume_at": "now"})
    resumed = account.post(f"{path}/resume")
    assert shown(seen) == shown(account.get(f"invoices/{resumed['latest_invoice']}"))


CREATIONS: dict[str, Callable[[Account], Params]] = {
    "at once": lambda a: {"items": [{"price": a.plan(1500), "quantity": 3}]},
    "two intervals": lambda a: {
        "items": [{"price": a.plan(1500)}, {"price": a.plan(9000, "year")}]
    },
    "a trial": lambda a: {"items": [{"price": a.plan()}], "trial_end": JUNE + 9 * DAY},
    "taxed": lambda a: {"items": [{"price": a.plan()}], "default_tax_rates": [vat(a)]},
    "with an end": lambda a: {"items": [{"price": a.plan()}], "cancel_at": JUNE + 10 * DAY},
    "classic": lambda a: {"items": [{"price": a.plan()}], "billing_mode": {"type": "classic"}},
}


@pytest.mark.parametrize("kind", CREATIONS)
def test_a_new_subscription(account: Account, kind: str) -> None:
    customer, details = account.payer(), CREATIONS[kind](account)
    seen = preview(account, customer=customer, subscription_details=details)
    made = account.post("subscriptions", customer=customer, **details)
    assert shown(seen) == shown(account.get(f"invoices/{made['latest_invoice']}"))


def test_a_new_subscription_with_an_anchor_or_a_start_of_its_own(account: Account) -> None:
    customer, items = account.payer(), [{"price": account.plan(3000)}]
    anchored = {"items": items, "billing_cycle_anchor": {"type": "timestamp", "timestamp": JULY}}
    account.pass_to(MID_JUNE)
    seen = preview(account, customer=customer, subscription_details=anchored)
    assert [line["amount"] for line in seen["lines"]["data"]] == [1500]
    late = {"items": items, "start_date": JULY}
    seen = preview(account, customer=customer, subscription_details=late)
    assert seen["lines"]["data"][0]["period"] == {"start": JULY, "end": at(2026, 8, 1)}
    early = {"items": items, "start_date": JUNE}
    seen = preview(account, customer=customer, subscription_details=early)
    made = account.post("subscriptions", customer=customer, items=items, backdate_start_date=JUNE)
    assert shown(seen) == shown(account.get(f"invoices/{made['latest_invoice']}"))


def test_discounts_and_invoice_items(account: Account) -> None:
    subscription = running(account)
    coupon = account.post("coupons", percent_off=50, duration="once")["id"]
    charge = {"amount": 700, "currency": "usd", "description": "Setup"}
    seen = preview(
        account,
        subscription=subscription["id"],
        discounts=[{"coupon": coupon}],
        invoice_items=[charge],
    )
    account.post(f"subscriptions/{subscription['id']}", discounts=[{"coupon": coupon}])
    customer, owner = subscription["customer"], subscription["id"]
    account.post("invoiceitems", customer=customer, subscription=owner, **charge)
    came = next_invoice(account, subscription, subscription["latest_invoice"])
    assert shown(seen) == shown(came)
    assert seen["total"] == 1850


def test_no_discounts_means_not_the_customers_either(account: Account) -> None:
    coupon = account.post("coupons", percent_off=50, duration="forever")["id"]
    subscription = running(account)
    world, customer = account.world, account.customer_of(subscription)
    with world.transaction():  # only older versions have a parameter for it
        given = for_customer(world, customer, {"coupon": coupon})
        world.change("customer", customer["id"], given, "customer.updated")
    name = subscription["id"]
    assert preview(account, subscription=name)["total"] == 1500
    assert preview(account, subscription=name, discounts="")["total"] == 3000


def test_an_invoice_item_that_waits_may_be_previewed_otherwise(account: Account) -> None:
    customer = account.payer()
    waits = account.post("invoiceitems", customer=customer, currency="usd", amount=500)
    assert preview(account, customer=customer)["total"] == 500
    changed = [{"invoiceitem": waits["id"], "amount": 900}]
    assert preview(account, customer=customer, invoice_items=changed)["total"] == 900


def test_a_customer_alone_gets_the_first_invoice_of_all_its_subscriptions(
    account: Account,
) -> None:
    customer = account.payer()
    for interval in ("year", "week", "month"):
        account.subscribed(account.plan(1000, interval), customer=customer)
    seen = preview(account, customer=customer)
    assert seen["lines"]["data"][0]["period"]["start"] == JUNE + 7 * DAY


def test_nobody_in_particular_may_ask_what_it_would_cost(account: Account) -> None:
    seen = preview(
        account,
        customer_details={"address": {"country": "DE"}, "tax_exempt": "exempt"},
        subscription_details={"items": [{"price": account.plan(1500)}]},
    )
    assert (seen["customer"], seen["total"]) == (None, 1500)
    assert seen["customer_address"]["country"] == "DE"
    assert seen["customer_tax_exempt"] == "exempt"


def test_what_recurs_has_no_prorations_and_no_charges_that_come_once(account: Account) -> None:
    subscription = running(account)
    seen = preview(
        account,
        subscription=subscription["id"],
        preview_mode="recurring",
        invoice_items=[{"amount": 700, "currency": "usd"}],
        subscription_details={"items": other(account, subscription)},
    )
    assert [line["amount"] for line in seen["lines"]["data"]] == [9000]
    assert seen["total"] == seen["amount_due"] == 9000


def test_what_recurs_after_a_trial(account: Account) -> None:
    details = {"items": [{"price": account.plan(1500)}], "trial_end": JUNE + 9 * DAY}
    customer = account.payer()
    seen = preview(
        account, customer=customer, preview_mode="recurring", subscription_details=details
    )
    assert [line["amount"] for line in seen["lines"]["data"]] == [1500]


def test_a_schedule_and_what_it_would_be(account: Account) -> None:
    subscription = running(account)
    made = account.post("subscription_schedules", from_subscription=subscription["id"])
    first = made["phases"][0]
    items = [{"price": first["items"][0]["price"], "quantity": 1}]
    phases = [
        {"items": items, "start_date": first["start_date"], "end_date": MID_JUNE + 5 * DAY},
        {
            "items": [{"price": account.plan(6000)}],
            "duration": {"interval": "month"},
            "proration_behavior": "always_invoice",
        },
    ]
    unchanged = preview(account, schedule=made["id"])
    assert unchanged["period_end"] == period(subscription)[1]
    seen = preview(account, schedule=made["id"], schedule_details={"phases": phases})
    account.post(f"subscription_schedules/{made['id']}", phases=phases)
    came = next_invoice(account, subscription, subscription["latest_invoice"])
    assert shown(seen) == shown(came)


@pytest.mark.parametrize("start", [JUNE, JULY])
def test_a_schedule_that_does_not_exist_yet(account: Account, start: int) -> None:
    customer = account.payer()
    phase = {"items": [{"price": account.plan(6000)}], "duration": {"interval": "month"}}
    details = {"phases": [{**phase, "start_date": start}], "end_behavior": "cancel"}
    seen = preview(account, customer=customer, schedule_details=details)
    made = account.post(
        "subscription_schedules",
        customer=customer,
        start_date=start,
        phases=[phase],
        end_behavior="cancel",
    )
    if start > JUNE:
        assert shown(preview(account, schedule=made["id"])) == shown(seen)
    account.pass_to(start)
    name = account.get(f"subscription_schedules/{made['id']}")["subscription"]
    begun = account.get(f"subscriptions/{name}")
    assert shown(seen) == shown(account.get(f"invoices/{begun['latest_invoice']}"))


REFUSED = [
    ({"subscription_details": {"items": [{"price": "price_1"}]}}, None),
    ({"schedule_details": {"end_behavior": "cancel"}, "subscription": "S"}, "schedule_details"),
    ({"subscription": "S", "subscription_details": {"items": [{"id": "si_none"}]}},
     "subscription_details[items][0][id]"),
    ({"subscription": "S", "invoice_items": [{"price": "price_none"}]},
     "invoice_items[0][pricing][price]"),
]  # fmt: skip


@pytest.mark.parametrize(("params", "named"), REFUSED)
def test_a_refusal_names_the_parameter_of_the_preview(
    account: Account, params: Params, named: str | None
) -> None:
    if params.get("subscription"):
        params = {**params, "subscription": running(account)["id"]}
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        account.post("invoices/create_preview", **params)
    assert (refused.value.status, refused.value.error.get("param")) == (400, named)
    assert digest(account.world) == before


def test_who_will_get_none_has_none(account: Account) -> None:
    ending = running(account)
    account.post(f"subscriptions/{ending['id']}", cancel_at_period_end=True)
    for params in ({"subscription": ending["id"]}, {"customer": ending["customer"]}):
        with pytest.raises(Refused) as refused:
            account.post("invoices/create_preview", **params)
        assert refused.value.error["code"] == "invoice_upcoming_none"


def test_what_would_be_left_out_is_refused(account: Account) -> None:
    subscription = running(account)
    name, stranger = subscription["id"], account.payer()
    asked: list[tuple[Params, int, str]] = [
        ({"customer": stranger}, 400, "subscription"),
        ({"currency": "eur"}, 400, "currency"),
        (
            {"subscription_details": {"cancel_now": True, "items": other(account, subscription)}},
            501,
            "subscription_details[items]",
        ),
        (
            {"subscription_details": {"resume_at": "now", "trial_end": JULY}},
            501,
            "subscription_details[trial_end]",
        ),
    ]
    for params, status, named in asked:
        with pytest.raises(Refused) as refused:
            account.post("invoices/create_preview", subscription=name, **params)
        assert (refused.value.status, refused.value.error["param"]) == (status, named)


def test_an_end_may_be_taken_back_in_a_preview(account: Account) -> None:
    subscription = running(account)
    account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    details = {"cancel_at_period_end": False}
    seen = preview(account, subscription=subscription["id"], subscription_details=details)
    assert [line["amount"] for line in seen["lines"]["data"]] == [3000]
