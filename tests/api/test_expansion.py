"""`expand[]` replaces references by what they name (docs.stripe.com/expand)."""

from __future__ import annotations

import pytest

from tests.api.shop import Shop


@pytest.fixture
def customer(shop: Shop) -> str:
    return shop.customer(name="Jenny")


def subscribe(shop: Shop, customer: str, *expand: str) -> object:
    pairs = [("customer", customer), *(("expand[]", path) for path in expand)]
    return shop.post("/v1/subscriptions", pairs).body


def refused(shop: Shop, path: str, *expand: str) -> str:
    reply = shop.get(path, [("expand[]", name) for name in expand])
    assert reply.status == 400
    message: str = reply.error["message"]
    return message


def test_a_reference_becomes_its_object(shop: Shop, customer: str) -> None:
    assert shop.post("/v1/subscriptions", {"customer": customer}).body["customer"] == customer
    reply = shop.post("/v1/subscriptions", {"customer": customer, "expand[0]": "customer"})
    assert reply.body["customer"]["name"] == "Jenny"


def test_expanding_changes_the_answer_only(shop: Shop, customer: str) -> None:
    subscribe(shop, customer, "customer")
    assert shop.world.find("subscription")[0]["customer"] == customer


def test_in_lists_behind_data(shop: Shop, customer: str) -> None:
    subscribe(shop, customer)
    pairs = [("customer", customer), ("expand[]", "data.customer")]
    (found,) = shop.get("/v1/subscriptions", pairs).body["data"]
    assert found["customer"]["name"] == "Jenny"
    assert refused(shop, "/v1/customers", "customer") == (
        "This property cannot be expanded (customer). You may want to try expanding"
        " 'data.customer' instead."
    )
    assert shop.get("/v1/customers", {"expand[]": "data"}).status == 200


def test_what_is_null_or_inline_stays(shop: Shop, customer: str) -> None:
    body = subscribe(shop, customer, "latest_invoice.payments", "items.data.price", "discounts")
    assert body == shop.world.find("subscription")[0]


def test_a_field_that_exists_only_when_asked_for(shop: Shop, customer: str) -> None:
    subscribe(shop, customer)
    assert "subscriptions" not in shop.get(f"/v1/customers/{customer}").body
    path = "subscriptions.data.customer"
    body = shop.get(f"/v1/customers/{customer}", {"expand[]": path}).body
    assert body["subscriptions"]["data"][0]["customer"]["id"] == customer


def test_a_deleted_object_is_a_stub(shop: Shop, customer: str) -> None:
    subscribe(shop, customer)
    shop.call("DELETE", f"/v1/customers/{customer}")
    pairs = [("customer", customer), ("expand[]", "data.customer.subscriptions")]
    (found,) = shop.get("/v1/subscriptions", pairs).body["data"]
    assert found["customer"] == {"id": customer, "object": "customer", "deleted": True}


@pytest.mark.parametrize("path", ["bogus", "id", "name.first", "metadata.bogus", "created"])
def test_what_is_no_reference(shop: Shop, customer: str, path: str) -> None:
    shown = path if path in ("bogus", "created", "id", "metadata.bogus") else "name"
    message = refused(shop, f"/v1/customers/{customer}", path)
    assert message == f"This property cannot be expanded ({shown})."


def test_four_levels_at_most(shop: Shop) -> None:
    deep = "data.source.payment_intent.customer.discount"
    reply = shop.get("/v1/customers", {"expand[]": deep})
    assert reply.error["code"] == "property_expansion_max_depth"
    assert "doc_url" not in reply.error
    assert reply.error["message"] == (
        f"You cannot expand more than 4 levels of a property. Property: {deep}"
    )
