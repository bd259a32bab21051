"""What is different under `/v2` (docs.stripe.com/api-v2-overview).

Every request names a version. A list has the address of its next page, with the filters inside it;
that of the previous page is null here, which Stripe allows. Faults in parameters have the code
`invalid_fields` and no type; that a missing object has `not_found` is a choice, since Stripe does
not document it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from simulator.billing.call import Embedded, Listing
from simulator.contract import NoSuchObject, OutOfRange, ParameterError, StripeError
from simulator.engine import Obj, World

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
NO_VERSION = "Every request to a v2 endpoint needs a Stripe-Version header."


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list is asked for. `below` is the serial it starts under, or its offset."""

    limit: int
    params: Mapping[str, Any]
    below: int | None = None


def is_v2(path: str) -> bool:
    return path.startswith("/v2/")


def check_version(headers: Mapping[str, str]) -> None:
    """Refuses a request that names no version."""
    if "stripe-version" not in headers:
        raise ParameterError(NO_VERSION)


def page_of(params: Mapping[str, Any]) -> Page:
    """The page that accepted parameters ask for; a page token brings its own filters."""
    filters = {name: value for name, value in params.items() if name not in ("limit", "page")}
    limit = params.get("limit", DEFAULT_LIMIT)
    if limit < 1:
        raise OutOfRange("limit", at_least=1)
    if limit > MAX_LIMIT:
        raise OutOfRange("limit", at_most=MAX_LIMIT)
    token = params.get("page")
    return Page(limit, filters) if not token else _page_of_token(token, limit)


def listed(world: World, result: Listing | Embedded, page: Page, path: str) -> Obj:
    """A page of a list."""
    if isinstance(result, Embedded):
        start = page.below or 0
        data = list(result.data[start : start + page.limit])
        rest = start + page.limit if start + page.limit < len(result.data) else None
    else:
        walk = world.walk(result.kind, result.path, result.value, below=page.below)
        kept = (obj for obj in walk if result.keep is None or result.keep(obj))
        found = list(islice(kept, page.limit + 1))
        data = found[: page.limit]
        more = len(found) > page.limit
        rest = world.serial(result.kind, data[-1]["id"]) if more else None
    following = None if rest is None else f"{path}?page={_token(page, rest)}&limit={page.limit}"
    return {"data": data, "next_page_url": following, "previous_page_url": None}


def as_v2(error: StripeError) -> StripeError:
    """A refusal as v2 puts it."""
    if isinstance(error, NoSuchObject) and error.status == 404:
        return _coded(error, "not_found")
    if isinstance(error, ParameterError | NoSuchObject):
        return _coded(error, "invalid_fields")
    return error


class CodedFault(StripeError):
    """A refusal that has a code and no type."""

    executed = False

    def shown(self) -> dict[str, Any]:
        return {name: value for name, value in super().shown().items() if name != "type"}


def _coded(error: StripeError, code: str) -> StripeError:
    return CodedFault(error.message, status=error.status, code=code, param=error.param)


def _token(page: Page, below: int) -> str:
    content = orjson.dumps({"below": below, "params": dict(page.params)})
    return urlsafe_b64encode(content).decode().rstrip("=")


def _page_of_token(token: str, limit: int) -> Page:
    try:
        content = orjson.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return Page(limit, dict(content["params"]), int(content["below"]))
    except (ValueError, TypeError, KeyError):
        raise ParameterError(f"Invalid page: {token}", param="page") from None
