"""What the courier reports of an endpoint, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from simulator.delivery import Answer, Courier, Parcel, connection
from simulator.delivery.courier import place_of

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


@pytest.mark.parametrize(
    "reply",
    [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ],
    ids=["in chunks", "until the connection ends", "in HTTP/1.0", "after an interim answer"],
)
def test_however_the_body_ends_it_is_read(reply: str) -> None:
    assert courier_meets(replying(reply)) == Answer(200, None, "hello")


@pytest.mark.parametrize(
    "reply",
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
        "HTTP/1.1 200 OK\r\nConte",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ],
    ids=["cut body", "cut chunk", "cut heading", "no HTTP"],
)
def test_an_answer_that_is_not_whole_is_an_error(reply: str) -> None:
    answer = courier_meets(replying(reply))
    assert answer.status is None
    assert answer.error


def test_an_answer_without_a_body_is_whole() -> None:
    assert courier_meets(replying("HTTP/1.1 204 No Content\r\n\r\n")) == Answer(204, None, "")


class Host:
    """Answers 200 to every request, and counts the connections it came by."""

    def __init__(self, headers: str = "") -> None:
        self.connections = 0
        self.ends: list[asyncio.Event] = []
        self._reply = f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{headers}\r\nok".encode()

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.ends.append(end := asyncio.Event())
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n{}")
                writer.write(self._reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            await writer.wait_closed()
        end.set()


def attempts(host: Host, count: int, *, at_once: bool = False) -> list[Answer]:
    async def run() -> list[Answer]:
        server = await asyncio.start_server(host.speak, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        courier = Courier(5)
        sent = [
            courier.send(Parcel("dlv_1", f"http://127.0.0.1:{port}/{number}", {}, b"{}", 0))
            for number in range(count)
        ]
        answers = await asyncio.gather(*sent) if at_once else [await attempt for attempt in sent]
        await courier.close()
        for end in host.ends:
            await end.wait()
        server.close()
        return answers

    return asyncio.run(run())


def test_one_connection_takes_one_attempt_after_the_other() -> None:
    host = Host()
    assert attempts(host, 5) == [Answer(200, None, "ok")] * 5
    assert host.connections == 1


def test_attempts_at_the_same_time_have_connections_of_their_own() -> None:
    host = Host()
    assert attempts(host, 3, at_once=True) == [Answer(200, None, "ok")] * 3
    assert host.connections == 3


def test_a_connection_that_the_endpoint_closes_is_not_used_again() -> None:
    host = Host("Connection: close\r\n")
    assert attempts(host, 2) == [Answer(200, None, "ok")] * 2
    assert host.connections == 2


def test_a_connection_that_was_idle_for_long_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "FRESH", 0.0)
    host = Host()
    assert attempts(host, 2) == [Answer(200, None, "ok")] * 2
    assert host.connections == 2


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


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "ftp://127.0.0.1/", "http://[broken", "https://127.0.0.1:1/"]
)
def test_where_nobody_listens_the_error_says_so(url: str) -> None:
    async def run() -> Answer:
        courier = Courier(5)
        answer = await courier.send(Parcel("dlv_1", url, {}, b"{}", 0))
        await courier.close()
        return answer

    answer = asyncio.run(run())
    assert answer.status is None
    assert answer.error


@pytest.mark.parametrize(
    ("url", "opening"),
    [
        ("http://a.test", "POST / HTTP/1.1\r\nHost: a.test\r\n"),
        ("https://a.test:8443/x?y=1&z", "POST /x?y=1&z HTTP/1.1\r\nHost: a.test:8443\r\n"),
        ("http://[::1]:80/a b#c", "POST /a%20b HTTP/1.1\r\nHost: [::1]:80\r\n"),
        ("http://user:word@bücher.test/ü", "POST /%C3%BC HTTP/1.1\r\nHost: xn--bcher-kva.test\r\n"),
    ],
)
def test_a_request_begins_as_its_url_says(url: str, opening: str) -> None:
    assert place_of(url).opening == opening
