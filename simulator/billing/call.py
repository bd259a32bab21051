"""What a billing handler is given and what it may return.

A handler is a pure function from the World and a call to an object in wire shape, or to a listing
that the api room pages. What it does not simulate it refuses by name: a parameter is never dropped
in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from simulator.contract.errors import NoSuchObject, StripeError
from simulator.engine import Obj, World


@dataclass(frozen=True, slots=True)
class Call:
    """One API call: the placeholders of the path and the parameters as the contract accepted them.

    An empty string stands for "unset this". `expand` and the paging parameters are not among
    `params`.
    """

    path: Mapping[str, str]
    params: Mapping[str, Any]

    def only(self, *simulated: str) -> Mapping[str, Any]:
        """The parameters, if Carom simulates each of them.

        Otherwise a 501 that names the others.
        """
        return simulates(self.params, simulated)


@dataclass(frozen=True, slots=True)
class Listing:
    """Objects of a kind, newest first: all, or those whose indexed `path` equals `value`.

    `keep` filters further; `url` is the list's own address where it is not the path of the request.
    """

    kind: str
    path: str = ""
    value: str = ""
    keep: Callable[[Obj], bool] | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Embedded:
    """A list of values that are not objects of their own in the World, such as an invoice's
    lines.
    """

    data: tuple[Obj, ...]
    url: str | None = None


Answer: TypeAlias = "Obj | Listing | Embedded"
Handler: TypeAlias = Callable[[World, Call], "Obj | Listing | Embedded"]


def simulates(
    params: Mapping[str, Any], simulated: tuple[str, ...], under: str = ""
) -> Mapping[str, Any]:
    """`params`, unless one of them is not among `simulated`.

    `under` is the bracket path they stand in.
    """
    foreign = [
        f"{under}[{name}]" if under else name
        for name, value in params.items()
        if name not in simulated and value is not None
    ]
    if foreign:
        raise not_simulated(f"{', '.join(foreign)} here", param=foreign[0])
    return params


def not_simulated(what: str, param: str | None = None) -> StripeError:
    """A 501 that says what is missing, so that nobody takes silence for simulation."""
    return StripeError(
        f"Carom does not simulate {what} yet. Stripe does; nothing was changed.",
        status=501,
        type="api_error",
        code="not_simulated",
        param=param,
    )


def existing(world: World, kind: str, name: str, param: str) -> Obj:
    """The object that a parameter names; Stripe's 400 where there is none."""
    found = world.get(kind, name)
    if found is None:
        raise NoSuchObject(kind, name, param)
    return found


def addressed(world: World, kind: str, name: str, param: str = "id") -> Obj:
    """The object that the path names; Stripe's 404 where there is none."""
    found = world.get(kind, name)
    if found is None:
        raise NoSuchObject(kind, name, param, in_path=True)
    return found


def refusal(message: str, *, param: str | None = None, code: str | None = None) -> StripeError:
    """A 400 in words of Stripe's own."""
    return StripeError(message, param=param, code=code)


def merged_metadata(old: Mapping[str, str], new: Mapping[str, str] | str | None) -> dict[str, str]:
    """Metadata after an update: keys merge, an empty value removes its key, `""` removes all.

    docs.stripe.com/api/metadata
    """
    if new is None:
        return dict(old)
    if isinstance(new, str):
        return {}
    merged = {**old, **new}
    return {key: value for key, value in merged.items() if value != ""}


def unset(value: Any) -> Any:
    """A parameter's value as the object shows it: the empty string means null."""
    return None if value == "" else value
