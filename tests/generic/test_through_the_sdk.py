"""The real SDK takes every answer for Stripe's, and raises its own classes for each refusal."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from simulator.api import Request
from simulator.contract import route_table
from tests.generic.account import KEY, Account
from tests.generic.test_every_route import Walk


class InProcess(stripe.HTTPClient):
    """Sends what the SDK says to an account in this process."""

    name = "in process"

    def __init__(self, account: Account) -> None:
        super().__init__()
        self._account = account

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        parts = urlsplit(url)
        named = {name.lower(): value for name, value in (headers or {}).items()}
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        answer = self._account.api.answer(
            Request(method.upper(), parts.path, parts.query, named, body)
        )
        return answer.body, answer.status, dict(answer.headers)

    def request_stream(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[BytesIO, int, Mapping[str, str]]:
        body, status, answered = self.request(method, url, headers, post_data)
        return BytesIO(body), status, answered

    def close(self) -> None:
        pass


@pytest.fixture
def client(account: Account) -> stripe.StripeClient:
    return stripe.StripeClient(KEY, http_client=InProcess(account))


def test_every_endpoint_answers_the_sdk() -> None:
    walk = Walk()
    client = stripe.StripeClient(KEY, http_client=InProcess(walk.account))
    for route in route_table().routes:
        if route.result == "Any":  # a file: the SDK streams it
            continue
        path = walk.path(route)
        if route.method == "GET" and walk.replies[route.key].status == 200:
            params = walk.asked[route.key]
            answer = walk.account.call("GET", path, params)
            if answer.status == 200:  # and not deleted since
                read = client.raw_request("get", path, **params)
                mode: Any = "V2" if path.startswith("/v2/") else "V1"
                assert isinstance(client.deserialize(read, api_mode=mode), stripe.StripeObject)


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("get", "/v1/nothing", stripe.InvalidRequestError),
        ("get", "/v1/customers/", stripe.InvalidRequestError),
        ("delete", "/v1/payouts", stripe.InvalidRequestError),
        ("get", "/v1/payouts/po_1", stripe.InvalidRequestError),
        ("post", "/v1/payouts/po_1/cancel", stripe.InvalidRequestError),
        ("get", "/v1/issuing/cards/ic_1", stripe.InvalidRequestError),
        ("get", "/v1/customers/cus_1/tax_ids", stripe.InvalidRequestError),
        ("get", "/v2/core/event_destinations/ed_1", stripe.InvalidRequestError),
        ("get", "/v2/core/nothing", stripe.InvalidRequestError),
    ],
)
def test_what_does_not_exist_raises_the_sdks_own_class(
    client: stripe.StripeClient, method: str, path: str, kind: type[stripe.StripeError]
) -> None:
    with pytest.raises(kind) as refused:
        client.raw_request(method, path)
    assert refused.value.http_status == 404


def test_a_bad_key_raises_the_sdks_own_class(account: Account) -> None:
    client = stripe.StripeClient("nonsense", http_client=InProcess(account))
    with pytest.raises(stripe.AuthenticationError):
        client.v1.payouts.list()


def test_services_of_v1_work_as_methods(client: stripe.StripeClient) -> None:
    rate = client.v1.tax_rates.create(
        {"display_name": "VAT", "percentage": 19.0, "inclusive": True, "jurisdiction": "DE"}
    )
    assert (rate.active, rate.percentage) == (True, 19.0)
    changed = client.v1.tax_rates.update(rate.id, {"active": False})
    assert changed.active is False
    assert [each.id for each in client.v1.tax_rates.list({"active": False})] == [rate.id]
    assert client.v1.tax_rates.list({"active": True}).data == []


def test_services_of_v2_work_as_methods(client: stripe.StripeClient) -> None:
    made = [
        client.v2.core.event_destinations.create(
            {
                "name": f"destination {number}",
                "type": "webhook_endpoint",
                "event_payload": "thin",
                "enabled_events": ["v1.customer.created"],
                "webhook_endpoint": {"url": "https://example.com"},
            }
        ).id
        for number in range(5)
    ]
    pages = client.v2.core.event_destinations.list({"limit": 2}).auto_paging_iter()
    assert [each.id for each in pages] == made[::-1]
    assert client.v2.core.event_destinations.disable(made[0]).status == "disabled"
    assert client.v2.core.event_destinations.delete(made[0]).id == made[0]
    with pytest.raises(stripe.InvalidRequestError) as gone:
        client.v2.core.event_destinations.retrieve(made[0])
    assert gone.value.code == "not_found"


def test_a_file_can_be_uploaded(client: stripe.StripeClient) -> None:
    content = BytesIO(b"%PDF-1.4 evidence")
    content.name = "evidence.pdf"
    uploaded = client.v1.files.create({"purpose": "dispute_evidence", "file": content})
    assert (uploaded.filename, uploaded.size, uploaded.type) == ("evidence.pdf", 17, "pdf")
    assert client.v1.files.retrieve(uploaded.id).purpose == "dispute_evidence"


def test_a_pdf_is_streamed(client: stripe.StripeClient) -> None:
    quote = client.v1.quotes.create({})
    assert client.v1.quotes.pdf(quote.id).io.read(8) == b"%PDF-1.4"
