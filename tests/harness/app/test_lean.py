"""The lean transport speaks HTTP/1.1 as servers on this machine do, and keeps its connections."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from harness.app.lean import LeanTransport
from harness.app.loops import OwnLoop
from harness.app.protocol import AppUnavailable, Request

ORIGIN = "http://app.carom.test"


@pytest.fixture
def loop() -> Iterator[OwnLoop]:
    own = OwnLoop()
    yield own
    own.close()


@contextmanager
def server(answers: Sequence[bytes], *, closes: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """Says the answers, one a request, on as many connections as it takes; closes each after its
    first answer if `closes`. Yields its URL and the requests that came.
    """
    came: list[bytes] = []
    left = list(answers)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while left:
            connection, _ = listening.accept()
            with connection:
                while left and (asked := connection.recv(65536)):
                    came.append(asked)
                    connection.sendall(left.pop(0))
                    if closes:
                        break

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", came
    finally:
        thread.join(5)
        listening.close()
        assert not thread.is_alive()


@pytest.fixture
def lean(loop: OwnLoop) -> Iterator[Callable[[str], LeanTransport]]:
    made: list[LeanTransport] = []

    def make(url: str, timeout: float = 5.0) -> LeanTransport:
        made.append(LeanTransport(url, "the app", timeout, loop))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nok"
CHUNKED = (
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"
)
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


def test_it_says_what_is_to_be_said_under_the_public_name(
    lean: Callable[[str], LeanTransport],
) -> None:
    with server([OK]) as (url, came):
        reply = lean(url).send(Request("POST", f"{ORIGIN}/a%20b?c=d", {"X-Y": "z"}, b"body"))
    (asked,) = came
    assert asked == (
        b"POST /a%20b?c=d HTTP/1.1\r\nHost: app.carom.test\r\nX-Y: z\r\n"
        b"Content-Length: 4\r\n\r\nbody"
    )
    assert (reply.status, reply.body, reply.url) == (200, b"ok", f"{ORIGIN}/a%20b?c=d")
    assert [value for name, value in reply.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_answers_come_one_after_the_other_on_one_connection(
    lean: Callable[[str], LeanTransport],
) -> None:
    with server([OK, CHUNKED, EMPTY, OK]) as (url, _):
        transport = lean(url)
        replies = [transport.send(Request("GET", f"{ORIGIN}/")) for _ in range(4)]
    assert [(each.status, each.body) for each in replies] == [
        (200, b"ok"),
        (201, b"abcd"),
        (204, b""),
        (200, b"ok"),
    ]


def test_a_connection_that_the_server_gave_up_is_replaced(
    lean: Callable[[str], LeanTransport],
) -> None:
    with server([OK, OK, OK], closes=True) as (url, came):
        transport = lean(url)
        assert [transport.send(Request("GET", f"{ORIGIN}/")).status for _ in range(3)] == [200] * 3
    assert len(came) == 3


def test_an_answer_may_be_waited_for_later(lean: Callable[[str], LeanTransport]) -> None:
    with server([OK]) as (url, _):
        assert lean(url).start(Request("GET", f"{ORIGIN}/")).result(5).status == 200


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"nonsense\r\n\r\n", "does not answer GET /x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "does not answer GET /x"),
    ],
)
def test_what_is_no_answer_is_said_so(
    lean: Callable[[str], LeanTransport], answer: bytes, says: str
) -> None:
    with (
        server([answer], closes=True) as (url, _),
        pytest.raises(AppUnavailable, match=says),
    ):
        lean(url).send(Request("GET", f"{ORIGIN}/x"))


def test_who_does_not_listen_and_who_does_not_answer_is_unavailable(
    lean: Callable[..., LeanTransport],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(AppUnavailable, match=r"the app does not answer GET /x in 0\.05 s"):
            lean(url, 0.05).send(Request("GET", f"{ORIGIN}/x"))
    with pytest.raises(AppUnavailable, match="the app does not answer GET /x"):
        lean(url).send(Request("GET", f"{ORIGIN}/x"))
