"""Faults on request: what Stripe answers on a bad day, when a test wants one.

The next calls of an account (of some method and path, if so asked) are rate limited
(docs.stripe.com/rate-limits), find their object locked, get a 500 or 503, or are answered late.
Stripe checks the rate before all else but the key, and stores none of these answers under the
idempotency key, except a 500 after the endpoint executed (docs.stripe.com/error-low-level).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

from simulator.api.wire import Answer, Headers
from simulator.contract import StripeError

Kind = Literal[
    "rate_limit", "lock_timeout", "server_error", "server_error_after", "unavailable", "delay"
]
Reason = Literal[
    "global-rate",
    "endpoint-rate",
    "global-concurrency",
    "endpoint-concurrency",
    "resource-specific",
]

RATE_LIMIT = (
    "Testmode request rate limit exceeded, the rate limits in testmode are lower than livemode. You"
    " can learn more about rate limits here https://stripe.com/docs/rate-limits."
)
LOCK_TIMEOUT = (
    "This object cannot be accessed right now because another API request or Stripe process is"
    " currently accessing it. If you see this error intermittently, retry the request. If you see"
    " this error frequently and are making multiple concurrent requests to a single object, make"
    " your requests serially or at a lower rate."
)
SERVER_ERROR = "An unknown error occurred"  # a text of our choice: Stripe's are free
UNAVAILABLE = (
    b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
    b"<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the next `times` calls meet.

    `method` and `path` (a pattern: `/v1/customers*`) say which calls; null means any. `reason` is
    the limiter of a `rate_limit`; `seconds` is how late a `delay` makes the answer, in wall time:
    the call executes at once. `server_error_after` executes and keeps the effects.
    """

    kind: Kind
    times: int = 1
    method: str | None = None
    path: str | None = None
    reason: Reason = "global-rate"
    seconds: float = 0.0

    def meets(self, method: str, path: str) -> bool:
        return self.method in (None, method) and (self.path is None or fnmatchcase(path, self.path))

    @property
    def headers(self) -> Headers:
        """Those that the answer has besides the usual ones."""
        if self.kind == "rate_limit":
            return ("Stripe-Rate-Limited-Reason", self.reason), ("Stripe-Should-Retry", "false")
        return (("Stripe-Should-Retry", "true"),) if self.kind == "lock_timeout" else ()

    def before(self) -> None:
        """Refuse a call that is not to execute."""
        if self.kind in _REFUSALS:
            raise Refused(*_REFUSALS[self.kind])

    def after(self) -> None:
        """Refuse a call that has executed."""
        if self.kind == "server_error_after":
            raise StripeError(SERVER_ERROR, status=500, type="api_error")


class Refused(StripeError):
    """A call that met a fault before it executed."""

    executed = False

    def __init__(self, status: int, message: str, type: str, code: str | None = None) -> None:
        super().__init__(message, status=status, type=type, code=code)


_REFUSALS: Mapping[Kind, tuple[int, str, str, str | None]] = {
    "rate_limit": (429, RATE_LIMIT, "invalid_request_error", "rate_limit"),
    "lock_timeout": (429, LOCK_TIMEOUT, "invalid_request_error", "lock_timeout"),
    "server_error": (500, SERVER_ERROR, "api_error", None),
    "unavailable": (503, SERVER_ERROR, "api_error", None),
}


def unavailable() -> Answer:
    """A 503 as Stripe's edge sends one: HTML, and no request id. The body is a choice of ours."""
    return Answer(503, (("Content-Type", "text/html"),), UNAVAILABLE)


class Faults:
    """The faults that wait in one account, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.waiting: tuple[Fault, ...] = ()

    def add(self, fault: Fault) -> None:
        self.waiting = (*self.waiting, fault)

    def clear(self) -> None:
        self.waiting = ()

    def meet(self, method: str, path: str) -> Fault | None:
        """The first that a call meets; it waits one time less."""
        for place, fault in enumerate(self.waiting):
            if fault.meets(method, path):
                left = (replace(fault, times=fault.times - 1),) if fault.times > 1 else ()
                self.waiting = self.waiting[:place] + left + self.waiting[place + 1 :]
                return fault
        return None
