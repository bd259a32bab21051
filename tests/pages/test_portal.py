"""What a customer can do in the portal, and what becomes of it.

docs.stripe.com/customer-management
"""

from __future__ import annotations

import re
from typing import Any

import pytest


def test_the_homepage_shows_plan_card_and_invoices(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    text = visitor.reads(shop.portal(subscription.customer))
    for said in ("Basic", "$10.00 per month", "renews on", "Visa •••• 4242", "Paid", "ada@exa"):
        assert said in text


def test_opening_it_changes_nothing_and_the_way_back_is_a_plain_link(
    shop: Any, visitor: Any
) -> None:
    subscription = shop.subscriber()
    url = shop.portal(subscription.customer)
    before = shop.events()
    page = visitor.get(url).text
    assert f'<a class="back" rel="return" href="{shop.app}/billing">' in page
    assert shop.events() == before


def test_cancelling_at_period_end_in_flexible_mode_sets_cancel_at_alone(
    shop: Any, visitor: Any
) -> None:
    subscription = shop.subscriber()
    url = shop.portal(subscription.customer)
    seen = len(shop.events())
    answer = visitor.post(
        f"{url}/cancel", subscription=subscription.id, feedback="too_expensive", comment="Sorry"
    )
    assert answer.status_code == 303
    now = shop.subscription(subscription.id)
    item = now["items"].data[0]
    assert (now.status, now.cancel_at_period_end) == ("active", False)
    assert now.cancel_at == item.current_period_end
    assert now.cancellation_details.feedback == "too_expensive"
    assert now.cancellation_details.comment == "Sorry"
    assert shop.events()[seen:] == ["customer.subscription.updated"]
    assert "Don’t cancel plan" in visitor.reads(url)


def test_cancelling_at_period_end_in_classic_mode_sets_cancel_at_period_end(
    shop: Any, visitor: Any
) -> None:
    subscription = shop.subscriber(billing_mode="classic")
    url = shop.portal(subscription.customer)
    visitor.post(f"{url}/cancel", subscription=subscription.id)
    assert shop.subscription(subscription.id).cancel_at_period_end is True


def test_cancelling_immediately_where_the_configuration_says_so(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    now = shop.configuration(subscription_cancel={"enabled": True, "mode": "immediately"})
    url = shop.portal(subscription.customer, now)
    form = visitor.reads(f"{url}/subscriptions/{subscription.id}/cancel")
    assert "immediately" in form
    assert "Why are you leaving" not in form
    visitor.post(f"{url}/cancel", subscription=subscription.id)
    assert shop.subscription(subscription.id).status == "canceled"
    assert "You have no plan at the moment" in visitor.reads(url)


def test_the_cancellation_can_be_undone(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    url = shop.portal(subscription.customer)
    visitor.post(f"{url}/cancel", subscription=subscription.id)
    assert visitor.post(f"{url}/renew", subscription=subscription.id).status_code == 303
    assert shop.subscription(subscription.id).cancel_at is None
    assert "Cancel plan" in visitor.reads(url)


def test_switching_shows_the_amounts_first_and_then_the_new_plan(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    url, pro = shop.portal(subscription.customer), shop.prices["Pro"].id
    choosing = f"{url}/subscriptions/{subscription.id}/update"
    assert "Pro $25.00 per month" in visitor.reads(choosing)
    confirming = visitor.reads(f"{choosing}?price={pro}")
    assert "Unused time on Basic" in confirming
    assert "Remaining time on Pro" in confirming
    assert shop.subscription(subscription.id)["items"].data[0].price.id != pro
    answer = visitor.post(f"{url}/switch", subscription=subscription.id, price=pro)
    assert answer.status_code == 303
    assert shop.subscription(subscription.id)["items"].data[0].price.id == pro
    assert "$25.00 per month" in visitor.reads(url)


def test_a_quantity_can_be_chosen_where_it_is_adjustable(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    basic = shop.prices["Basic"]
    product = {
        "product": basic.product,
        "prices": [basic.id],
        "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 10},
    }
    seats = shop.configuration(
        subscription_update={
            "enabled": True,
            "default_allowed_updates": ["price", "quantity"],
            "products": [product],
        }
    )
    url = shop.portal(subscription.customer, seats)
    choosing = f"{url}/subscriptions/{subscription.id}/update"
    assert 'name="quantity"' in visitor.get(choosing).text
    assert "× 3" in visitor.reads(f"{choosing}?price={basic.id}&quantity=3")
    form = {"subscription": subscription.id, "price": basic.id}
    refused = visitor.post(f"{url}/switch", **form, quantity="11")
    assert refused.status_code == 400
    assert "at most 10" in visitor.said(refused)
    visitor.post(f"{url}/switch", **form, quantity="3")
    assert shop.subscription(subscription.id)["items"].data[0].quantity == 3


def test_a_new_card_becomes_the_default(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    url = shop.portal(subscription.customer)
    answer = visitor.post(
        f"{url}/payment_method", number="5555 5555 5555 4444", exp="12 / 34", cvc="123"
    )
    assert answer.status_code == 303
    customer = shop.stripe.customers.retrieve(subscription.customer)
    method = shop.stripe.payment_methods.retrieve(customer.invoice_settings.default_payment_method)
    assert (method.card.brand, method.card.last4, method.card.exp_year) == (
        "mastercard",
        "4444",
        2034,
    )
    assert "Mastercard •••• 4444 Default" in visitor.reads(url)


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({"number": "4000000000000002"}, 402, "Your card was declined."),
        ({"number": "4242424242424241"}, 402, "Your card number is incorrect."),
        ({"number": "4242"}, 402, "Your card number is incomplete."),
        ({"exp": "1"}, 402, "expiration date is incomplete"),
        ({"exp": "13 / 34"}, 402, "expiration month is invalid"),
        ({"exp": "12 / 20"}, 402, "in the past"),
        ({"cvc": "1"}, 402, "security code is incomplete"),
    ],
)
def test_a_card_that_cannot_be_saved_is_refused_in_words_and_changes_nothing(
    shop: Any, visitor: Any, typed: dict[str, str], status: int, says: str
) -> None:
    subscription = shop.subscriber()
    url = shop.portal(subscription.customer)
    before = shop.events()
    good = {"number": "4242424242424242", "exp": "12/34", "cvc": "123"}
    answer = visitor.post(f"{url}/payment_method", **{**good, **typed})
    assert answer.status_code == status
    assert says in visitor.said(answer)
    assert shop.events() == before


def test_what_the_configuration_does_not_allow_is_neither_shown_nor_done(
    shop: Any, visitor: Any
) -> None:
    subscription = shop.subscriber()
    off = {"enabled": False}
    nothing = shop.configuration(
        subscription_cancel=off,
        subscription_update=off,
        payment_method_update=off,
        invoice_history={"enabled": True},
    )
    url = shop.portal(subscription.customer, nothing)
    text = visitor.reads(url)
    for action in ("Cancel plan", "Update plan", "Update card"):
        assert action not in text
    before = shop.events()
    card = {"number": "4242424242424242", "exp": "12/34", "cvc": "123"}
    forms: list[tuple[str, dict[str, str]]] = [
        ("cancel", {"subscription": subscription.id}),
        ("switch", {"subscription": subscription.id, "price": shop.prices["Pro"].id}),
        ("payment_method", card),
    ]
    for action, form in forms:
        assert visitor.post(f"{url}/{action}", **form).status_code == 400
    assert shop.events() == before


def test_nobody_elses_plan_can_be_touched(shop: Any, visitor: Any) -> None:
    mine, theirs = shop.subscriber(), shop.subscriber()
    url = shop.portal(mine.customer)
    assert visitor.get(f"{url}/subscriptions/{theirs.id}/cancel").status_code == 404
    assert visitor.post(f"{url}/cancel", subscription=theirs.id).status_code == 404
    assert shop.subscription(theirs.id).cancel_at is None


def test_a_link_must_be_opened_within_five_minutes_and_dies_after_an_idle_hour(
    shop: Any, visitor: Any
) -> None:
    subscription = shop.subscriber()
    unopened, opened = shop.portal(subscription.customer), shop.portal(subscription.customer)
    visitor.get(opened)
    shop.control.advance(seconds=301)
    gone = visitor.get(unopened)
    assert gone.status_code == 410
    assert "This link has expired" in visitor.said(gone)
    assert visitor.get(opened).status_code == 200
    shop.control.advance(seconds=3599)
    assert visitor.get(opened).status_code == 200
    shop.control.advance(seconds=3601)
    answer = visitor.post(f"{opened}/cancel", subscription=subscription.id)
    assert answer.status_code == 410
    assert shop.subscription(subscription.id).cancel_at is None


def test_an_unknown_link_is_a_page_that_says_so(served: Any, visitor: Any) -> None:
    for path in ("/p/session/test_nope", "/c/pay/cs_test_nope", "/i/acct_1/test_nope"):
        answer = visitor.get(f"{served.url}{path}")
        assert answer.status_code == 404
        assert "Page not found" in visitor.said(answer)


def test_an_invoice_has_a_page_of_its_own(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    page = visitor.get(shop.portal(subscription.customer)).text
    path = re.search(r'href="(/i/[^"]+)"', page)
    assert path is not None
    text = visitor.reads(f"{shop.url}{path[1]}")
    assert "1 × Basic (at $10.00 / month)" in text
    assert "Paid $10.00" in text


def test_amounts_of_currencies_without_cents_are_whole(shop: Any, visitor: Any) -> None:
    product = shop.stripe.products.create({"name": "Matcha"})
    price = shop.stripe.prices.create(
        {
            "product": product.id,
            "unit_amount": 1200,
            "currency": "jpy",
            "recurring": {"interval": "month", "interval_count": 3},
        }
    )
    subscription = shop.subscriber(items=[{"price": price.id}])
    assert "¥1,200 per 3 months" in visitor.reads(shop.portal(subscription.customer))


@pytest.mark.parametrize("path", ["", "/payment_method", "/subscriptions/{id}/cancel"])
def test_pages_escape_what_they_are_given_and_load_nothing_from_elsewhere(
    shop: Any, visitor: Any, path: str
) -> None:
    subscription = shop.subscriber()
    shop.stripe.customers.update(subscription.customer, {"name": "<script>alert(1)</script>"})
    shop.stripe.products.update(shop.prices["Basic"].product, {"name": '"><img src=x>'})
    url = shop.portal(subscription.customer)
    answer = visitor.get(url + path.format(id=subscription.id))
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert not re.search(r'(src|<link[^>]*href)="https?:', answer.text)


def test_the_style_sheet_is_served_beside_the_pages(shop: Any, visitor: Any) -> None:
    page = visitor.get(shop.portal(shop.subscriber().customer)).text
    path = re.search(r'rel="stylesheet" href="([^"]+)"', page)
    assert path is not None
    answer = visitor.get(f"{shop.url}{path[1]}")
    assert answer.headers["Content-Type"].startswith("text/css")
