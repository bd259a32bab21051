"""Which versions there are.

The installed SDK lists them: the enumeration of `api_version` for webhook endpoints
(`stripe/params/_webhook_endpoint_create_params.py`) has every version since 2011.
"""

from __future__ import annotations

from functools import cache, lru_cache

from simulator.api.versions.version import NEWEST, InvalidVersion, Version, parse
from simulator.contract import parameters, route_table
from simulator.contract.shapes import Choice
from simulator.engine import API_VERSION


@lru_cache(maxsize=256)
def requested(written: str) -> Version:
    """The version that a header or a setting names.

    Raises `InvalidVersion` for one that never was; a right date with the wrong name is none. A
    version newer than Carom's own is let through, because an SDK may be newer than Carom: its
    answers have the newest shape, and `notice` says so.
    """
    version = parse(written)
    if version.name in known() or version.is_preview or _is_newer(version):
        return version
    raise InvalidVersion(written)


def notice(version: Version) -> str | None:
    """What to tell a client whose version Carom does not have: None if it has it."""
    if not _is_newer(version):
        return None
    return (
        f"Carom answers in the shape of {API_VERSION}; this request asked for {version.written},"
        " which is newer."
    )


@cache
def known() -> frozenset[str]:
    """Every version's name."""
    found = route_table().match("POST", "/v1/webhook_endpoints")
    assert found is not None
    shape = parameters(found[0]).slots["api_version"].shape
    assert isinstance(shape, Choice)
    return frozenset({*shape.options, API_VERSION})


def _is_newer(version: Version) -> bool:
    return version.train is not None and NEWEST.precedes(version)
