"""The courier: carries one attempt over HTTP and tells what the endpoint said.

As Stripe does (docs.stripe.com/webhooks): a POST, no redirects followed, bad certificates refused,
and a bounded wait. It does not decide what is sent or when; the outbox and the pump do.
"""

from __future__ import annotations

import asyncio

import httpx

from simulator.delivery.deliveries import Answer
from simulator.delivery.outbox import Parcel

TIMEOUT = 20.0
"""Seconds to wait for an answer. Stripe does not document its own; reports range from 10 to 30."""

KEPT = 4096
"""Bytes of an answer's body that are kept to be read."""


class Courier:
    """Sends webhooks for all accounts, on one event loop.

    It speaks through the transport, below the HTTP client: that sends Stripe's headers and no
    others, follows nothing, and costs two thirds of the time.
    """

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self.timeout = timeout
        self._transport = httpx.AsyncHTTPTransport(
            trust_env=False,
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20),
        )

    async def close(self) -> None:
        await self._transport.aclose()

    async def send(self, parcel: Parcel) -> Answer:
        """One attempt. What the network or the endpoint did is the answer, never an exception."""
        try:
            async with asyncio.timeout(self.timeout):
                return await self._post(parcel)
        except TimeoutError:
            return Answer(None, f"no answer within {self.timeout:g} s")
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            return Answer(None, f"{_words(type(fault).__name__)}: {fault}".rstrip(": "))

    async def _post(self, parcel: Parcel) -> Answer:
        request = httpx.Request("POST", parcel.url, headers=parcel.headers, content=parcel.body)
        response = await self._transport.handle_async_request(request)
        try:
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) >= KEPT:
                    break
        finally:
            await response.aclose()
        return Answer(response.status_code, None, body[:KEPT].decode("utf-8", "replace"))


def _words(name: str) -> str:
    """`ConnectError` as `connect error`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
