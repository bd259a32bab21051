"""The API as one version has it: what it shows, what it takes, which endpoints it has.

An edition is compiled once for each version and kept. The newest one has nothing to do, and does
nothing, unless the account's own default is older: then events, which are rendered in that version
when they happen, show it whoever reads them (docs.stripe.com/upgrades).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from simulator.api.versions.change import Change, Parameters, Raw
from simulator.api.versions.endpoint import Endpoint
from simulator.api.versions.history import after, history
from simulator.api.versions.known import requested
from simulator.api.versions.shape import Lookup, plan_of
from simulator.contract import (
    Fields,
    ParameterError,
    Route,
    StripeError,
    UnknownParameters,
    accept,
    parameters,
)
from simulator.engine import API_VERSION, Obj, World, previous_attributes

CONTAINERS = frozenset({dict, list, tuple})


@dataclass(frozen=True, slots=True)
class Accepted:
    """The newest parameters that a request came to.

    `names` are the bracket names under which some of them were sent.
    """

    params: dict[str, Any]
    names: Mapping[str, str]

    def told(self, error: StripeError) -> StripeError:
        """A refusal in the words of the request."""
        if error.param is not None:
            error.param = self.names.get(error.param, error.param)
        return error


class Edition:
    """The API as it was before some changes, given oldest first."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        kinds = dict.fromkeys(kind for change in changes for kind in change.shapes)
        self.plans = {
            kind: plan_of(
                change.shapes[kind] for change in reversed(changes) if kind in change.shapes
            )
            for kind in kinds
        }
        self._upgrades = _upgrades(changes)
        self._endpoints = {
            (endpoint.method, endpoint.path): endpoint
            for change in changes
            for endpoint in change.endpoints
        }
        self._fields = {endpoint.key: endpoint.fields() for endpoint in self._endpoints.values()}

    # --- what it shows -------------------------------------------------------------------------

    def shown(self, lookup: Lookup, obj: Obj) -> Obj:
        """An object in the newest shape as this version shows it, with all that it embeds."""
        if not self.plans and lookup.world.settings.api_version == API_VERSION:
            return obj
        older: Obj = self._older(lookup, obj)
        return older

    def _older(self, lookup: Lookup, value: Any) -> Any:
        """What embeds comes before what is embedded, so that it finds that in the newest shape."""
        if isinstance(value, list | tuple):
            return [self._older(lookup, item) for item in value]
        if not isinstance(value, dict):
            return value
        kind = value.get("object")
        if kind == "event":
            return event_in(lookup, value, value["api_version"])
        plan = self.plans.get(kind) if isinstance(kind, str) else None
        if plan is not None and not value.get("deleted"):
            value = plan.apply(lookup, value)
        return {
            name: self._older(lookup, item) if item.__class__ in CONTAINERS else item
            for name, item in value.items()
        }

    # --- what it takes -------------------------------------------------------------------------

    def endpoint(self, method: str, path: str) -> Endpoint | None:
        """An endpoint that newer versions do not have any more."""
        return self._endpoints.get((method, path)) if self._endpoints else None

    def accept(self, route: Route, raw: Raw, world: World) -> Accepted:
        """The parameters of a request, checked, as the newest version takes them."""
        upgraded, names = raw, dict[str, str]()
        for upgrade in self._upgrades.get(route.key, ()):
            newer = upgrade.upgrade(upgraded, world)
            if newer is not upgraded:
                upgraded, names = newer, {**names, **upgrade.names}
        accepted = Accepted({}, names)
        try:
            return Accepted(accept(self._fields_of(route), upgraded), names)
        except UnknownParameters as unknown:
            raise accepted.told(_gone(route.key, unknown)) from None
        except ParameterError as error:
            raise accepted.told(error) from None

    def _fields_of(self, route: Route) -> Fields:
        fields = self._fields.get(route.key)
        if fields is None:
            fields = parameters(route)
            further = {
                name: slot
                for upgrade in self._upgrades.get(route.key, ())
                for name, slot in upgrade.further.items()
            }
            if further:
                fields = Fields({**fields.slots, **further}, fields.required)
            self._fields[route.key] = fields
        return fields


@lru_cache(maxsize=256)
def edition_of(written: str) -> Edition:
    """The edition of a version; raises `InvalidVersion` for one that never was."""
    return _edition(len(after(requested(written))))


@cache
def _edition(missing: int) -> Edition:
    """The edition without the last so many changes."""
    known = history()
    return Edition(known[len(known) - missing :])


def event_in(lookup: Lookup, event: Obj, version: str) -> Obj:
    """An event as the version shows it, from the ledger's event in the newest shape.

    What an update changed is found by showing the object before and after in that version: a field
    that moved is told of where the version has it, and one that it does not have is not.
    """
    edition = edition_of(version)
    if not edition.plans:
        return {**event, "api_version": version}
    data = event["data"]
    after_ = edition.shown(lookup, data["object"])
    shown: Obj = {**data, "object": after_}
    if "previous_attributes" in data:
        before = edition.shown(lookup, _before(data["object"], data["previous_attributes"]))
        shown["previous_attributes"] = previous_attributes(before, after_)
    return {**event, "api_version": version, "data": shown}


def _before(obj: Obj, previous: Obj) -> Obj:
    """The object as it was: hashes were reduced to what changed in them, all else is whole."""
    before = dict(obj)
    for name, value in previous.items():
        now = obj.get(name)
        both = isinstance(value, dict) and isinstance(now, dict)
        before[name] = _before(now, value) if both else value  # type: ignore[arg-type]
    return before


def _upgrades(changes: tuple[Change, ...]) -> Mapping[str, tuple[Parameters, ...]]:
    """Of each endpoint the changes of its parameters, oldest first.

    An endpoint that is gone makes parameters of its successor as that was then; those go through
    the successor's own changes.
    """
    found: dict[str, list[Parameters]] = {}
    for change in changes:
        for key, changed in change.parameters.items():
            found.setdefault(key, []).append(changed)
    for change in changes:
        for endpoint in change.endpoints:
            since = [
                later.parameters[endpoint.successor]
                for later in changes
                if endpoint.successor in later.parameters and not later.since.precedes(change.since)
            ]
            found[endpoint.key] = [Parameters(endpoint.upgrade), *since]
    return {key: tuple(upgrades) for key, upgrades in found.items()}


def _gone(key: str, unknown: UnknownParameters) -> StripeError:
    """The refusal of an older parameter that has an error code of its own."""
    if unknown.param is not None:
        for change in history():
            changed = change.parameters.get(key)
            if changed is not None and (code := changed.codes.get(unknown.param)):
                return ParameterError(
                    f"The `{unknown.param}` parameter is no longer supported in this API version."
                    f" See {change.page}.",
                    code=code,
                    param=unknown.param,
                )
    return unknown
