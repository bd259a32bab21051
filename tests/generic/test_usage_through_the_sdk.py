"""Usage-based billing as the guide has it, with the real SDK.

docs.stripe.com/billing/subscriptions/usage-based/implementation-guide.
"""

from __future__ import annotations

import stripe

from simulator.engine import DAY
from tests.generic.account import KEY, Account
from tests.generic.test_through_the_sdk import InProcess


def test_usage_is_reported_in_every_way_and_invoiced_once(account: Account) -> None:
    http = InProcess(account)
    client = stripe.StripeClient(KEY, http_client=http)
    meter = client.v1.billing.meters.create(
        {
            "display_name": "Tokens",
            "event_name": "tokens",
            "default_aggregation": {"formula": "sum"},
        }
    )
    product = client.v1.products.create({"name": "Tokens"})
    price = client.v1.prices.create(
        {
            "product": product.id,
            "currency": "usd",
            "unit_amount": 400,
            "transform_quantity": {"divide_by": 10, "round": "up"},
            "recurring": {"interval": "month", "meter": meter.id, "usage_type": "metered"},
        }
    )
    customer = client.v1.customers.create()
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    subscription = client.v1.subscriptions.create(
        {
            "customer": customer.id,
            "items": [{"price": price.id}],
            "default_payment_method": card.id,
        }
    )
    assert subscription.latest_invoice is None

    def payload(value: str) -> dict[str, str]:
        return {"stripe_customer_id": customer.id, "value": value}

    event = client.v1.billing.meter_events.create(
        {"event_name": "tokens", "payload": payload("25")}
    )
    client.v1.billing.meter_event_adjustments.create(
        {"event_name": "tokens", "type": "cancel", "cancel": {"identifier": event.identifier}}
    )
    client.v2.billing.meter_events.create({"event_name": "tokens", "payload": payload("100")})
    session = client.v2.billing.meter_event_session.create()
    fast = stripe.StripeClient(session.authentication_token, http_client=http)
    fast.v2.billing.meter_event_stream.create(
        {"events": [{"event_name": "tokens", "payload": payload("1")}] * 3}
    )
    start = event.created // DAY * DAY
    span: stripe.params.billing.MeterEventSummaryListParams = {
        "customer": customer.id,
        "start_time": start,
        "end_time": start + DAY,
    }
    (summary,) = client.v1.billing.meters.event_summaries.list(meter.id, span).data
    assert summary.aggregated_value == 103
    account.world.run_until(account.world.now() + 32 * DAY)
    (invoice,) = client.v1.invoices.list({"subscription": subscription.id}).data
    (line,) = invoice.lines.data
    assert (invoice.status, invoice.amount_paid) == ("paid", 4400)
    assert (line.quantity, line.description) == (103, "103 × Tokens (at $4.00 per 10 / month)")
