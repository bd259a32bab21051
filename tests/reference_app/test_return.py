"""Coming back is navigation: the page reads, waits and says so; it never writes or sells."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest

FROM_CHECKOUT = "/billing/return?session_id=cs_1"


def has_an_offer(html: str) -> bool:
    return "/billing/upgrade" in html or 'href="/billing/plans">Choose' in html


def test_before_the_webhook_it_waits_and_offers_nothing(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    visitor.buy()
    fake.has()
    fake.calls.clear()
    pages = [visitor.get(FROM_CHECKOUT).text for _ in range(3)]
    assert all("Waiting for Stripe" in page and not has_an_offer(page) for page in pages)
    assert fake.calls == [], "it does not even ask Stripe"
    assert visitor.entitlement()["pending"]
    assert not visitor.entitlement()["access"]
    assert not has_an_offer(visitor.get("/billing").text)


def test_after_the_webhook_it_says_thank_you(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    customer = visitor.buy()
    fake.has()
    visitor.deliver("checkout.session.completed", {"id": "cs_9", "customer": customer})
    assert "You are on Pro" in visitor.get(FROM_CHECKOUT).text


def test_somebody_elses_session_changes_nothing(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    before = visitor.entitlement()
    assert visitor.get("/billing/return?session_id=cs_of_somebody_else").status_code == 200
    assert visitor.entitlement() == before
    assert fake.calls == []


def test_without_javascript_it_reloads_itself_and_gives_up_kindly(visitor: Any) -> None:
    visitor.sign_up()
    visitor.buy()
    page = visitor.get(FROM_CHECKOUT + "&try=3").text
    assert 'content="3;url=/billing/return?session_id=cs_1&amp;try=4"' in page
    tired = visitor.get(FROM_CHECKOUT + "&try=20").text
    assert "http-equiv" not in tired
    assert "Nothing is lost" in tired
    assert not has_an_offer(tired)


def test_from_the_portal_it_shows_what_is_known(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    customer = visitor.buy()
    fake.has()
    visitor.deliver("customer.subscription.created", {"customer": customer})
    fake.has(cancel_at=1_800_000_000)
    assert "ends on" not in visitor.get("/billing/return?from=portal").text
    visitor.deliver("customer.subscription.updated", {"customer": customer})
    assert "ends on 15 January 2027" in visitor.get("/billing/return?from=portal").text


def test_what_the_page_polls_for_is_what_it_shows(visitor: Any) -> None:
    visitor.sign_up()
    page = visitor.get("/billing/return?from=portal").text
    shown = page.split('data-shown="')[1].split('"')[0]
    assert json.loads(unescape(shown), object_pairs_hook=list) == json.loads(
        visitor.get("/api/entitlement").text, object_pairs_hook=list
    ), "in the same order, for the script compares texts"


def test_signed_out_it_asks_to_sign_in_and_comes_back(visitor: Any) -> None:
    visitor.sign_up()
    visitor.post("/signout")
    sent = visitor.get(FROM_CHECKOUT)
    assert sent.status_code == 303
    assert sent.headers["location"] == "/signin?next=%2Fbilling%2Freturn%3Fsession_id%3Dcs_1"
    form = {"email": "ada@example.com", "password": "correct horse", "next": FROM_CHECKOUT}
    assert visitor.post("/signin", data=form).headers["location"] == FROM_CHECKOUT


@pytest.mark.parametrize("shape", [{"cancel_at_period_end": True}, {"cancel_at": 1_800_000_000}])
def test_reactivating_asks_stripe_and_leaves_the_rest_to_the_webhook(
    visitor: Any, fake: Any, shape: dict[str, Any]
) -> None:
    visitor.sign_up()
    customer = visitor.buy()
    fake.has(**shape)
    visitor.deliver("customer.subscription.updated", {"customer": customer})
    assert visitor.entitlement()["winding_down"]
    assert visitor.post("/billing/reactivate").status_code == 303
    cleared = {"cancel_at_period_end": "false"} if "cancel_at" not in shape else {"cancel_at": ""}
    assert fake.last("POST /v1/subscriptions/sub_1") == cleared
    assert visitor.entitlement()["winding_down"], "only the webhook says otherwise"
    fake.has()
    visitor.deliver("customer.subscription.updated", {"customer": customer})
    assert not visitor.entitlement()["winding_down"]
