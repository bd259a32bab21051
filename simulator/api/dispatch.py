"""From a request to an answer, checked in Stripe's order (docs.stripe.com/error-low-level).

The key first, then the version, the endpoint, the idempotency key, the parameters, and only then
the endpoint executes, in one transaction of the World together with the rendering of its answer.
The dispatcher knows no endpoint: handlers come in a table keyed by the SDK's method and path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.api import search, v2
from simulator.api.accounts import Accounts
from simulator.api.bodies import parameters_in
from simulator.api.books import Books, Shelf
from simulator.api.connected import Connected
from simulator.api.errors import NOT_SIMULATED, refusal
from simulator.api.expansion import Expansion, Tree, tree_of
from simulator.api.faults import Fault, unavailable
from simulator.api.idempotency import Stored
from simulator.api.keys import name_of
from simulator.api.pagination import PARAMETERS, Page, listed, listed_values, page_of
from simulator.api.render import render
from simulator.api.versions import Edition, Includable, Lookup, edition_of, notice, requested
from simulator.api.wire import ALWAYS, MAX_BODY, Answer, Headers, Request, always_with
from simulator.billing.call import Call, Embedded, Handler, Listing
from simulator.contract import (
    NotSimulated,
    Route,
    StripeError,
    UnknownRoute,
    route_table,
)
from simulator.engine import Obj, RequestInfo, World
from simulator.generic import AnyHandler, Document, Endpoint, Fidelity, endpoint

MADE_UP = re.compile(r"(?:stripe-node-retry-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MUTATING = frozenset({"POST", "DELETE"})
MAX_UNREAD = 4096  # bytes of a body that is no form, in the log


@dataclass(slots=True)
class Exchange:
    """One authenticated request on its way to its answer."""

    request: Request
    world: World
    books: Books
    id: str
    idempotency_key: str | None
    version: str  # that answers: the account's default, unless the request names another
    params: dict[str, Any] = field(default_factory=dict)  # as they came, for the log
    notice: str | None = None
    fidelity: Fidelity | None = None  # of the endpoint, once it is known
    fault: Fault | None = None  # that somebody asked for

    @property
    def edition(self) -> Edition:
        return edition_of(self.version)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of an endpoint. `executed_by` is the request that executed, if any did."""

    status: int
    body: bytes
    executed_by: str | None
    replayed: bool = False
    content_type: str | None = None  # of a file; null for JSON


def _nothing(_world: World) -> None:
    """What happens after a mutating request if the composition root wants nothing."""


class StripeApi:
    """Stripe's API over the worlds of `accounts`, as a function from a request to an answer.

    `on_answered` is called with the World after each POST and DELETE whose key was good. Where
    Carom knows no more of an endpoint than its shape, it answers in that shape; a `strict` API
    refuses instead.
    """

    def __init__(
        self,
        accounts: Accounts,
        handlers: Mapping[str, Handler],
        includable: Includable,
        on_answered: Callable[[World], None] = _nothing,
        *,
        strict: bool = False,
    ) -> None:
        self.accounts = accounts
        self._handlers = handlers
        self._includable = {**includable, **search.INCLUDABLE}
        self._on_answered = on_answered
        self._strict = strict
        self._routes = route_table()
        self._shelf = Shelf()
        self._connected = Connected(accounts)

    def books(self, world: World) -> Books:
        """The request log, the idempotency keys and the waiting faults of a world."""
        return self._shelf.of(world)

    def put_books(self, world: World, books: Books) -> None:
        """Go on from these books in a world that was copied."""
        self._shelf.put(world, books)

    def answer(self, request: Request) -> Answer:
        """Carry out one request."""
        try:
            key = name_of(request.headers)
        except StripeError as error:
            refused = refusal(error)
            return Answer(refused.status, ALWAYS + refused.headers, refused.body)
        world = self.accounts.open(key)
        exchange = self._exchange(request, world)
        at = world.now()
        try:
            outcome = self._outcome(exchange)
        except StripeError as error:
            outcome = self._refused(exchange, error)
        fault = exchange.fault
        answer = unavailable() if fault and fault.kind == "unavailable" else None
        if answer is None:
            always = always_with(outcome.content_type) if outcome.content_type else ALWAYS
            headers = always + _headers(exchange, outcome)
            answer = Answer(outcome.status, headers, outcome.body, fault.seconds if fault else 0.0)
        if exchange.books.holds.wanted:
            answer = replace(answer, held=exchange.books.holds.meet(request.method, request.path))
        _log(exchange, answer.status, at)
        if request.method in MUTATING:
            self._on_answered(exchange.world)
            if exchange.world is not world:
                self._on_answered(world)
        return answer

    def _exchange(self, request: Request, world: World) -> Exchange:
        books = self._shelf.of(world)
        idempotency_key = request.headers.get("idempotency-key")
        if request.method == "POST" and idempotency_key is None:
            idempotency_key = books.ids.uuid()
        default = world.settings.api_version
        exchange = Exchange(request, world, books, books.ids.request(), idempotency_key, default)
        if books.faults.waiting:
            exchange.fault = books.faults.meet(request.method, request.path)
        return exchange

    def _outcome(self, exchange: Exchange) -> Outcome:
        request, world = exchange.request, exchange.world
        if exchange.fault is not None:
            exchange.fault.before()
        if len(request.body) > MAX_BODY:
            raise StripeError(f"The request body is larger than {MAX_BODY} bytes.", status=413)
        if v2.is_v2(request.path):
            v2.check_version(request.headers)
        version = requested(request.headers.get("stripe-version", exchange.version))
        exchange.version, exchange.notice = version.written, notice(version)
        exchange.world = self._connected.acting(world, request.headers.get("stripe-account"))
        route, placeholders, handler = self._way(exchange)
        exchange.params = parameters_in(request, v2=v2.is_v2(request.path))
        if request.method != "POST":
            return self._execute(exchange, route, handler, placeholders)
        return self._once(exchange, route, handler, placeholders)

    def _way(self, exchange: Exchange) -> tuple[Route, Mapping[str, str], AnyHandler]:
        """The endpoint that the version has at this path, and what answers there."""
        request = exchange.request
        gone = exchange.edition.endpoint(request.method, request.path)
        if gone is not None and (handler := self._handlers.get(gone.successor)) is not None:
            exchange.fidelity = "simulated"
            return gone.route(), {}, gone.handler(handler)
        found = self._routes.match(request.method, request.path)
        if found is None:
            raise UnknownRoute(request.method, request.path)
        route, placeholders = found
        handler = self._handlers.get(route.key) or search.HANDLERS.get(route.key)
        known = Endpoint(handler, "simulated") if handler is not None else endpoint(route)
        exchange.fidelity = known.fidelity
        if self._strict and known.fidelity == "shaped":
            raise NotSimulated(route.method, route.path)
        return route, placeholders, known.handler

    def _once(
        self, exchange: Exchange, route: Route, handler: AnyHandler, placeholders: Mapping[str, str]
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
            if outcome is not None and _is_kept(outcome, route):
                keys.finish(key, Stored(outcome.status, outcome.body, exchange.id))
            else:
                keys.abandon(key)
        return outcome

    def _execute(
        self, exchange: Exchange, route: Route, handler: AnyHandler, placeholders: Mapping[str, str]
    ) -> Outcome:
        world, declined = exchange.world, None
        accepted = exchange.edition.accept(route, exchange.params, world)
        params = accepted.params
        tree = tree_of(params.pop("expand", None) or ())
        page, params = _paged(route, params)
        world.request = RequestInfo(exchange.id, _told_key(exchange))
        try:
            with world.transaction():
                try:
                    result = handler(world, Call(placeholders, params))
                    if isinstance(result, Document):
                        return Outcome(
                            200, result.content, exchange.id, content_type=result.content_type
                        )
                    obj = self._listed(world, result, page, exchange.request.path)
                    body = render(self._shown(exchange, obj, tree))
                except StripeError as error:
                    accepted.told(error)
                    if not error.commits:
                        raise
                    declined = error
        finally:
            world.request = None
        if exchange.fault is not None:
            exchange.fault.after()
        if declined is not None:
            raise declined
        return Outcome(200, body, exchange.id)

    def _shown(self, exchange: Exchange, obj: Obj, tree: Tree) -> Obj:
        """The answer as the request wants it: expanded, in its version."""
        lookup = Lookup(exchange.world, self._includable)
        expanded = Expansion(lookup, exchange.edition.plans).of(obj, tree)
        return exchange.edition.shown(lookup, expanded)

    def _listed(
        self, world: World, result: Obj | Listing | Embedded, page: Page | v2.Page, path: str
    ) -> Obj:
        if isinstance(page, v2.Page):
            return result if isinstance(result, dict) else v2.listed(world, result, page, path)
        if isinstance(result, Listing):
            return listed(world, result, page, path)
        if isinstance(result, Embedded):
            return listed_values(result, page, path)
        return result

    def _refused(self, exchange: Exchange, error: StripeError) -> Outcome:
        lookup = Lookup(exchange.world, self._includable)
        error.extra = exchange.edition.shown(lookup, error.extra)
        shown = v2.as_v2(error) if v2.is_v2(exchange.request.path) else error
        refused = refusal(shown, account=exchange.world.account, request_id=exchange.id)
        executed = error.executed and error.status != NOT_SIMULATED
        return Outcome(refused.status, refused.body, exchange.id if executed else None)


def _headers(exchange: Exchange, outcome: Outcome) -> Headers:
    """The headers of an authenticated answer that speak about the request."""
    method, key = exchange.request.method, exchange.idempotency_key
    headers = [("Request-Id", exchange.id), ("Stripe-Version", exchange.version)]
    if account := exchange.request.headers.get("stripe-account"):
        headers.append(("Stripe-Account", account))
    if exchange.fidelity is not None:
        headers.append(("Carom-Fidelity", exchange.fidelity))
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
    if exchange.fault is not None:
        headers.extend(exchange.fault.headers)
    return tuple(headers)


def _log(exchange: Exchange, status: int, at: int) -> None:
    """Note the request, with what it said, also where it was refused before that was read."""
    request, params, unread = exchange.request, exchange.params, None
    if not params and status != 200:
        try:
            params = parameters_in(request, v2=v2.is_v2(request.path))
        except StripeError:
            unread = f"{request.query}\n{request.body[:MAX_UNREAD].decode(errors='replace')}"
    exchange.books.log(
        id=exchange.id,
        method=request.method,
        path=request.path,
        params=params,
        status=status,
        idempotency_key=exchange.idempotency_key,
        at=at,
        fault=exchange.fault.kind if exchange.fault else None,
        unread=unread,
    )


def _paged(route: Route, params: dict[str, Any]) -> tuple[Page | v2.Page, dict[str, Any]]:
    """The page of a list that is asked for, and the parameters without those that say so."""
    if not route.result.startswith("ListObject["):
        return Page(), params
    if v2.is_v2(route.path):
        asked = v2.page_of(params)
        return asked, dict(asked.params)
    rest = {name: value for name, value in params.items() if name not in PARAMETERS}
    return page_of(params), rest


def _is_kept(outcome: Outcome, route: Route) -> bool:
    """Whether the answer is stored under the idempotency key; v2 executes again after a failure."""
    if outcome.executed_by is None:
        return False
    return outcome.status == 200 or not v2.is_v2(route.path)


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
