"""`GET /v1/{resource}/search`, over the real billing handlers (docs.stripe.com/search)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from simulator.api import Accounts, Request, StripeApi
from simulator.billing import HANDLERS, INCLUDABLE, LAWS
from simulator.contract import route_table
from simulator.engine import Settings, VirtualClock, World

START = 1_795_531_178
KEY = "sk_test_search"


class Account:
    """One account, called as a client would."""

    def __init__(self, **settings: Any) -> None:
        self.clock = VirtualClock(START)
        accounts = Accounts(
            lambda key: World(
                key=key, seed=1, clock=self.clock, laws=LAWS, settings=Settings(**settings)
            )
        )
        self._api = StripeApi(accounts, HANDLERS, INCLUDABLE)

    def call(self, method: str, path: str, **params: Any) -> Any:
        form = urlencode(params)
        query, body = (form, b"") if method == "GET" else ("", form.encode())
        headers = {"authorization": f"Bearer {KEY}"}
        return json.loads(self._api.answer(Request(method, path, query, headers, body)).body)

    def search(self, resource: str, query: str, **params: Any) -> Any:
        return self.call("GET", f"/v1/{resource}/search", query=query, **params)

    def customer(self, name: str, **params: Any) -> str:
        found: str = self.call("POST", "/v1/customers", name=name, **params)["id"]
        return found

    def names(self, query: str) -> list[str]:
        return [found["name"] for found in self.search("customers", query)["data"]]


@pytest.fixture
def account() -> Account:
    return Account()


Names = Callable[[str], list[str]]


@pytest.fixture
def names(account: Account) -> Names:
    """Three customers, and the names of those whom a query finds."""
    account.customer("Jane Doe", **{"email": "amy@example.com", "metadata[tier]": "Gold"})
    account.clock.advance_to(START + 100)
    account.customer("John Q Doe", **{"email": "john@example.com", "metadata[tier]": ""})
    account.customer("Doe Jane", phone="+15550100")
    return account.names


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('name:"jane doe"', ["Jane Doe"]),
        ('name:"DOE"', ["Doe Jane", "John Q Doe", "Jane Doe"]),
        ('name:"john doe"', []),
        ('name~"ohn q"', ["John Q Doe"]),
        ('email:"AMY@example.com"', ["Jane Doe"]),
        ('email:"amy"', []),
        ('email~"amy"', ["Jane Doe"]),
        ("email:null", ["Doe Jane"]),
        ("-email:null", ["John Q Doe", "Jane Doe"]),
        ('-email:"amy@example.com"', ["Doe Jane", "John Q Doe"]),
        ('metadata["tier"]:"gold"', ["Jane Doe"]),
        ('-metadata["tier"]:null', ["Jane Doe"]),
        (f"created>{START}", ["Doe Jane", "John Q Doe"]),
        (f"created<={START}", ["Jane Doe"]),
        (f"created:{START}", ["Jane Doe"]),
        (f"created={START}.5", []),
        ('name:"jane" phone:"+15550100"', ["Doe Jane"]),
        ('email~"amy" OR phone~"555"', ["Doe Jane", "Jane Doe"]),
    ],
)
def test_finds_what_matches_newest_first(names: Names, query: str, found: list[str]) -> None:
    assert names(query) == found


def test_every_search_endpoint_of_the_sdk_is_simulated(account: Account) -> None:
    paths = [route.path for route in route_table().routes if route.path.endswith("/search")]
    assert len(paths) == 7
    for path in paths:
        assert account.call("GET", path, query='metadata["a"]:"b"') == {
            "object": "search_result",
            "data": [],
            "has_more": False,
            "next_page": None,
            "url": path,
        }


def test_nested_fields_flags_and_renamed_fields(account: Account) -> None:
    product = account.call("POST", "/v1/products", name="Pro")["id"]
    account.call("POST", "/v1/products", name="Old", active="false")
    price = account.call(
        "POST", "/v1/prices", product=product, currency="usd", unit_amount=500, lookup_key="pro_m"
    )["id"]
    assert [p["id"] for p in account.search("products", 'active:"true"')["data"]] == [product]
    assert [p["name"] for p in account.search("products", "active:false")["data"]] == ["Old"]
    query = f'product:"{product}" AND type:"one_time" AND lookup_key~"pro"'
    assert [p["id"] for p in account.search("prices", query)["data"]] == [price]
    assert account.search("invoices", "last_finalization_error_code:null")["data"] == []


def test_pages_follow_each_other_and_end(account: Account) -> None:
    for number in range(7):
        account.customer(f"Jane {number}")
    seen, page = [], {}
    while True:
        result = account.search("customers", 'name:"jane"', limit=3, **page)
        seen += [customer["name"] for customer in result["data"]]
        if not result["has_more"]:
            break
        page = {"page": result["next_page"]}
    assert seen == [f"Jane {number}" for number in reversed(range(7))]
    assert result["next_page"] is None


def test_the_total_is_shown_when_expanded_only(account: Account) -> None:
    for number in range(4):
        account.customer(f"Jane {number}")
    assert "total_count" not in account.search("customers", 'name:"jane"')
    counted = {"expand[]": "total_count", "limit": 1}
    assert account.search("customers", 'name:"jane"', **counted)["total_count"] == 4


def test_found_objects_can_be_expanded(account: Account) -> None:
    customer = account.customer("Jane")
    account.call("POST", "/v1/payment_intents", amount=500, currency="usd", customer=customer)
    found = account.search(
        "payment_intents", f'customer:"{customer}" amount>499', **{"expand[]": "data.customer"}
    )
    assert found["data"][0]["customer"]["name"] == "Jane"


def test_objects_on_a_test_clock_need_a_parent_in_the_query(account: Account) -> None:
    clock = account.call("POST", "/v1/test_helpers/test_clocks", frozen_time=START)["id"]
    customer = account.customer("Jane", test_clock=clock)
    account.call("POST", "/v1/payment_intents", amount=500, currency="usd", customer=customer)
    assert account.names('name:"Jane"') == []
    assert account.search("payment_intents", "amount:500")["data"] == []
    either = f'customer:"{customer}" OR amount:500'
    assert account.search("payment_intents", either)["data"] == []
    assert len(account.search("payment_intents", f'customer:"{customer}"')["data"]) == 1


def test_with_a_lag_filters_see_the_past_and_answers_the_present() -> None:
    account = Account(search_lag=60)
    customer = account.customer("Jane")
    assert account.names('name:"jane"') == []
    account.clock.advance_to(START + 60)
    assert account.names('name:"jane"') == ["Jane"]
    account.call("POST", f"/v1/customers/{customer}", name="Mary")
    assert account.names('name:"jane"') == ["Mary"]
    assert account.names('name:"mary"') == []
    account.clock.advance_to(START + 120)
    assert account.names('name:"mary"') == ["Mary"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "asdf",
            (
                'We were unable to parse your search query. Try using the format `metadata["key"]:'
                '"value"` to query for metadata or key:"value" to query for other fields.'
            ),
        ),
        (
            'foo:"bar"',
            (
                "Field `foo` is an unsupported search field for resource `payment_intents`. See"
                " http://stripe.com/docs/search#query-fields-for-payment-intents for a list of"
                " supported fields."
            ),
        ),
        (
            'currency~"usd"',
            (
                "Field `currency` of resource `payment_intents` cannot be searched with the"
                " operator `~`. See"
                " http://stripe.com/docs/search#query-fields-for-payment-intents for a list of"
                " supported fields."
            ),
        ),
        ('amount>"lots"', "Field `amount` is numeric and cannot be compared with `lots`."),
        ('amount>"NaN"', "Field `amount` is numeric and cannot be compared with `NaN`."),
    ],
)
def test_what_is_refused(account: Account, query: str, message: str) -> None:
    error = account.search("payment_intents", query)["error"]
    assert error["message"] == message
    assert error["type"] == "invalid_request_error"


def test_a_substring_has_three_characters(account: Account) -> None:
    error = account.search("customers", 'name~"ja"')["error"]
    assert error["message"].endswith("must have at least 3 characters.")


@pytest.mark.parametrize("query", ["metadata:null", "amount>null", 'currency["a"]:"b"'])
def test_keys_and_nulls_have_their_places(account: Account, query: str) -> None:
    message = account.search("payment_intents", query)["error"]["message"]
    assert message.startswith("We were unable to parse your search query.")


def test_the_query_is_required(account: Account) -> None:
    error = account.call("GET", "/v1/customers/search")["error"]
    assert (error["code"], error["message"]) == (
        "parameter_missing",
        "Missing required param: query.",
    )


@pytest.mark.parametrize("page", ["", "x", "é", "MS4x", "LTEuMQ"])
def test_a_page_of_no_search_is_refused(account: Account, page: str) -> None:
    assert account.search("customers", 'name:"a"', page=page)["error"]["param"] == "page"


def test_a_page_belongs_to_its_query(account: Account) -> None:
    for number in range(3):
        account.customer(f"Jane {number}")
    page = account.search("customers", 'name:"jane"', limit=1)["next_page"]
    assert "error" in account.search("customers", 'name:"other"', page=page)


def test_limits_are_those_of_lists(account: Account) -> None:
    assert account.search("customers", 'name:"a"', limit=101)["error"]["param"] == "limit"
