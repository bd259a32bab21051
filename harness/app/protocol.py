"""What the harness asks of an app under test, and the values it gets back.

An app is what answers five questions over HTTP: how to act as one of its users, how to open
Stripe's portal, how to start Checkout, where its webhooks go, and where its entitlement can be
read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from harness.app.browser import Browser


class AppUnavailable(Exception):
    """The app does not start or does not answer: there is no verdict about it."""


class AppMismatch(AppUnavailable):
    """The app answered, but `carom.toml` does not describe the answer: it cannot be read, so there
    is no verdict. The message names the line.
    """


class AppRefused(Exception):
    """The app answered, but not with what `carom.toml` promises. This counts against the app.

    `status` is that of the answer, where it was the status that was not as promised.
    """

    def __init__(self, problem: str, status: int | None = None) -> None:
        super().__init__(problem)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request by its public address; `body` is sent as it is."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. `headers` keep their order and may repeat (`Set-Cookie` does)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    url: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


Exchange = tuple[Request, Reply]
"""What an app was asked, and what it answered."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a customer may use, in Carom's words. `None` means: not stated.

    `plan` is the name of a plan in `carom.toml`, or `"none"`; `status` is Stripe's word, or
    `"none"` without a subscription. Times are Unix seconds. As what an app *shows* a field can be
    missing because the app does not show it; as what is *expected* it can be missing because it is
    not judged. `granted` is how much of a counter was ever granted for payments. `seats` is what
    was bought of the plan, `limit` what one of the plan allows, `amount` what it costs each time,
    in the currency's smallest unit.
    """

    plan: str = "none"
    status: str | None = "none"
    access: bool = False
    winding_down: bool = False
    cancel_at_period_end: bool | None = None
    cancel_at: int | None = None
    period_end: int | None = None
    pending: bool | None = None
    granted: int | None = None
    seats: int | None = None
    limit: int | None = None
    amount: int | None = None

    @property
    def facts(self) -> tuple[object, ...]:
        """What a writer writes. `pending` is a remark about waiting, not an entitlement."""
        return (
            self.plan,
            self.status,
            self.access,
            self.winding_down,
            self.cancel_at_period_end,
            self.cancel_at,
            self.period_end,
        )

    def in_words(self) -> str:
        """`pro, active, access, winding down`: the whole of it without ids and times."""
        words = [self.plan if self.plan != "none" else "no plan"]
        if self.status not in (None, "none"):
            words.append(str(self.status))
        words.append("access" if self.access else "no access")
        if self.winding_down:
            words.append("winding down")
        if self.pending:
            words.append("pending")
        return ", ".join(words)


class Transport(Protocol):
    """Something that carries one request to one server: a socket, or an ASGI app in this
    process.
    """

    def send(self, request: Request) -> Reply:
        """The answer, or `AppUnavailable`. Redirects are not followed."""
        ...

    def close(self) -> None: ...


class App(Protocol):
    """The five questions, asked for one user at a time in that user's own browser."""

    def sign_up(self, user: str) -> Browser:
        """A new user of a new organisation, signed in."""
        ...

    def visitor(self) -> Browser:
        """A browser in which nobody is signed in."""
        ...

    def open_portal(self, browser: Browser, user: str, named: Mapping[str, str] = ...) -> str:
        """The address of a fresh portal session. `named` are fields that nobody asked for."""
        ...

    def start_checkout(self, browser: Browser, user: str, plan: str) -> str:
        """The address of a fresh Checkout session for the plan."""
        ...

    def receive(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Hands the app one webhook, as Stripe would: no cookies, no redirects followed."""
        ...

    def webhook(self, headers: Mapping[str, str], body: bytes) -> Request:
        """The request that hands it over."""
        ...

    def entitlement(self, browser: Browser) -> Entitlement: ...
