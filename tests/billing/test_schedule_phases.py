"""What the phases of a schedule may say of a subscription, and what becomes of it.

docs.stripe.com/api/subscription_schedules/create and
docs.stripe.com/billing/subscriptions/subscription-schedules.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY
from tests.billing.account import Account, Refused, only_item, open_account, period
from tests.billing.test_beginnings import amounts, at
from tests.engine.things import digest

JUNE, JULY, AUGUST = at(2026, 6, 1), at(2026, 7, 1), at(2026, 8, 1)
MID_JUNE = at(2026, 6, 16)
MONTH = {"interval": "month", "interval_count": 1}
Params = dict[str, Any]


@pytest.fixture
def account() -> Account:
    return open_account(start=JUNE)


def scheduled(account: Account, *phases: Params, **more: Any) -> Params:
    """A schedule that begins now with phases of a month, each of a price of 10.00 a month."""
    items = [{"price": account.plan(1000)}]
    customer = more.pop("customer", None) or account.payer()
    account.told()
    return account.post(
        "subscription_schedules",
        customer=customer,
        start_date=more.pop("start_date", "now"),
        phases=[{"items": items, "duration": MONTH, **phase} for phase in phases],
        **more,
    )


def subscription_of(account: Account, schedule: Params) -> Params:
    fresh = account.get(f"subscription_schedules/{schedule['id']}")
    return account.get(f"subscriptions/{fresh['subscription'] or fresh['released_subscription']}")


def coupon(account: Account, **more: Any) -> str:
    return str(account.post("coupons", **{"percent_off": 50, "duration": "forever", **more})["id"])


# --- trials ---------------------------------------------------------------------------------------


def test_a_phase_may_be_a_trial_as_a_whole(account: Account) -> None:
    schedule = scheduled(account, {"trial": True}, {})
    first = schedule["phases"][0]
    assert (first["trial"], first["trial_end"]) == (True, JULY)
    subscription = subscription_of(account, schedule)
    assert (subscription["status"], subscription["trial_end"]) == ("trialing", JULY)
    assert amounts(account, subscription) == [0]
    account.pass_to(JULY)
    subscription = subscription_of(account, schedule)
    assert (subscription["status"], period(subscription)) == ("active", (JULY, AUGUST))
    assert amounts(account, subscription) == [1000]


def test_or_up_to_a_day_of_it(account: Account) -> None:
    schedule = scheduled(account, {"trial_end": MID_JUNE}, {})
    account.pass_to(MID_JUNE)
    subscription = subscription_of(account, schedule)
    assert (subscription["status"], period(subscription)[0]) == ("active", MID_JUNE)
    assert amounts(account, subscription) == [1000]


def test_a_trial_may_come_later(account: Account) -> None:
    schedule = scheduled(account, {}, {"trial": True}, {})
    account.pass_to(JULY)
    subscription = subscription_of(account, schedule)
    assert (subscription["status"], period(subscription)) == ("trialing", (JULY, AUGUST))
    assert amounts(account, subscription) == [1000]  # that of June: there is no other
    account.pass_to(AUGUST)
    assert amounts(account, subscription_of(account, schedule)) == [1000]
    assert subscription_of(account, schedule)["status"] == "active"


def test_a_phase_without_a_trial_ends_the_one_that_runs(account: Account) -> None:
    subscription = account.subscribed(account.plan(1000), trial_end=JULY)
    schedule = account.post("subscription_schedules", from_subscription=subscription["id"])
    first = schedule["phases"][0]
    assert first["trial_end"] == JULY
    items = [{"price": first["items"][0]["price"]}]
    account.post(
        f"subscription_schedules/{schedule['id']}",
        phases=[
            {"items": items, "start_date": JUNE, "end_date": MID_JUNE, "trial": True},
            {"items": items, "duration": MONTH},
        ],
    )
    assert subscription_of(account, schedule)["trial_end"] == MID_JUNE
    account.pass_to(MID_JUNE)
    assert subscription_of(account, schedule)["status"] == "active"


# --- discounts, charges and taxes -----------------------------------------------------------------


def test_a_discount_is_for_its_phase(account: Account) -> None:
    schedule = scheduled(account, {"discounts": [{"coupon": coupon(account)}]}, {})
    (shown,) = schedule["phases"][0]["discounts"]
    assert (shown["discount"], shown["promotion_code"]) == (None, None)
    invoice = subscription_of(account, schedule)["latest_invoice"]
    assert account.get(f"invoices/{invoice}")["total"] == 500
    account.pass_to(JULY - 1)
    account.told()
    account.pass_to(JULY)
    assert "customer.discount.deleted" in account.told()
    subscription = subscription_of(account, schedule)
    assert subscription["discounts"] == []
    assert account.get(f"invoices/{subscription['latest_invoice']}")["total"] == 1000


def test_a_coupon_of_two_phases_is_redeemed_once(account: Account) -> None:
    half = coupon(account)
    schedule = scheduled(
        account, {"discounts": [{"coupon": half}]}, {"discounts": [{"coupon": half}]}
    )
    before = subscription_of(account, schedule)["discounts"]
    account.pass_to(JULY)
    assert subscription_of(account, schedule)["discounts"] == before
    assert account.get(f"coupons/{half}")["times_redeemed"] == 1


def test_a_coupon_that_is_no_longer_valid_is_left_out(account: Account) -> None:
    half = coupon(account)
    schedule = scheduled(account, {}, {"discounts": [{"coupon": half}]})
    account.delete(f"coupons/{half}")
    account.pass_to(JULY)
    subscription = subscription_of(account, schedule)
    assert subscription["discounts"] == []
    assert amounts(account, subscription) == [1000]


def test_charges_come_once_with_the_first_invoice_of_the_phase(account: Account) -> None:
    product = account.post("products", name="Setup")["id"]
    setup = account.post("prices", product=product, currency="usd", unit_amount=700)["id"]
    data = {"currency": "usd", "product": product, "unit_amount": 300}
    charges = [
        {"price": setup},
        {
            "price_data": data,
            "quantity": 2,
            "period": {"start": {"type": "phase_start"}, "end": {"type": "phase_end"}},
        },
    ]
    two_months = {"interval": "month", "interval_count": 2}
    schedule = scheduled(account, {}, {"add_invoice_items": charges, "duration": two_months})
    account.pass_to(JULY)
    subscription = subscription_of(account, schedule)
    lines = account.lines(subscription["latest_invoice"])
    assert [line["amount"] for line in lines] == [700, 600, 1000]
    assert lines[0]["period"] == {"start": JULY, "end": AUGUST}
    assert lines[1]["period"] == {"start": JULY, "end": at(2026, 9, 1)}
    account.pass_to(AUGUST)
    assert amounts(account, subscription_of(account, schedule)) == [1000]


def test_tax_rates_of_phases_and_of_their_items(account: Account) -> None:
    rate = account.post("tax_rates", display_name="VAT", inclusive=False, percentage=20)["id"]
    price = account.plan(2000)
    schedule = scheduled(
        account,
        {"default_tax_rates": [rate]},
        {"items": [{"price": price, "tax_rates": [rate]}, {"price": account.plan(500)}]},
    )
    first = subscription_of(account, schedule)
    assert [entry["id"] for entry in first["default_tax_rates"]] == [rate]
    assert account.get(f"invoices/{first['latest_invoice']}")["total"] == 1200
    account.pass_to(JULY)
    second = subscription_of(account, schedule)
    assert second["default_tax_rates"] == []
    assert account.get(f"invoices/{second['latest_invoice']}")["total"] == 2900


# --- settings -------------------------------------------------------------------------------------


def test_a_phase_says_how_it_is_collected_and_the_schedule_says_it_otherwise(
    account: Account,
) -> None:
    sent = {"collection_method": "send_invoice", "invoice_settings": {"days_until_due": 10}}
    schedule = scheduled(
        account, {}, sent, {}, default_settings={"description": "Plan A"}, metadata={"k": "v"}
    )
    seen = []
    for instant in (JUNE, JULY, AUGUST):
        account.pass_to(instant)
        subscription = subscription_of(account, schedule)
        seen.append((subscription["collection_method"], subscription["days_until_due"]))
        assert subscription["description"] == "Plan A"
    charged = ("charge_automatically", None)
    assert seen == [charged, ("send_invoice", 10), charged]


def test_metadata_is_merged_into_the_subscriptions(account: Account) -> None:
    schedule = scheduled(
        account, {"metadata": {"a": "1", "b": "1"}}, {"metadata": {"a": "", "c": "2"}}
    )
    account.pass_to(JULY)
    assert subscription_of(account, schedule)["metadata"] == {"b": "1", "c": "2"}


def test_a_phase_may_begin_a_new_cycle(account: Account) -> None:
    schedule = scheduled(
        account,
        {"duration": {"interval": "day", "interval_count": 15}},
        {"billing_cycle_anchor": "phase_start"},
    )
    account.pass_to(MID_JUNE)
    subscription = subscription_of(account, schedule)
    assert subscription["billing_cycle_anchor"] == period(subscription)[0] == MID_JUNE
    assert amounts(account, subscription) == [-500, 1000]


def test_a_change_of_the_settings_reaches_the_subscription(account: Account) -> None:
    schedule = scheduled(account, {})
    account.told()
    account.post(
        f"subscription_schedules/{schedule['id']}", default_settings={"description": "Plan B"}
    )
    assert account.told() == ["subscription_schedule.updated", "customer.subscription.updated"]
    assert subscription_of(account, schedule)["description"] == "Plan B"


def test_only_what_is_told_differently_is_told(account: Account) -> None:
    schedule = scheduled(account, {}, {})
    account.told()
    account.post(f"subscription_schedules/{schedule['id']}", metadata={"k": "v"})
    assert account.told() == ["subscription_schedule.updated"]


# --- the end --------------------------------------------------------------------------------------


def test_a_schedule_that_cancels_says_so_on_the_subscription_in_its_last_phase(
    account: Account,
) -> None:
    schedule = scheduled(account, {}, {}, end_behavior="cancel")
    assert subscription_of(account, schedule)["cancel_at"] is None
    account.pass_to(JULY)
    subscription = subscription_of(account, schedule)
    assert (subscription["cancel_at"], subscription["canceled_at"]) == (AUGUST, JULY)
    assert subscription["cancel_at_period_end"] is False


def test_released_it_forgets_that_end_unless_asked_to_keep_it(account: Account) -> None:
    for keeps, end in ((False, None), (True, JULY)):
        schedule = scheduled(account, {}, end_behavior="cancel")
        account.told()
        account.post(f"subscription_schedules/{schedule['id']}/release", preserve_cancel_date=keeps)
        assert account.told() == [
            "subscription_schedule.released",
            "customer.subscription.updated",
        ]
        subscription = subscription_of(account, schedule)
        assert (subscription["cancel_at"], subscription["schedule"]) == (end, None)


def test_an_end_inside_a_period_shortens_and_prorates_it(account: Account) -> None:
    short = {"duration": {"interval": "day", "interval_count": 15}}
    schedule = scheduled(account, {}, short, end_behavior="cancel")
    account.pass_to(JULY)
    subscription = subscription_of(account, schedule)
    assert period(subscription) == (JULY, JULY + 15 * DAY)
    assert amounts(account, subscription) == [484]  # 15 of 31 days
    account.pass_to(JULY + 15 * DAY)
    assert account.told()[-1] == "customer.subscription.deleted"


def test_taken_over_a_subscription_brings_its_own_end(account: Account) -> None:
    subscription = account.subscribed(account.plan(1000), cancel_at=AUGUST)
    schedule = account.post("subscription_schedules", from_subscription=subscription["id"])
    assert schedule["end_behavior"] == "cancel"
    assert schedule["phases"][0]["end_date"] == AUGUST


def test_unpaid_for_good_it_is_aborted(account: Account) -> None:
    schedule = scheduled(account, {"duration": {"interval": "month", "interval_count": 6}})
    customer = schedule["customer"]
    account.default_card(customer, "pm_card_chargeCustomerFail")
    account.told()
    account.pass_to(at(2026, 9, 30))
    assert subscription_of(account, schedule)["status"] == "canceled"
    told = account.told()
    assert told[-2:] == ["customer.subscription.deleted", "subscription_schedule.aborted"]


def test_the_current_phase_may_end_now(account: Account) -> None:
    schedule = scheduled(account, {}, {})
    account.pass_to(MID_JUNE)
    first, second = schedule["phases"]
    price = account.plan(3000)
    moved = account.post(
        f"subscription_schedules/{schedule['id']}",
        phases=[
            {
                "items": [{"price": first["items"][0]["price"]}],
                "start_date": JUNE,
                "end_date": "now",
            },
            {"items": [{"price": price}], "end_date": second["end_date"]},
        ],
    )
    assert moved["current_phase"] == {"start_date": MID_JUNE, "end_date": AUGUST}
    subscription = subscription_of(account, schedule)
    assert only_item(subscription)["price"]["id"] == price
    assert [item["amount"] for item in account.pending(subscription)] == [-500, 1500]


def test_what_was_read_can_be_written_back(account: Account) -> None:
    half = coupon(account)
    rate = account.post("tax_rates", display_name="VAT", inclusive=False, percentage=20)["id"]
    subscription = account.subscribed(
        items=[{"price": account.plan(1000), "quantity": 2, "tax_rates": [rate]}],
        discounts=[{"coupon": half}],
        default_tax_rates=[rate],
        metadata={"k": "v"},
        trial_end=MID_JUNE,
    )
    schedule = account.post("subscription_schedules", from_subscription=subscription["id"])
    before = account.fresh(subscription)
    account.told()
    (phase,) = schedule["phases"]
    (item,) = phase["items"]
    written = {
        "default_tax_rates": [rate["id"] for rate in phase["default_tax_rates"]],
        "discounts": [{"discount": phase["discounts"][0]["discount"]}],
        "end_date": phase["end_date"],
        "items": [{"price": item["price"], "quantity": item["quantity"], "tax_rates": [rate]}],
        "metadata": phase["metadata"],
        "start_date": phase["start_date"],
        "trial_end": phase["trial_end"],
    }
    account.post(f"subscription_schedules/{schedule['id']}", phases=[written])
    assert account.fresh(subscription) == before
    assert account.told() == []


# --- refusals -------------------------------------------------------------------------------------

REFUSED: list[tuple[str, list[Params], str]] = [
    ("trial and another end of it", [{"trial": True, "trial_end": MID_JUNE}], "trial_end"),
    ("a trial beyond the phase", [{"trial_end": AUGUST}], "trial_end"),
    (
        "a trial and a new cycle",
        [{"trial": True, "billing_cycle_anchor": "phase_start"}],
        "billing_cycle_anchor",
    ),
    ("invoices that are never due", [{"collection_method": "send_invoice"}], "days_until_due"),
    ("a coupon that is not there", [{"discounts": [{"coupon": "none"}]}], "discounts"),
    ("a gap", [{"end_date": JULY}, {"start_date": AUGUST}], "start_date"),
    ("a charge that recurs", [{"add_invoice_items": [{"price": "RECURRING"}]}], "price"),
    ("two currencies", [{"items": [{"price": "EUROS"}, {"price": "RECURRING"}]}], "items"),
]


@pytest.mark.parametrize(("what", "phases", "param"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refusals(account: Account, what: str, phases: list[Params], param: str) -> None:
    customer = account.payer()
    names = {"RECURRING": account.plan(1000), "EUROS": account.plan(1000, currency="eur")}

    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: named(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [named(entry) for entry in value]
        return names.get(value, value) if isinstance(value, str) else value

    asked = [
        {
            "items": [{"price": names["RECURRING"]}],
            **({} if "end_date" in phase else {"duration": MONTH}),
            **named(phase),
        }
        for phase in phases
    ]
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        account.post("subscription_schedules", customer=customer, start_date="now", phases=asked)
    assert refused.value.status == 400, what
    assert param in refused.value.error["param"]
    assert digest(account.world) == before


def test_in_classic_mode_a_phase_has_one_interval(account: Account) -> None:
    items = [{"price": account.plan(1000)}, {"price": account.plan(9000, "year")}]
    with pytest.raises(Refused) as refused:
        scheduled(account, {"items": items}, billing_mode={"type": "classic"})
    assert "must have the same `interval`" in refused.value.error["message"]
    schedule = scheduled(account, {"items": items})
    assert amounts(account, subscription_of(account, schedule)) == [1000, 9000]
