"""A user's browser, as far as billing needs one: cookies, forms, redirects, links.

It walks between two public origins, the app's and Stripe's, and keeps each one's cookies apart.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from harness.app.cookies import Cookies
from harness.app.protocol import AppRefused, Reply, Request, Transport

_LONGEST_CHAIN = 10
_LONGEST_WORDS = 200


class Browser:
    """One user's browser. `routes` map a public origin to the transport that leads to it."""

    def __init__(self, routes: Mapping[str, Transport], headers: Mapping[str, str]) -> None:
        self._routes = routes
        self._headers = dict(headers)
        # A header of the app's own (`[sign_in] headers`) may be a cookie, and has the last word.
        self._says_cookie = any(name.lower() == "cookie" for name in headers)
        self._cookies = Cookies()

    def copy(self) -> Browser:
        """Another browser, which so far has seen the same."""
        twin = Browser(self._routes, self._headers)
        twin._cookies = self._cookies.copy()
        return twin

    def request(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        json: str | None = None,
        accept: str = "text/html",
    ) -> Reply:
        """Sends one request and takes its cookies; a redirect is an answer like any other."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        transport = self._routes.get(origin)
        if transport is None:
            known = " and ".join(sorted(self._routes))
            raise AppRefused(f"the app sent the browser to {url}; it may go to {known} only")
        headers = {"Accept": accept, **self._headers}
        body = b""
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        elif json is not None:
            headers["Content-Type"] = "application/json"
            body = json.encode()
        if method != "GET":
            # What browsers send with each unsafe request, and what an app may check against
            # forgery.
            headers["Origin"] = origin
        cookies = None if self._says_cookie else self._cookies.header(parts)
        if cookies is not None:
            headers["Cookie"] = cookies
        reply = transport.send(Request(method, url, headers, body))
        self._cookies.take(reply.headers, parts)
        return reply

    def visit(self, url: str) -> Reply:
        """Opens an address and follows redirects to where they end, as a person's browser does."""
        return self.follow(self.request("GET", url))

    def follow(self, reply: Reply) -> Reply:
        for _ in range(_LONGEST_CHAIN):
            target = redirect_target(reply)
            if target is None:
                return reply
            reply = self.request("GET", target)
        raise AppRefused(f"{reply.url} redirects without end")


def redirect_target(reply: Reply) -> str | None:
    """Where a redirect leads, as an absolute address; `None` when the reply is none."""
    location = reply.header("location")
    if location is None or not 300 <= reply.status < 400:
        return None
    return urljoin(reply.url, location)


def link(reply: Reply, rel: str) -> str | None:
    """The address of the page's first `<a rel="...">` of this kind, made absolute."""
    finder = _LinkFinder(rel)
    finder.feed(reply.text)
    return None if finder.href is None else urljoin(reply.url, finder.href)


def words_of(reply: Reply) -> str:
    """What an error page says: its `role="alert"`, else all its text, on one line and shortened."""
    found = re.search(r'role="alert"[^>]*>(.*?)</', reply.text, re.DOTALL)
    text = found.group(1) if found else re.sub(r"(?s)<(style|script|head).*?</\1>", " ", reply.text)
    plain = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return " ".join(plain.split())[:_LONGEST_WORDS]


class _LinkFinder(HTMLParser):
    def __init__(self, rel: str) -> None:
        super().__init__()
        self._rel = rel
        self.href: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and self.href is None and self._rel in (found.get("rel") or "").split():
            self.href = found.get("href")


__all__ = ["Browser", "link", "redirect_target"]
