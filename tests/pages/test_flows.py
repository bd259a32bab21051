"""Portal sessions made for one errand.

docs.stripe.com/customer-management/portal-deep-links
"""

from __future__ import annotations

from typing import Any


def redirecting(kind: str, url: str, **about: Any) -> dict[str, Any]:
    after = {"type": "redirect", "redirect": {"return_url": url}}
    return {"flow_data": {"type": kind, "after_completion": after, **about}}


def test_a_cancellation_errand_goes_straight_there_and_then_where_it_was_told(
    shop: Any, visitor: Any
) -> None:
    subscription = shop.subscriber()
    errand = redirecting(
        "subscription_cancel",
        f"{shop.app}/cancelled",
        subscription_cancel={"subscription": subscription.id},
    )
    url = shop.portal(subscription.customer, **errand)
    page = visitor.get(url)
    assert "Cancel your plan" in visitor.said(page)
    assert "Invoice history" not in visitor.said(page)
    assert f'rel="return" href="{shop.app}/billing"' in page.text
    base = url.removesuffix("/flow")
    done = visitor.post(f"{base}/cancel", subscription=subscription.id)
    assert (done.status_code, done.headers["Location"]) == (303, f"{shop.app}/cancelled")
    assert shop.subscription(subscription.id).cancel_at is not None


def test_an_errand_may_end_in_a_confirmation_with_words_of_the_application(
    shop: Any, visitor: Any
) -> None:
    subscription = shop.subscriber()
    after = {
        "type": "hosted_confirmation",
        "hosted_confirmation": {"custom_message": "Thanks & bye"},
    }
    flow = {"type": "payment_method_update", "after_completion": after}
    url = shop.portal(subscription.customer, flow_data=flow)
    assert "Update your card" in visitor.reads(url)
    base = url.removesuffix("/flow")
    done = visitor.post(f"{base}/payment_method", number="4242424242424242", exp="1/35", cvc="123")
    text = visitor.reads(f"{shop.url}{done.headers['Location']}")
    assert "Your changes are saved" in text
    assert "Thanks & bye" in text
    assert "Return to" in text
    assert "Update your card" in visitor.reads(f"{base}/home")


def test_an_errand_ends_on_the_homepage_unless_told_otherwise(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    url = shop.portal(subscription.customer, flow_data={"type": "payment_method_update"})
    base = url.removesuffix("/flow")
    done = visitor.post(f"{base}/payment_method", number="4242424242424242", exp="1/35", cvc="123")
    assert "Invoice history" in visitor.reads(f"{shop.url}{done.headers['Location']}")


def test_an_update_errand_offers_the_plans(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    flow = {
        "type": "subscription_update",
        "subscription_update": {"subscription": subscription.id},
    }
    assert "Choose a plan" in visitor.reads(shop.portal(subscription.customer, flow_data=flow))


def test_a_confirmation_errand_shows_the_amounts_and_switches(shop: Any, visitor: Any) -> None:
    subscription = shop.subscriber()
    pro = shop.prices["Pro"].id
    item = subscription["items"].data[0].id
    errand = redirecting(
        "subscription_update_confirm",
        f"{shop.app}/switched",
        subscription_update_confirm={
            "subscription": subscription.id,
            "items": [{"id": item, "price": pro, "quantity": 1}],
        },
    )
    url = shop.portal(subscription.customer, **errand)
    assert "Remaining time on Pro" in visitor.reads(url)
    done = visitor.post(
        f"{url.removesuffix('/flow')}/switch", subscription=subscription.id, price=pro
    )
    assert done.headers["Location"] == f"{shop.app}/switched"
    assert shop.subscription(subscription.id)["items"].data[0].price.id == pro
