"""The real SDK, asking for older versions as its older releases did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from simulator import Simulator, running
from tests.api.versions.till import FAMILIES


@pytest.fixture(scope="module")
def client() -> Iterator[stripe.StripeClient]:
    with running(Simulator()) as served:
        yield stripe.StripeClient(
            "sk_test_families", base_addresses={"api": served.url}, max_network_retries=0
        )


@pytest.fixture(scope="module")
def subscription(client: stripe.StripeClient) -> str:
    card = "pm_card_visa"
    product = client.v1.products.create({"name": "Gold"})
    price = client.v1.prices.create(
        {
            "product": product.id,
            "currency": "usd",
            "unit_amount": 2500,
            "recurring": {"interval": "month"},
        }
    )
    customer = client.v1.customers.create(
        {"payment_method": card, "invoice_settings": {"default_payment_method": card}}
    )
    made = client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    return made.id


@pytest.mark.parametrize("family", FAMILIES)
def test_one_subscription_read_under_each_family(
    client: stripe.StripeClient, subscription: str, family: str
) -> None:
    version = FAMILIES[family]
    seen = client.v1.subscriptions.retrieve(subscription, options={"stripe_version": version})
    found = seen.to_dict()
    item = found["items"]["data"][0]
    holder = found if family == "acacia" else item
    assert holder["current_period_end"] > holder["current_period_start"]
    assert ("current_period_end" in found) is (family == "acacia")
    assert ("current_period_end" in item) is (family != "acacia")
    assert seen.last_response is not None
    assert seen.last_response.headers["Stripe-Version"] == version


def test_a_client_of_an_old_version_follows_the_old_links(
    client: stripe.StripeClient, subscription: str
) -> None:
    seen = client.v1.subscriptions.retrieve(
        subscription,
        {"expand": ["latest_invoice.payment_intent"]},
        {"stripe_version": FAMILIES["acacia"]},
    ).to_dict()
    assert seen["latest_invoice"]["payment_intent"]["status"] == "succeeded"
    assert seen["latest_invoice"]["subscription"] == subscription
