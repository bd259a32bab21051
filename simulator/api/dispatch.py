"""From a request to an answer, checked in Stripe's order (docs.stripe.com/error-low-level).

The key first, then the version, the endpoint, the idempotency key, the parameters, and only then
the endpoint executes, in one transaction of the World together with the rendering of its answer.
The dispatcher knows no endpoint: handlers come in a table keyed by the SDK's method and path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.api.accounts import Accounts
from simulator.api.books import Books, Shelf
from simulator.api.errors import NOT_SIMULATED, refusal
from simulator.api.expansion import Expansion, Includable, tree_of
from simulator.api.forms import decode
from simulator.api.idempotency import Stored
from simulator.api.keys import key_of
from simulator.api.pagination import PARAMETERS, Page, listed, listed_values, page_of
from simulator.api.render import render
from simulator.api.versions import notice
from simulator.api.wire import ALWAYS, Answer, Headers, Request
from simulator.billing.call import Call, Embedded, Handler, Listing
from simulator.contract import (
    NotSimulated,
    ParameterError,
    Route,
    StripeError,
    Unauthorized,
    UnknownRoute,
    accept,
    parameters,
    route_table,
)
from simulator.engine import API_VERSION, Obj, RequestInfo, World

MADE_UP = re.compile(r"(?:stripe-node-retry-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MUTATING = frozenset({"POST", "DELETE"})
WRONG_CONTENT_TYPE = (
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If"
    " you have any questions, we can help at https://support.stripe.com/."
)


@dataclass(slots=True)
class Exchange:
    """One authenticated request on its way to its answer."""

    request: Request
    world: World
    books: Books
    id: str
    idempotency_key: str | None
    params: dict[str, Any] = field(default_factory=dict)  # as they came, for the log
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of an endpoint. `executed_by` is the request that executed, if any did."""

    status: int
    body: bytes
    executed_by: str | None
    replayed: bool = False


def _nothing(_world: World) -> None:
    """What happens after a mutating request if the composition root wants nothing."""


class StripeApi:
    """Stripe's API over the worlds of `accounts`, as a function from a request to an answer.

    `on_answered` is called with the World after each POST and DELETE whose key was good.
    """

    def __init__(
        self,
        accounts: Accounts,
        handlers: Mapping[str, Handler],
        includable: Includable,
        on_answered: Callable[[World], None] = _nothing,
    ) -> None:
        self.accounts = accounts
        self._handlers = handlers
        self._includable = includable
        self._on_answered = on_answered
        self._routes = route_table()
        self._shelf = Shelf()

    def books(self, world: World) -> Books:
        """The request log and the idempotency keys of a world."""
        return self._shelf.of(world)

    def answer(self, request: Request) -> Answer:
        """Carry out one request."""
        try:
            key = key_of(request.headers)
        except Unauthorized as error:
            refused = refusal(error)
            return Answer(refused.status, ALWAYS + refused.headers, refused.body)
        exchange = self._exchange(request, self.accounts.open(key))
        at = exchange.world.now()
        try:
            outcome = self._outcome(exchange)
        except StripeError as error:
            outcome = self._refused(exchange, error)
        exchange.books.log(
            id=exchange.id,
            method=request.method,
            path=request.path,
            params=exchange.params,
            status=outcome.status,
            idempotency_key=exchange.idempotency_key,
            at=at,
        )
        if request.method in MUTATING:
            self._on_answered(exchange.world)
        return Answer(outcome.status, ALWAYS + _headers(exchange, outcome), outcome.body)

    def _exchange(self, request: Request, world: World) -> Exchange:
        books = self._shelf.of(world)
        idempotency_key = request.headers.get("idempotency-key")
        if request.method == "POST" and idempotency_key is None:
            idempotency_key = books.ids.uuid()
        return Exchange(request, world, books, books.ids.request(), idempotency_key)

    def _outcome(self, exchange: Exchange) -> Outcome:
        request, world = exchange.request, exchange.world
        exchange.notice = notice(request.headers.get("stripe-version"))
        _check_account(request.headers.get("stripe-account"), world)
        found = self._routes.match(request.method, request.path)
        if found is None:
            raise UnknownRoute(request.method, request.path)
        route, placeholders = found
        handler = self._handlers.get(route.key)
        if handler is None:
            raise NotSimulated(route.method, route.path)
        exchange.params = decode(request.query, _form(request))
        if request.method != "POST":
            return self._execute(exchange, route, handler, placeholders)
        return self._once(exchange, route, handler, placeholders)

    def _once(
        self, exchange: Exchange, route: Route, handler: Handler, placeholders: Mapping[str, str]
    ) -> Outcome:
        """Execute under the idempotency key, or replay what it stored."""
        key, keys = exchange.idempotency_key, exchange.books.idempotency
        assert key is not None
        stored = keys.begin(key, exchange.request.path, exchange.params, exchange.world.now())
        if stored is not None:
            return Outcome(stored.status, stored.body, stored.request_id, replayed=True)
        outcome: Outcome | None = None
        try:
            outcome = self._execute(exchange, route, handler, placeholders)
        except StripeError as error:
            outcome = self._refused(exchange, error)
        finally:
            if outcome is not None and outcome.executed_by is not None:
                keys.finish(key, Stored(outcome.status, outcome.body, exchange.id))
            else:
                keys.abandon(key)
        return outcome

    def _execute(
        self, exchange: Exchange, route: Route, handler: Handler, placeholders: Mapping[str, str]
    ) -> Outcome:
        params = accept(parameters(route), exchange.params)
        tree = tree_of(params.pop("expand", None) or ())
        page = Page()
        if route.result.startswith("ListObject["):
            page = page_of(params)
            for name in PARAMETERS:
                params.pop(name, None)
        world, declined = exchange.world, None
        world.request = RequestInfo(exchange.id, _told_key(exchange))
        try:
            with world.transaction():
                try:
                    result = handler(world, Call(placeholders, params))
                    obj = self._listed(world, result, page, exchange.request.path)
                    body = render(Expansion(world, self._includable).of(obj, tree))
                except StripeError as error:
                    if not error.commits:
                        raise
                    declined = error
        finally:
            world.request = None
        if declined is not None:
            raise declined
        return Outcome(200, body, exchange.id)

    def _listed(self, world: World, result: Obj | Listing | Embedded, page: Page, path: str) -> Obj:
        if isinstance(result, Listing):
            return listed(world, result, page, path)
        if isinstance(result, Embedded):
            return listed_values(result, page, path)
        return result

    def _refused(self, exchange: Exchange, error: StripeError) -> Outcome:
        refused = refusal(error, account=exchange.world.account, request_id=exchange.id)
        executed = error.executed and error.status != NOT_SIMULATED
        return Outcome(refused.status, refused.body, exchange.id if executed else None)


def _headers(exchange: Exchange, outcome: Outcome) -> Headers:
    """The headers of an authenticated answer that speak about the request."""
    method, key = exchange.request.method, exchange.idempotency_key
    headers = [("Request-Id", exchange.id), ("Stripe-Version", API_VERSION)]
    if exchange.notice is not None:
        headers.append(("Stripe-Notice", exchange.notice))
    if key is not None and method in MUTATING:
        headers.append(("Idempotency-Key", key))
    if method == "POST":
        headers.append(("Original-Request", outcome.executed_by or exchange.id))
    if outcome.replayed:
        headers.append(("Idempotent-Replayed", "true"))
    if (method == "POST" and outcome.executed_by) or outcome.status == NOT_SIMULATED:
        headers.append(("Stripe-Should-Retry", "false"))
    return tuple(headers)


def _told_key(exchange: Exchange) -> str | None:
    """The idempotency key that events show.

    SDKs make up a random UUID for each POST. On a virtual clock, where the same inputs must give
    the same bytes, events show a seeded UUID in its place; a key that the caller chose is shown as
    it is, and so is every key on a real clock.
    """
    sent = exchange.request.headers.get("idempotency-key")
    if sent is not None and exchange.world.clock.virtual and MADE_UP.fullmatch(sent):
        return exchange.books.ids.uuid()
    return exchange.idempotency_key


def _check_account(named: str | None, world: World) -> None:
    if named is not None and named != world.account:
        raise StripeError(
            f"Carom does not simulate Connect: the Stripe-Account header names '{named}', and this"
            f" key opens '{world.account}' alone.",
            status=NOT_SIMULATED,
            type="api_error",
            code="not_simulated",
        )


def _form(request: Request) -> str:
    if not request.body:
        return ""
    if request.headers.get("content-type", "").partition(";")[0].strip() == "application/json":
        raise ParameterError(WRONG_CONTENT_TYPE)
    try:
        return request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise ParameterError("Invalid UTF-8 in the request body.") from None
