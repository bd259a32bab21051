"""The in-process transport: one ASGI app, called without a socket, for the whole of its
lifespan.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from harness.app.asgi import AsgiTransport
from harness.app.browser import Browser, link, redirect_target
from harness.app.protocol import AppRefused, AppUnavailable, Request

ORIGIN = "http://app.carom.test"


@contextmanager
def serving(app: Any) -> Iterator[AsgiTransport]:
    transport = AsgiTransport(app, timeout=5)
    try:
        yield transport
    finally:
        transport.close()


async def plain(scope: Any, receive: Any, send: Any) -> None:
    """An app without lifespan that echoes, sets a cookie, and redirects from /away to /here."""
    if scope["type"] != "http":
        return
    headers = {key.decode(): value.decode() for key, value in scope["headers"]}
    body = (await receive())["body"]
    if scope["path"] == "/away":
        location = [(b"location", b"/here"), (b"set-cookie", b"seen=yes; Path=/; HttpOnly")]
        await send({"type": "http.response.start", "status": 303, "headers": location})
        await send({"type": "http.response.body", "body": b""})
        return
    told = f"{scope['method']} {scope['path']}?{scope['query_string'].decode()} {body.decode()} "
    told += f"cookie={headers.get('cookie')} origin={headers.get('origin')} host={headers['host']}"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": told.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b".", "more_body": False})


def test_a_request_reaches_the_app_and_its_answer_comes_back() -> None:
    with serving(plain) as transport:
        reply = transport.send(Request("POST", f"{ORIGIN}/a%20b?c=d", {}, b"hello"))
    assert reply.status == 200
    assert reply.text == "POST /a b?c=d hello cookie=None origin=None host=app.carom.test."


def test_a_browser_keeps_cookies_follows_redirects_and_names_its_origin() -> None:
    with serving(plain) as transport:
        browser = Browser({ORIGIN: transport}, {})
        assert redirect_target(browser.request("GET", f"{ORIGIN}/away")) == f"{ORIGIN}/here"
        page = browser.visit(f"{ORIGIN}/away")
        posted = browser.request("POST", f"{ORIGIN}/form", form={"a": "b c"})
    assert "GET /here" in page.text
    assert "cookie=seen=yes origin=None" in page.text
    assert "a=b+c cookie=seen=yes origin=http://app.carom.test" in posted.text


def test_cookies_of_one_origin_do_not_go_to_another() -> None:
    stripe = "http://stripe.carom.test"
    with serving(plain) as transport:
        browser = Browser({ORIGIN: transport, stripe: transport}, {})
        browser.visit(f"{ORIGIN}/away")
        assert "cookie=None" in browser.visit(f"{stripe}/page").text


def test_an_address_elsewhere_is_the_apps_fault() -> None:
    browser = Browser({}, {})
    with pytest.raises(AppRefused, match=r"the app sent the browser to https://evil\.test/"):
        browser.visit("https://evil.test/")


def test_the_lifespan_is_lived_from_startup_to_shutdown() -> None:
    lived: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while scope["type"] == "lifespan":
            message = (await receive())["type"]
            lived.append(message)
            await send({"type": f"{message}.complete"})
            if message == "lifespan.shutdown":
                return

    with serving(app):
        assert lived == ["lifespan.startup"]
    assert lived == ["lifespan.startup", "lifespan.shutdown"]


def test_a_startup_that_fails_is_told() -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(AppUnavailable, match="the app's startup failed: no database"):
        AsgiTransport(app, timeout=5)


def test_a_link_is_found_by_its_relation_and_made_absolute() -> None:
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            page = b'<a href="/x">no</a><a rel="noopener return" href="/back?a=1&amp;b=2">back</a>'
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": page})

    with serving(app) as transport:
        page = transport.send(Request("GET", f"{ORIGIN}/p"))
    assert link(page, "return") == f"{ORIGIN}/back?a=1&b=2"
    assert link(page, "cancel") is None
