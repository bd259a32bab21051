"""A browser's cookies go where RFC 6265 says, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from harness.app.cookies import Cookies

AT = "http://app.carom.test/account/settings"


def sent_to(url: str, *lines: str, at: str = AT) -> str | None:
    cookies = Cookies()
    cookies.take([("Set-Cookie", line) for line in lines], urlsplit(at))
    return cookies.header(urlsplit(url))


@pytest.mark.parametrize(
    ("line", "url", "sent"),
    [
        ("a=1; Path=/", "http://app.carom.test/", "a=1"),
        ("a=1; Path=/", "http://stripe.carom.test/", None),
        ("a=1", "http://app.carom.test/account/plans", "a=1"),
        ("a=1", "http://app.carom.test/", None),
        ("a=1; Path=/acc", "http://app.carom.test/account", None),
        ("a=1; Path=/; Domain=carom.test", "http://stripe.carom.test/", "a=1"),
        ("a=1; Path=/; Domain=other.test", "http://app.carom.test/", None),
        ("a=1; Path=/; Secure", "http://app.carom.test/", None),
        ("a=1; Path=/; Secure", "https://app.carom.test/", "a=1"),
        ("a=1; Path=/; Max-Age=60", "http://app.carom.test/", "a=1"),
        ("a=1; Path=/; Max-Age=0", "http://app.carom.test/", None),
        ("a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://app.carom.test/", None),
        ("a=1; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "http://app.carom.test/", "a=1"),
        ("a=b=c; Path=/; HttpOnly; SameSite=Lax", "http://app.carom.test/", "a=b=c"),
        ("nonsense", "http://app.carom.test/", None),
    ],
)
def test_a_cookie_goes_where_it_belongs(line: str, url: str, sent: str | None) -> None:
    assert sent_to(url, line) == sent


def test_a_newer_cookie_of_the_same_name_takes_the_place_of_the_older() -> None:
    assert sent_to("http://app.carom.test/", "a=1; Path=/", "a=2; Path=/") == "a=2"


def test_a_cookie_that_expires_is_gone() -> None:
    assert sent_to("http://app.carom.test/", "a=1; Path=/", "a=; Path=/; Max-Age=0") is None


def test_the_longest_path_comes_first() -> None:
    lines = "a=1; Path=/", "b=2; Path=/account"
    assert sent_to("http://app.carom.test/account/x", *lines) == "b=2; a=1"


def test_a_copy_goes_its_own_way() -> None:
    at = urlsplit(AT)
    first = Cookies()
    first.take([("set-cookie", "a=1; Path=/")], at)
    second = first.copy()
    second.take([("set-cookie", "a=2; Path=/")], at)
    assert (first.header(at), second.header(at)) == ("a=1", "a=2")
