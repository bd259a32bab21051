"""`Stripe-Version` (docs.stripe.com/api/versioning).

Answers have the newest shape, whatever version is asked for; a request for another one is told so
in a `Stripe-Notice`, which the SDKs show. A version that never was is refused as Stripe refuses it.
"""

from __future__ import annotations

import re
from functools import cache

from simulator.contract import ParameterError, parameters, route_table
from simulator.contract.shapes import Choice
from simulator.engine import API_VERSION

WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.([a-z]+))?(?:;.*)?", re.ASCII)
PREVIEW = "preview"


def notice(version: str | None) -> str | None:
    """What to tell a client that asked for `version`: None if it gets what it asked for.

    Raises a 400 for a version that is none.
    """
    if version is None or version == API_VERSION:
        return None
    _check(version)
    return (
        f"Carom answers in the shape of {API_VERSION}; this request asked for {version}. Older"
        " shapes are not simulated yet."
    )


def _check(version: str) -> None:
    written = WRITTEN.fullmatch(version)
    if written is None:
        raise ParameterError(f"Invalid Stripe API version: {version}")
    date, train = written.groups()
    name = f"{date}.{train}" if train else date
    newer = date > API_VERSION.partition(".")[0]
    if not (name in known() or train == PREVIEW or (newer and train)):
        raise ParameterError(f"Invalid Stripe API version: {version}")


@cache
def known() -> frozenset[str]:
    """The versions that the SDK lists for webhook endpoints, which are all there have been."""
    found = route_table().match("POST", "/v1/webhook_endpoints")
    assert found is not None
    shape = parameters(found[0]).slots["api_version"].shape
    assert isinstance(shape, Choice)
    return frozenset({*shape.options, API_VERSION})
