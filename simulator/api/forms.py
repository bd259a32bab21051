"""Query strings and `application/x-www-form-urlencoded` bodies, as Stripe's v1 reads them.

`a[b]=1` is a hash, `a[]=1` appends to a list, `a[0]=1` is a hash keyed by "0" that the shape of
the parameter may take for a list. Every leaf is text; the last of two equal names wins. What SDKs
send is in `stripe._encode`; what is not well-formed gets a 400 and never an exception.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from simulator.contract import ParameterError

MAX_DEPTH = 32  # brackets in one name
MAX_PAIRS = 10_000
_APPEND = ""  # the segment of `a[]`


def decode(*texts: str) -> dict[str, Any]:
    """The parameters of a request; of several texts (query and body) the later ones win."""
    params: dict[str, Any] = {}
    pairs = [pair for text in texts for pair in text.split("&") if pair]
    if len(pairs) > MAX_PAIRS:
        raise ParameterError(f"Too many parameters: {len(pairs)}, of {MAX_PAIRS} at most.")
    for pair in pairs:
        name, _, value = pair.partition("=")
        name, value = _plain(name), _plain(value)
        head, bracket, rest = name.partition("[")
        if not bracket or not rest.endswith("]"):
            _put(params, [name], value, name)
        else:
            _put(params, [head, *rest[:-1].split("][")], value, name)
    return params


def _plain(text: str) -> str:
    if "%" not in text and "+" not in text and text.isascii():
        return text
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeError:
        raise ParameterError(f"Invalid UTF-8 in the request parameters: {text!a}.") from None


def _put(params: dict[str, Any], path: list[str], value: str, name: str) -> None:
    """Set `value` at `path`, making the hashes and lists on the way."""
    if len(path) > MAX_DEPTH:
        raise ParameterError(f"Parameters nested deeper than {MAX_DEPTH} levels: {path[0]}.")
    place: Any = params
    for depth, segment in enumerate(path):
        last = depth == len(path) - 1
        if isinstance(place, list):
            if segment != _APPEND:
                raise _conflict(name)
            place = _append(place, path[depth + 1 :], value)
        elif isinstance(place, dict) and (segment != _APPEND or depth == 0):
            if last:
                if isinstance(place.get(segment), dict | list):
                    raise _conflict(name)
                place[segment] = value
            else:
                place = place.setdefault(segment, _container(path[depth + 1]))
        else:
            raise _conflict(name)


def _append(items: list[Any], rest: list[str], value: str) -> Any:
    """The element that the rest of a name goes into: the last, if it has no such key yet."""
    if not rest:
        items.append(value)
        return value
    if rest[0] == _APPEND or not items or not isinstance(items[-1], dict) or _has(items[-1], rest):
        items.append(_container(rest[0]))
    return items[-1]


def _has(place: Any, path: list[str]) -> bool:
    """Whether something stands at a path already; a path that appends to a list is always free."""
    for segment in path:
        if segment == _APPEND:
            return False
        if not isinstance(place, dict):
            return True
        if segment not in place:
            return False
        place = place[segment]
    return True


def _container(following: str) -> dict[str, Any] | list[Any]:
    return [] if following == _APPEND else {}


def _conflict(name: str) -> ParameterError:
    return ParameterError(
        f"Conflicting shapes in the request: '{name}' contradicts a parameter that came before it.",
        param=name.partition("[")[0],
    )
