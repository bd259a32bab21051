"""Coupons, promotion codes and discounts: docs.stripe.com/billing/subscriptions/coupons.

The first discounted invoice is that of recorded traffic (stripe_handles_coupons); the split of an
amount over lines is the worked example of docs.stripe.com/billing/subscriptions/prorations.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.billing import portal
from simulator.billing.discounting import discounted, net_of
from simulator.contract.errors import StripeError
from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import Account, Refused, open_account, period


def coupon(account: Account, **terms: Any) -> str:
    if "amount_off" in terms:
        terms.setdefault("currency", "usd")
    return account.post("coupons", **{"duration": "forever", **terms})["id"]


def latest(account: Account, subscription: Obj, **more: Any) -> Obj:
    return account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}", **more)


def renewed(account: Account, subscription: Obj) -> Obj:
    """The invoice of the next renewal, still a draft."""
    account.pass_to(period(account.fresh(subscription))[1])
    return latest(account, subscription)


def discounted_by(account: Account, **terms: Any) -> Obj:
    return account.subscribed(discounts=[{"coupon": coupon(account, **terms)}])


def test_a_percentage_off_a_subscription(account: Account) -> None:
    subscription = discounted_by(account, id="10OFF", percent_off=10)
    invoice = latest(account, subscription)
    (name,) = subscription["discounts"]
    assert (invoice["subtotal"], invoice["total"], invoice["amount_paid"]) == (2500, 2250, 2250)
    assert invoice["discounts"] == [name]
    assert invoice["total_discount_amounts"] == [{"amount": 250, "discount": name}]
    (line,) = invoice["lines"]["data"]
    assert (line["amount"], line["discounts"]) == (2500, [])
    assert line["discount_amounts"] == [{"amount": 250, "discount": name}]
    assert line["pretax_credit_amounts"] == [{"amount": 250, "discount": name, "type": "discount"}]
    discount = account.fresh(subscription, expand=["discounts"])["discounts"][0]
    assert discount["source"] == {"coupon": "10OFF", "type": "coupon"}
    assert (discount["subscription"], discount["end"]) == (subscription["id"], None)
    assert account.get("coupons/10OFF")["times_redeemed"] == 1


def test_a_new_subscription_tells_of_its_discount(account: Account) -> None:
    customer, price, ten = account.payer(), account.plan(), coupon(account, percent_off=10)
    account.news()
    account.subscribed(price, customer=customer, discounts=[{"coupon": ten}])
    told = account.told()
    assert told.index("customer.discount.created") < told.index("customer.subscription.created")


def test_once_is_good_for_one_invoice(account: Account) -> None:
    subscription = discounted_by(account, percent_off=50, duration="once")
    assert latest(account, subscription)["total"] == 1250
    account.news()
    account.pass_time(0)
    assert account.fresh(subscription)["discounts"] == []
    assert account.told() == ["customer.discount.deleted", "customer.subscription.updated"]
    assert renewed(account, subscription)["total"] == 2500


def test_once_waits_for_an_invoice_with_something_to_pay(account: Account) -> None:
    subscription = account.subscribed(
        discounts=[{"coupon": coupon(account, percent_off=50, duration="once")}],
        trial_period_days=7,
    )
    assert latest(account, subscription)["total"] == 0
    account.pass_to(subscription["trial_end"])
    assert latest(account, subscription)["total"] == 1250


def test_repeating_ends_after_its_months(account: Account) -> None:
    subscription = discounted_by(
        account, percent_off=20, duration="repeating", duration_in_months=2
    )
    totals = [latest(account, subscription)["total"]]
    totals += [renewed(account, subscription)["total"] for _ in range(3)]
    assert totals == [2000, 2000, 2500, 2500]
    assert account.fresh(subscription)["discounts"] == []


def test_forever_goes_on(account: Account) -> None:
    subscription = discounted_by(account, percent_off=20)
    assert [renewed(account, subscription)["total"] for _ in range(3)] == [2000] * 3


def test_an_amount_is_never_more_than_the_invoice(account: Account) -> None:
    invoice = latest(account, discounted_by(account, amount_off=9900))
    assert (invoice["total"], invoice["status"]) == (0, "paid")
    assert invoice["total_discount_amounts"][0]["amount"] == 2500


def test_an_item_may_have_a_discount_of_its_own(account: Account) -> None:
    half = coupon(account, percent_off=50)
    items = [{"price": account.plan(1900), "discounts": [{"coupon": half}]}]
    subscription = account.subscribed(items=items)
    invoice = latest(account, subscription)
    # Recorded: a line's own discount is off the subtotal already, and is none of the invoice's.
    assert (invoice["subtotal"], invoice["total"], invoice["discounts"]) == (950, 950, [])
    (line,) = invoice["lines"]["data"]
    assert line["discounts"] == subscription["items"]["data"][0]["discounts"]


def test_discounts_stack_in_their_order(account: Account) -> None:
    five, half = coupon(account, amount_off=500), coupon(account, percent_off=50)
    first = account.subscribed(discounts=[{"coupon": five}, {"coupon": half}])
    assert latest(account, first)["total"] == 1000
    other = account.subscribed(discounts=[{"coupon": half}, {"coupon": five}])
    assert latest(account, other)["total"] == 750


def test_only_the_products_it_applies_to(account: Account) -> None:
    product = account.post("products", name="Gold")["id"]
    ten = coupon(account, percent_off=10, applies_to={"products": [product]})
    items = [{"price": account.plan(1000, product=product)}, {"price": account.plan(2000)}]
    subscription = account.subscribed(items=items, discounts=[{"coupon": ten}])
    lines = latest(account, subscription)["lines"]["data"]
    assert [net_of(line) for line in lines] == [900, 2000]
    assert "applies_to" not in account.get(f"coupons/{ten}")
    shown = account.get(f"coupons/{ten}", expand=["applies_to"])
    assert shown["applies_to"] == {"products": [product]}


def test_an_amount_is_spread_over_the_lines(account: Account) -> None:
    items = [{"price": account.plan(1000)}, {"price": account.plan(2000)}]
    five = coupon(account, amount_off=500)
    subscription = account.subscribed(items=items, discounts=[{"coupon": five}])
    lines = latest(account, subscription)["lines"]["data"]
    assert [line["discount_amounts"][0]["amount"] for line in lines] == [166, 334]


def test_7_dropping_a_discounted_item_credits_what_was_paid_for_it(account: Account) -> None:
    """10 and 20 USD, 5 USD off, the first dropped at half: 4.17 back."""
    items = [{"price": account.plan(1000)}, {"price": account.plan(2000)}]
    five = coupon(account, amount_off=500)
    subscription = account.subscribed(items=items, discounts=[{"coupon": five}])
    first, second = (item["id"] for item in subscription["items"]["data"])
    start = subscription["items"]["data"][0]["current_period_start"]
    end = subscription["items"]["data"][0]["current_period_end"]
    account.pass_to(start + (end - start) // 2)
    account.post(f"subscriptions/{subscription['id']}", items=[{"id": first, "deleted": True}])
    (credit,) = account.pending(subscription)
    assert (credit["amount"], second) == (-417, second)


def test_an_upgrade_debits_net_of_the_discount(account: Account) -> None:
    product = account.post("products", name="Gold")["id"]
    half = coupon(account, percent_off=50)
    subscription = account.subscribed(
        account.plan(3000, product=product), discounts=[{"coupon": half}]
    )
    start, end = period(subscription)
    account.pass_to(start + (end - start) // 2)
    account.switch(subscription, account.plan(5000, product=product))
    assert [item["amount"] for item in account.pending(subscription)] == [-750, 1250]
    assert renewed(account, subscription)["total"] == -750 + 1250 + 2500


def test_a_discount_is_taken_off_and_another_put_on(account: Account) -> None:
    subscription = discounted_by(account, percent_off=10)
    other = coupon(account, percent_off=40)
    account.news()
    path = f"subscriptions/{subscription['id']}"
    changed = account.post(path, discounts=[{"coupon": other}])
    assert account.told() == [
        "customer.discount.created",
        "customer.discount.deleted",
        "customer.subscription.updated",
    ]
    assert renewed(account, subscription)["total"] == 1500
    kept = account.post(path, discounts=[{"discount": changed["discounts"][0]}])
    assert kept["discounts"] == changed["discounts"]
    assert account.post(path, discounts="")["discounts"] == []
    with pytest.raises(Refused) as refused:
        account.delete(f"{path}/discount")
    assert refused.value.status == 404


def test_deleting_the_discount_of_a_subscription(account: Account) -> None:
    subscription = discounted_by(account, percent_off=10)
    gone = account.delete(f"subscriptions/{subscription['id']}/discount")
    assert (gone["id"], gone["deleted"]) == (subscription["discounts"][0], True)
    assert account.fresh(subscription)["discounts"] == []


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({}, "Missing required param: percent_off"),
        ({"percent_off": 10, "amount_off": 5, "currency": "usd"}, "only specify one of these"),
        ({"percent_off": 101}, "at most 100"),
        ({"amount_off": 500}, "Missing required param: currency"),
        ({"percent_off": 10, "duration": "repeating"}, "duration_in_months"),
        ({"percent_off": 10, "redeem_by": 1}, "must be in the future"),
    ],
)
def test_terms_that_make_no_coupon(account: Account, terms: Obj, words: str) -> None:
    with pytest.raises(Refused, match=words):
        account.post("coupons", **terms)


def test_a_coupon_that_is_used_up_or_over_gives_no_new_discounts(account: Account) -> None:
    one = coupon(account, percent_off=10, max_redemptions=1)
    soon = coupon(account, percent_off=10, redeem_by=account.world.now() + DAY)
    subscription = account.subscribed(discounts=[{"coupon": one}])
    account.pass_time(DAY)
    for name in (one, soon):
        assert account.get(f"coupons/{name}")["valid"] is False
        with pytest.raises(Refused) as refused:
            account.subscribed(discounts=[{"coupon": name}])
        assert refused.value.error["code"] == "coupon_expired"
    assert renewed(account, subscription)["total"] == 2250


def test_a_deleted_coupon_leaves_its_discounts(account: Account) -> None:
    subscription = discounted_by(account, id="ten", percent_off=10)
    assert account.delete("coupons/ten")["deleted"] is True
    with pytest.raises(Refused, match="No such coupon: 'ten'"):
        account.subscribed(discounts=[{"coupon": "ten"}])
    assert renewed(account, subscription)["total"] == 2250


def test_a_coupon_in_another_currency_needs_an_option_for_it(account: Account) -> None:
    five = coupon(account, amount_off=500)
    with pytest.raises(Refused, match="cannot be applied to eur"):
        account.subscribed(account.plan(currency="eur"), discounts=[{"coupon": five}])
    both = coupon(account, amount_off=500, currency_options={"eur": {"amount_off": 400}})
    invoice = latest(
        account, account.subscribed(account.plan(currency="eur"), discounts=[{"coupon": both}])
    )
    assert invoice["total"] == 2100


def test_coupons_are_changed_and_listed(account: Account) -> None:
    name = coupon(account, percent_off=12.5, name="Spring")
    account.news()
    changed = account.post(f"coupons/{name}", name="Autumn", metadata={"a": "1"})
    assert (changed["name"], changed["metadata"], changed["percent_off"]) == (
        "Autumn",
        {"a": "1"},
        12.5,
    )
    assert account.told() == ["coupon.updated"]
    assert [one["id"] for one in account.get("coupons")["data"]] == [name]
    with pytest.raises(Refused) as refused:
        account.post("coupons", id=name, percent_off=1)
    assert refused.value.error["code"] == "resource_already_exists"


def promoted(account: Account, **more: Any) -> Obj:
    promotion = {"type": "coupon", "coupon": coupon(account, percent_off=10)}
    return account.post("promotion_codes", promotion=promotion, **more)


def test_a_promotion_code_gives_its_coupons_discount(account: Account) -> None:
    code = promoted(account, code="SPRING")
    subscription = account.subscribed(discounts=[{"promotion_code": code["id"]}])
    discount = account.fresh(subscription, expand=["discounts"])["discounts"][0]
    assert discount["promotion_code"] == code["id"]
    assert latest(account, subscription)["total"] == 2250
    assert account.get(f"promotion_codes/{code['id']}")["times_redeemed"] == 1


def test_codes_are_unique_while_they_are_active(account: Account) -> None:
    code = promoted(account, code="SPRING")
    with pytest.raises(Refused, match="already exists"):
        promoted(account, code="spring")
    account.news()
    account.post(f"promotion_codes/{code['id']}", active=False)
    assert account.told() == ["promotion_code.updated"]
    again = promoted(account, code="spring")
    found = account.get("promotion_codes", code="SPRING", active=True)["data"]
    assert [one["id"] for one in found] == [again["id"]]
    with pytest.raises(Refused, match="inactive"):
        account.subscribed(discounts=[{"promotion_code": code["id"]}])


def test_whom_a_code_is_for(account: Account) -> None:
    mine, other = account.payer(), account.payer()
    own = promoted(account, customer=mine)
    with pytest.raises(Refused, match="another customer"):
        account.subscribed(customer=other, discounts=[{"promotion_code": own["id"]}])
    first = promoted(account, restrictions={"first_time_transaction": True})
    account.subscribed(customer=mine, discounts=[{"promotion_code": first["id"]}])
    with pytest.raises(Refused, match="prior transactions"):
        account.subscribed(customer=mine, discounts=[{"promotion_code": first["id"]}])


def test_a_code_expires_and_is_used_up(account: Account) -> None:
    soon = promoted(account, expires_at=account.world.now() + DAY)
    one = promoted(account, max_redemptions=1)
    account.subscribed(discounts=[{"promotion_code": one["id"]}])
    assert account.get(f"promotion_codes/{one['id']}")["active"] is False
    account.pass_time(DAY)
    assert account.get(f"promotion_codes/{soon['id']}")["active"] is False


@settings(max_examples=25, deadline=None)
@given(
    amounts=st.lists(st.integers(1, 10**7), min_size=1, max_size=5),
    off=st.one_of(st.integers(1, 10**8), st.decimals("0.01", 100, places=2)),
)
def test_discounts_are_exact_to_the_minor_unit(amounts: list[int], off: Any) -> None:
    """The parts of every line add up, nothing is below zero, and an amount is used up."""
    account = open_account()
    terms = {"amount_off": off} if isinstance(off, int) else {"percent_off": str(off)}
    subscription = discounted_by(account, **terms)
    (name,) = subscription["discounts"]
    lines = [
        {
            "amount": amount,
            "discount_amounts": [],
            "discountable": True,
            "discounts": [],
            "pricing": {"price_details": {"product": "prod"}},
        }
        for amount in amounts
    ]
    made = discounted(account.world, lines, [name], account.world.now())
    assert all(0 <= net_of(line) <= line["amount"] for line in made.lines)
    assert sum(net_of(line) for line in made.lines) == made.total
    assert sum(part["amount"] for part in made.amounts) == sum(amounts) - made.total
    if isinstance(off, int):
        assert made.total == max(0, sum(amounts) - off)


def test_the_renewal_is_charged_what_the_draft_says(account: Account) -> None:
    subscription = discounted_by(account, percent_off=33.33)
    draft = renewed(account, subscription)
    account.pass_time(HOUR)
    paid = account.get(f"invoices/{draft['id']}")
    assert (draft["total"], paid["amount_paid"]) == (1667, 1667)


def test_the_portal_takes_a_code_with_a_switch_where_it_may(account: Account) -> None:
    product = account.post("products", name="Gold")["id"]
    subscription = account.subscribed(account.plan(2500, product=product))
    price = account.plan(5000, product=product)
    promoted(account, code="SPRING")

    def visit(*allowed: str) -> Obj:
        update = {
            "enabled": True,
            "default_allowed_updates": ["price", *allowed],
            "products": [{"product": product, "prices": [price]}],
        }
        configuration = account.post(
            "billing_portal/configurations", features={"subscription_update": update}
        )
        return account.post(
            "billing_portal/sessions",
            customer=subscription["customer"],
            configuration=configuration["id"],
            return_url="http://127.0.0.1/",
        )

    with pytest.raises(StripeError, match="not offered here"):
        portal.switch(account.world, visit(), subscription["id"], price, None, "SPRING")
    session = visit("promotion_code")
    portal.switch(account.world, session, subscription["id"], price, None, "spring")
    changed = account.fresh(subscription)
    assert (len(changed["discounts"]), changed["plan"]["amount"]) == (1, 5000)
    assert renewed(account, subscription)["total"] == 4500
