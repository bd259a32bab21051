"""What every answer has in common, and the order in which a request is checked."""

from __future__ import annotations

import re

import pytest

from simulator.api import Request
from tests.api.shop import KEY, START, Shop


def test_a_created_object_and_its_headers(shop: Shop) -> None:
    reply = shop.post("/v1/customers", {"email": "jenny@example.com", "metadata[a]": "1"})
    assert reply.status == 200
    assert reply.body["email"] == "jenny@example.com"
    headers = reply.headers
    assert re.fullmatch(r"req_[0-9A-Za-z]{14}", headers["Request-Id"])
    assert headers["Original-Request"] == headers["Request-Id"]
    assert headers["Stripe-Version"] == "2026-10-28.endive"
    assert headers["Stripe-Should-Retry"] == "false"
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["Idempotency-Key"])
    assert headers["Content-Type"] == "application/json"
    assert "Stripe-Notice" not in headers


def test_bodies_are_pretty_and_in_stripes_order(shop: Shop) -> None:
    customer = shop.customer(name="Jürgen")
    assert shop.get(f"/v1/customers/{customer}").answer.body.decode() == (
        f'{{\n  "id": "{customer}",\n  "object": "customer",\n  "created": {START},\n'
        '  "email": null,\n  "metadata": {},\n  "name": "Jürgen",\n  "test_clock": null\n}'
    )


def test_the_event_knows_the_request_that_caused_it(shop: Shop) -> None:
    headers = shop.post("/v1/customers").headers
    (event,) = shop.world.events
    assert event["request"] == {
        "id": headers["Request-Id"],
        "idempotency_key": headers["Idempotency-Key"],
    }
    assert shop.world.request is None


def test_a_401_has_no_request_id_and_opens_nothing(shop: Shop) -> None:
    reply = shop.get("/v1/customers", authorization="Bearer sk_live_x")
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == 'Bearer realm="Stripe"'
    assert not {"Request-Id", "Stripe-Version"} & set(reply.headers)
    assert set(reply.error) == {"message", "type"}
    assert len(shop.accounts) == 0


def test_the_key_is_checked_before_the_path(shop: Shop) -> None:
    assert shop.get("/v1/bogus", authorization="").status == 401
    assert shop.get("/v1/bogus").status == 404


def test_each_key_has_a_world_of_its_own(shop: Shop) -> None:
    customer = shop.customer()
    other = shop.get(f"/v1/customers/{customer}", authorization="Bearer sk_test_other")
    assert other.status == 404


def test_a_missing_object_in_the_path(shop: Shop) -> None:
    reply = shop.get("/v1/customers/cus_x")
    assert reply.status == 404
    request_id = reply.headers["Request-Id"]
    assert reply.error == {
        "code": "resource_missing",
        "doc_url": "https://stripe.com/docs/error-codes/resource-missing",
        "message": "No such customer: 'cus_x'",
        "param": "id",
        "request_log_url": f"https://dashboard.stripe.com/{shop.world.account}"
        f"/test/workbench/logs?object={request_id}",
        "type": "invalid_request_error",
    }
    assert list(reply.error) == sorted(reply.error)
    assert reply.answer.body.endswith(b"}\n")


def test_an_unknown_parameter_is_refused_on_get_too(shop: Shop) -> None:
    reply = shop.get("/v1/customers", {"bogus": "1"})
    assert (reply.status, reply.error["code"]) == (400, "parameter_unknown")
    assert "Stripe-Should-Retry" not in reply.headers


def test_an_unknown_route(shop: Shop) -> None:
    reply = shop.get("/v1/customers/")
    assert reply.status == 404
    assert "remove the trailing slash" in reply.error["message"]
    assert "code" not in reply.error


def test_what_is_not_simulated_is_told_by_a_header(shop: Shop) -> None:
    assert shop.post("/v1/customers").headers["Carom-Fidelity"] == "simulated"
    assert shop.get("/v1/payouts").headers["Carom-Fidelity"] == "stored"
    assert shop.get("/v1/reviews").headers["Carom-Fidelity"] == "shaped"
    assert "Carom-Fidelity" not in shop.get("/v1/nothing").headers


def test_a_strict_api_refuses_what_it_knows_only_the_shape_of() -> None:
    shop = Shop(strict=True)
    reply = shop.get("/v1/reviews/prv_1")
    assert (reply.status, reply.error["type"]) == (501, "api_error")
    assert "Carom does not simulate" in reply.error["message"]
    assert reply.headers["Stripe-Should-Retry"] == "false"
    assert shop.get("/v1/payouts").status == 200


def test_a_decline_may_leave_something_behind(shop: Shop) -> None:
    reply = shop.post("/v1/invoices/in_1/pay")
    assert (reply.status, reply.error["charge"]) == (402, "ch_1")
    assert reply.headers["Stripe-Should-Retry"] == "false"
    assert shop.world.get("charge", "ch_1") is not None
    assert [event["type"] for event in shop.world.events] == ["charge.failed"]


def test_any_other_refusal_leaves_no_trace(shop: Shop) -> None:
    reply = shop.post("/v1/payment_methods/pm_1/attach", {"customer": "cus_1"})
    assert (reply.status, reply.error["param"]) == (402, "")
    assert shop.world.get("charge", "ch_2") is None
    assert shop.world.events == []


def test_a_bad_expand_undoes_what_was_made(shop: Shop) -> None:
    assert shop.post("/v1/customers", {"expand[]": "bogus"}).status == 400
    assert shop.world.find("customer") == []
    assert shop.world.events == []


def test_query_and_body_of_a_post_are_one(shop: Shop) -> None:
    request = Request(
        "POST", "/v1/customers", "email=a", {"authorization": f"Bearer {KEY}"}, b"name=b"
    )
    assert b'"name": "b"' in shop.api.answer(request).body
    assert shop.world.find("customer")[0]["email"] == "a"


def test_a_json_body_is_refused(shop: Shop) -> None:
    reply = shop.post("/v1/customers", {"a": "b"}, content_type="application/json; charset=utf-8")
    assert reply.status == 400
    assert "content type is application/x-www-form-urlencoded" in reply.error["message"]
    assert shop.get("/v1/customers", content_type="application/json").status == 200


def test_bytes_that_are_no_text_are_refused(shop: Shop) -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    answer = shop.api.answer(Request("POST", "/v1/customers", "", headers, b"name=\xff"))
    assert answer.status == 400


def test_an_account_that_is_not_connected_is_refused(shop: Shop) -> None:
    assert shop.get("/v1/customers", stripe_account="acct_other").status == 403
    assert shop.get("/v1/customers", stripe_account=shop.world.account).status == 200


def test_the_hook_hears_of_changes_only(shop: Shop) -> None:
    shop.get("/v1/customers")
    assert shop.answered == []
    customer = shop.customer()
    shop.call("DELETE", f"/v1/customers/{customer}")
    assert shop.answered == [shop.world, shop.world]


def test_calls_are_logged_in_order(shop: Shop) -> None:
    shop.post("/v1/customers", {"metadata[a]": "1"}, idempotency_key="k")
    shop.get("/v1/bogus")
    first, second = shop.api.books(shop.world).requests()
    assert (first.number, first.method, first.path) == (1, "POST", "/v1/customers")
    assert first.params == {"metadata": {"a": "1"}}
    assert (first.status, first.idempotency_key, first.at) == (200, "k", START)
    assert (second.number, second.status) == (2, 404)
    assert shop.api.books(shop.world).requests(after=1) == [second]
    assert shop.api.books(shop.world).requests(after=9) == []


def test_reading_does_not_change_the_ids_of_what_is_made_later() -> None:
    quiet, curious = Shop(), Shop()
    curious.get("/v1/customers")
    assert quiet.customer() == curious.customer()


def test_a_reset_world_starts_anew(shop: Shop) -> None:
    first = shop.customer()
    shop.accounts.reset(KEY)
    assert shop.world.events == []
    assert shop.api.books(shop.world).requests() == []
    assert shop.customer() == first


@pytest.mark.parametrize(
    "version",
    ["2025-03-31.basil", "2024-06-20", "2026-10-28.preview", "2025-03-31.basil;fx=v1"],
)
def test_another_version_answers_and_says_so(shop: Shop, version: str) -> None:
    reply = shop.get("/v1/customers", stripe_version=version)
    assert reply.status == 200
    assert reply.headers["Stripe-Version"] == version
    assert "Stripe-Notice" not in reply.headers


def test_a_newer_version_is_answered_in_the_newest_shape_with_a_notice(shop: Shop) -> None:
    reply = shop.get("/v1/customers", stripe_version="2027-01-31.fig")
    assert reply.status == 200
    assert "2027-01-31.fig" in reply.headers["Stripe-Notice"]


@pytest.mark.parametrize(
    "version", ["2026-08-26.clover", "yesterday", "", "2025-03-32", "2027-01-01"]
)
def test_a_version_that_never_was_is_refused(shop: Shop, version: str) -> None:
    reply = shop.get("/v1/customers", stripe_version=version)
    assert (reply.status, reply.error["message"]) == (
        400,
        f"Invalid Stripe API version: {version}",
    )


def test_events_show_a_chosen_key_and_a_seeded_uuid_for_one_that_an_sdk_made_up(
    shop: Shop,
) -> None:
    made_up = "3f2b8a1c-9d4e-4f6a-8b7c-0d1e2f3a4b5c"
    shop.post("/v1/customers", idempotency_key="signup-42")
    shop.post("/v1/customers", idempotency_key=made_up)
    chosen, seeded = (event["request"]["idempotency_key"] for event in shop.world.events)
    assert chosen == "signup-42"
    assert seeded != made_up
    assert len(seeded) == len(made_up)
