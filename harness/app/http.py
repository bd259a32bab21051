"""The socket transport: one server's HTTP, by its real address.

The harness speaks in public origins (`http://app.carom.test`), which are the same in each run; a
transport knows where such an origin really listens. Redirects are decisions of the browser, not of
the transport, so none is followed here.
"""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

import httpx

from harness.app.protocol import AppUnavailable, Reply, Request


class SocketTransport:
    """Sends requests for one public origin to `url`, the real one; `called` names the server in
    errors.
    """

    def __init__(self, url: str, called: str, timeout: float = 30.0) -> None:
        self._called = called
        # Proxies and .netrc of the machine have no say in what goes to the loopback interface.
        # Cookies are each browser's own: a jar that keeps none, or a stranger would be signed in.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        self._client = httpx.Client(
            base_url=url, trust_env=False, timeout=timeout, cookies=no_cookies
        )

    def send(self, request: Request) -> Reply:
        parts = urlsplit(request.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Host": parts.netloc, **request.headers}
        try:
            answer = self._client.request(
                request.method, target or "/", headers=headers, content=request.body
            )
        except httpx.TransportError as fault:
            problem = f"{self._called} does not answer {request.method} {parts.path}: {fault}"
            raise AppUnavailable(problem) from fault
        return Reply(
            answer.status_code, tuple(answer.headers.multi_items()), answer.content, request.url
        )

    def close(self) -> None:
        self._client.close()
