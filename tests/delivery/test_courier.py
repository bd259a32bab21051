"""What the courier reports of an endpoint, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from simulator.delivery import Answer, Courier, Parcel

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def courier_meets(speak: Speak, timeout: float = 5.0) -> Answer:
    """One attempt to a server on a free port that handles its connection with `speak`."""

    async def run() -> Answer:
        server = await asyncio.start_server(speak, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        parcel = Parcel("dlv_1", f"http://127.0.0.1:{port}/hook", {"X-One": "1"}, b"{}", 0)
        courier = Courier(timeout)
        answer = await courier.send(parcel)
        await courier.close()
        server.close()
        return answer

    return asyncio.run(run())


def replying(text: str) -> Speak:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n{}")
        writer.write(text.encode())
        await writer.drain()
        writer.close()

    return speak


def test_status_and_body_are_kept() -> None:
    assert courier_meets(
        replying("HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello")
    ) == Answer(201, None, "hello")


def test_stripes_headers_go_out_and_no_others() -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    courier_meets(listen)
    request, *headers = heard[0].decode().strip().split("\r\n")
    assert request == "POST /hook HTTP/1.1"
    assert {header.split(":")[0].lower() for header in headers} == {
        "host",
        "content-length",
        "x-one",
    }


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    reply = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    answer = courier_meets(replying(reply))
    assert answer.status == 307
    assert not answer.accepted


def test_an_endpoint_that_says_nothing_is_given_up_on() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    answer = courier_meets(silent, timeout=0.05)
    assert answer == Answer(None, "no answer within 0.05 s")


def test_an_endless_answer_is_cut() -> None:
    text = f"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{'x' * 99999}"
    answer = courier_meets(replying(text))
    assert answer.status == 200
    assert len(answer.body) == 4096


def test_a_connection_that_breaks_is_told_as_an_error() -> None:
    async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    answer = courier_meets(rude)
    assert answer.status is None
    assert answer.error


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://127.0.0.1/", "http://[broken"])
def test_where_nobody_listens_the_error_says_so(url: str) -> None:
    async def run() -> Answer:
        courier = Courier(5)
        answer = await courier.send(Parcel("dlv_1", url, {}, b"{}", 0))
        await courier.close()
        return answer

    answer = asyncio.run(run())
    assert answer.status is None
    assert answer.error
