"""The socket transport carries what it is given: cookies are each browser's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from harness.app.http import SocketTransport
from harness.app.protocol import Request

ORIGIN = "http://app.carom.test"


class SetsACookie(BaseHTTPRequestHandler):
    """Says which cookie came, and sets one."""

    def do_GET(self) -> None:
        came = (self.headers.get("Cookie") or "none").encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "session=ada; Path=/")
        self.send_header("Content-Length", str(len(came)))
        self.end_headers()
        self.wfile.write(came)

    def log_message(self, *_: object) -> None:
        """A quiet server."""


@pytest.fixture
def transport() -> Iterator[SocketTransport]:
    server = HTTPServer(("127.0.0.1", 0), SetsACookie)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    transport = SocketTransport(f"http://127.0.0.1:{server.server_port}", "the app")
    yield transport
    transport.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_cookie_that_one_visitor_got_goes_out_with_the_next(transport: SocketTransport) -> None:
    visits = [transport.send(Request("GET", f"{ORIGIN}/", {}, b"")) for _ in range(2)]
    assert [visit.body for visit in visits] == [b"none", b"none"]
    assert ("set-cookie", "session=ada; Path=/") in visits[0].headers
    own = transport.send(Request("GET", f"{ORIGIN}/", {"Cookie": "session=bob"}, b""))
    assert own.body == b"session=bob"
