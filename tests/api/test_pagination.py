"""Lists are newest first and walked by cursors (docs.stripe.com/api/pagination)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import VirtualClock
from tests.api.shop import START, Shop


@pytest.fixture
def names(shop: Shop) -> list[str]:
    """Customers, newest first."""
    return [shop.customer() for _ in range(25)][::-1]


def ids(body: Any) -> list[str]:
    return [item["id"] for item in body["data"]]


def test_a_page_is_ten_and_says_that_there_is_more(shop: Shop, names: list[str]) -> None:
    body = shop.get("/v1/customers").body
    assert list(body) == ["object", "data", "has_more", "url"]
    assert (body["object"], body["has_more"], body["url"]) == ("list", True, "/v1/customers")
    assert ids(body) == names[:10]


def test_walking_down_sees_each_once(shop: Shop, names: list[str]) -> None:
    seen: list[str] = []
    more = True
    while more:
        cursor = {"starting_after": seen[-1]} if seen else {}
        body = shop.get("/v1/customers", {"limit": "7", **cursor}).body
        seen += ids(body)
        more = body["has_more"]
    assert seen == names


def test_ending_before_gives_the_page_just_above_newest_first(shop: Shop, names: list[str]) -> None:
    body = shop.get("/v1/customers", {"limit": "3", "ending_before": names[5]}).body
    assert ids(body) == names[2:5]
    assert body["has_more"]
    top = shop.get("/v1/customers", {"limit": "3", "ending_before": names[2]}).body
    assert ids(top) == names[:2]
    assert not top["has_more"]


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("0", "This value must be greater than or equal to 1."),
        ("101", "This value must be less than or equal to 100."),
        ("abc", "Invalid integer: abc"),
    ],
)
def test_a_limit_has_limits(shop: Shop, limit: str, message: str) -> None:
    reply = shop.get("/v1/customers", {"limit": limit})
    assert (reply.status, reply.error["param"], reply.error["message"]) == (400, "limit", message)
    assert reply.error["code"] == "parameter_invalid_integer"


def test_an_unknown_cursor(shop: Shop) -> None:
    reply = shop.get("/v1/customers", {"starting_after": "cus_x"})
    assert (reply.status, reply.error["code"]) == (400, "resource_missing")
    assert (reply.error["message"], reply.error["param"]) == (
        "No such customer: 'cus_x'",
        "starting_after",
    )


def test_both_cursors(shop: Shop, names: list[str]) -> None:
    reply = shop.get("/v1/customers", {"starting_after": names[0], "ending_before": names[1]})
    assert reply.status == 400
    assert reply.error["message"].startswith("Received both starting_after and ending_before")


def test_a_filter_pages_on_its_own(shop: Shop) -> None:
    wanted = [shop.customer(email=f"{n % 2}@example.com") for n in range(6)][1::2][::-1]
    body = shop.get("/v1/customers", {"email": "1@example.com", "limit": "2"}).body
    assert (ids(body), body["has_more"]) == (wanted[:2], True)


def test_created_is_an_instant_or_a_range(shop: Shop) -> None:
    clock = shop.world.clock
    assert isinstance(clock, VirtualClock)
    names = []
    for second in range(4):
        clock.advance_to(START + second)
        names.append(shop.customer())
    at_two = shop.get("/v1/customers", {"created": str(START + 2)}).body
    assert ids(at_two) == [names[2]]
    between = {"created[gt]": str(START), "created[lte]": str(START + 2)}
    assert ids(shop.get("/v1/customers", between).body) == [names[2], names[1]]


def test_objects_on_a_test_clock_hide_from_unfiltered_lists(shop: Shop) -> None:
    seen = shop.customer(email="a@b.c")
    hidden = shop.customer(email="a@b.c", test_clock="clock_1")
    assert ids(shop.get("/v1/customers").body) == [seen]
    assert ids(shop.get("/v1/customers", {"email": "a@b.c"}).body) == [hidden, seen]


def test_embedded_values_keep_their_own_order(shop: Shop) -> None:
    body = shop.get("/v1/invoices/in_1/lines", {"limit": "5", "starting_after": "il_9"}).body
    assert (ids(body), body["has_more"]) == (["il_10", "il_11"], False)
    before = shop.get("/v1/invoices/in_1/lines", {"limit": "2", "ending_before": "il_3"}).body
    assert (ids(before), before["has_more"]) == (["il_1", "il_2"], True)
    assert body["url"] == "/v1/invoices/in_1/lines"
    assert shop.get("/v1/invoices/in_1/lines", {"starting_after": "il_x"}).status == 400
