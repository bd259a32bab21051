"""A simulator in this process, called as ASGI without a socket or a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from simulator import Simulator

KEY = "sk_test_bench"
FORM = b"application/x-www-form-urlencoded"
CUSTOMER = "email=jenny.rosen%40example.com&name=Jenny+Rosen&metadata[order_id]=6735"
"""The form of the customer that every section creates."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


class Shop:
    """One simulator and one key."""

    def __init__(self, simulator: Simulator | None = None) -> None:
        self.simulator = simulator or Simulator(clock="virtual")

    async def call(self, method: str, target: str, form: str = "") -> Reply:
        """`target` is path and query; `form` is an encoded body."""
        path, _, query = target.partition("?")
        body = form.encode()
        headers = [
            (b"host", b"stripe.test"),
            (b"user-agent", b"Stripe/v1 PythonBindings/16.1.0"),
            (b"accept", b"*/*"),
            (b"authorization", f"Bearer {KEY}".encode()),
            (b"content-type", FORM),
            (b"content-length", str(len(body)).encode()),
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.simulator(scope, receive, send)
        answered = b"".join(message.get("body", b"") for message in sent[1:])
        told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], told, answered)

    async def make(self, path: str, form: str) -> dict[str, Any]:
        """What a POST made; a refusal is a fault of the benchmark."""
        reply = await self.call("POST", f"/v1/{path}", form)
        assert reply.status == 200, reply.body.decode()
        made: dict[str, Any] = orjson.loads(reply.body)
        return made

    async def plan(self) -> str:
        product = await self.make("products", "name=Carom+Pro")
        form = f"product={product['id']}&currency=usd&unit_amount=2500&recurring[interval]=month"
        return str((await self.make("prices", form))["id"])

    async def payer(self) -> str:
        """A customer with a card that pays."""
        customer = str((await self.make("customers", CUSTOMER))["id"])
        card = await self.make("payment_methods/pm_card_visa/attach", f"customer={customer}")
        await self.make(
            f"customers/{customer}", f"invoice_settings[default_payment_method]={card['id']}"
        )
        return customer
