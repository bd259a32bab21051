"""The app under test as `carom.toml` describes it: the five questions, over any transport."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.app.browser import Browser, redirect_target, words_of
from harness.app.config import Call, Config
from harness.app.placeholders import fill, fill_all
from harness.app.protocol import AppRefused, Entitlement, Reply, Request, Transport


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

    def open_portal(self, browser: Browser, user: str) -> str:
        return self._hand_off(browser, self._config.portal, _user_values(user))

    def start_checkout(self, browser: Browser, user: str, plan: str) -> str:
        values = {**_user_values(user), "plan": plan}
        values["lookup_key"] = self._config.plans[plan].lookup_key
        return self._hand_off(browser, self._config.checkout, values)

    def receive(self, headers: Mapping[str, str], body: bytes) -> Reply:
        url = self._origin + self._config.webhook_path
        return self._transport.send(Request("POST", url, headers, body))

    def entitlement(self, browser: Browser) -> Entitlement:
        view = self._config.entitlement
        reply = browser.request("GET", self._origin + view.path, accept="application/json")
        if not reply.ok:
            problem = f"reading the entitlement: {_told('GET', view.path, reply)}"
            raise AppRefused(problem, reply.status)
        shown = _json(reply, f"GET {view.path}")
        found = {name: _at(shown, pointer) for name, pointer in view.pointers.items()}
        return self._in_our_words(found)

    def _in_our_words(self, found: Mapping[str, Any]) -> Entitlement:
        view, plans = self._config.entitlement, self._config.plans
        words = {plan.shown_as: name for name, plan in plans.items()} | dict(view.plans)
        plan = _word(found["plan"])
        status = _word(found["status"]) if "status" in found else None
        flag, cancel_at = found.get("cancel_at_period_end"), found.get("cancel_at")
        winding_down = bool(found.get("winding_down", flag or cancel_at is not None))
        return Entitlement(
            plan=words.get(plan, plan),
            status=None if status is None else view.statuses.get(status, status),
            access=found["access"] is True,
            winding_down=winding_down,
            cancel_at_period_end=None if flag is None else bool(flag),
            cancel_at=cancel_at,
            period_end=found.get("period_end"),
            pending=None if found.get("pending") is None else bool(found["pending"]),
        )

    def _hand_off(self, browser: Browser, call: Call, values: Mapping[str, str]) -> str:
        """The address of Stripe's page that the app sends its user to: in its JSON, or as a
        redirect.
        """
        reply = self._ask(browser, call, values, accept="application/json")
        target = redirect_target(reply)
        if target is not None:
            return target
        if not reply.ok:
            raise AppRefused(_told(call.method, call.path, reply), reply.status)
        url = _at(_json(reply, f"{call.method} {call.path}"), call.url)
        if not isinstance(url, str):
            problem = f"has no address at {call.url}"
            raise AppRefused(
                f"the answer to {call.method} {call.path} {problem}: {reply.text[:200]}"
            )
        return url

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


def _word(value: Any) -> str:
    """An app's word for a plan or a status; JSON null is the word `none`."""
    return "none" if value is None else str(value)


def _json(reply: Reply, called: str) -> Any:
    try:
        return json.loads(reply.body)
    except ValueError as fault:
        raise AppRefused(f"the answer to {called} is no JSON: {reply.text[:200]!r}") from fault


def _at(value: Any, pointer: str) -> Any:
    """The value a JSON pointer (RFC 6901) leads to, or `None` where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def _told(method: str, path: str, reply: Reply) -> str:
    return f"the app answered {method} {path} with {reply.status}: {words_of(reply)}"
