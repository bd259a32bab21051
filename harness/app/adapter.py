"""The app under test as `carom.toml` describes it: the five questions, over any transport."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlencode

from harness.app.answers import address, entitlement
from harness.app.browser import Browser, redirect_target, words_of
from harness.app.config import Call, Config
from harness.app.placeholders import fill, fill_all
from harness.app.protocol import AppRefused, Entitlement, Reply, Request, Transport

NOTHING_MORE: Mapping[str, str] = MappingProxyType({})


class ConfiguredApp:
    """Asks one running app. `transport` leads to it, `routes` to all public origins a browser may
    open.
    """

    def __init__(
        self,
        config: Config,
        origin: str,
        transport: Transport,
        routes: Mapping[str, Transport],
    ) -> None:
        self._config = config
        self._origin = origin
        self._transport = transport
        self._routes = routes
        self._first = True

    def sign_up(self, user: str) -> Browser:
        """A new user with an organisation of their own, signed in."""
        call = self._config.sign_up
        values = _user_values(user)
        browser = Browser(self._routes, fill_all(call.headers, values))
        if call.path:
            reply = self._ask(browser, call, values, accept="text/html")
            if reply.status >= 400:
                raise AppRefused(f"sign-up: {_told(call.method, call.path, reply)}", reply.status)
            browser.follow(reply)
        return browser

    def visitor(self) -> Browser:
        return Browser(self._routes, {})

    def open_portal(
        self, browser: Browser, user: str, named: Mapping[str, str] = NOTHING_MORE
    ) -> str:
        call = _with_fields(self._config.portal, named)
        return self._hand_off(browser, "portal", call, _user_values(user))

    def start_checkout(self, browser: Browser, user: str, plan: str) -> str:
        values = {**_user_values(user), "plan": plan}
        values["lookup_key"] = self._config.plans[plan].lookup_key
        return self._hand_off(browser, "checkout", self._config.checkout, values)

    def receive(self, headers: Mapping[str, str], body: bytes) -> Reply:
        return self._transport.send(self.webhook(headers, body))

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Request:
        return Request("POST", self._origin + self._config.webhook_path, headers, body)

    def entitlement(self, browser: Browser) -> Entitlement:
        view = self._config.entitlement
        reply = browser.request("GET", self._origin + view.path, accept="application/json")
        if not reply.ok:
            problem = f"reading the entitlement: {_told('GET', view.path, reply)}"
            raise AppRefused(problem, reply.status)
        first, self._first = self._first, False
        return entitlement(self._config, reply, first=first)

    def _hand_off(self, browser: Browser, table: str, call: Call, values: Mapping[str, str]) -> str:
        """The address of Stripe's page that the app sends its user to: in its JSON, or as a
        redirect.
        """
        reply = self._ask(browser, call, values, accept="application/json")
        target = redirect_target(reply)
        if target is not None:
            return target
        if not reply.ok:
            raise AppRefused(_told(call.method, call.path, reply), reply.status)
        return address(self._config, reply, f"{call.method} {call.path}", table, call.url)

    def _ask(self, browser: Browser, call: Call, values: Mapping[str, str], accept: str) -> Reply:
        return browser.request(
            call.method,
            self._origin + fill(call.path, values),
            form=fill_all(call.form, values)
            if call.json is None and call.method != "GET"
            else None,
            json=None if call.json is None else fill(call.json, values),
            accept=accept,
        )


def _user_values(user: str) -> dict[str, str]:
    return {
        "user": user,
        "email": f"{user}@customer.test",
        "password": f"correct horse {user}",
        "organisation": f"{user.capitalize()} Ltd",
    }


def _with_fields(call: Call, more: Mapping[str, str]) -> Call:
    """The same request with fields that `carom.toml` does not speak of."""
    if not more:
        return call
    if call.method == "GET":
        return replace(call, path=f"{call.path}{'&' if '?' in call.path else '?'}{urlencode(more)}")
    if call.json is not None:
        return replace(call, json=json.dumps({**json.loads(call.json), **more}))
    return replace(call, form={**call.form, **more})


def _told(method: str, path: str, reply: Reply) -> str:
    return f"the app answered {method} {path} with {reply.status}: {words_of(reply)}"
