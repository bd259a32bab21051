"""What an app's answer says, read by the pointers of `carom.toml`; and where the two do not match.

A pointer that passes through `null` leads to nothing, which is a value like any other. One that
asks an object for a key that it does not have is a mistake in `carom.toml`, and is told with its
line and with the key that was probably meant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.app.config import STATUSES, Config
from harness.app.protocol import AppMismatch, Entitlement, Reply
from scenarios import nearest, suggestion

_SHOWN = 200
_NUMBERS = ("amount", "granted", "limit", "seats")
_MAY_BE_LEFT_OUT = frozenset({"cancel_at", "pending", *_NUMBERS})
_FLAGS = ("winding_down", "cancel_at_period_end", "pending")
_TIMES = ("cancel_at", "period_end")
NONE = "none"


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A pointer's last key is not in the object it was asked of; these are."""

    keys: tuple[str, ...]
    missing: str


def at(value: Any, pointer: str) -> Any:
    """The value a JSON pointer (RFC 6901) leads to, `None` behind a null, else `Nowhere`."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if value is None:
            return None
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return Nowhere(tuple(value) if isinstance(value, dict) else (), key)
    return value


def document(config: Config, reply: Reply, called: str, table: str) -> Any:
    """The JSON of an answer to the request that `[table] path` describes."""
    try:
        return json.loads(reply.body)
    except ValueError as fault:
        kind = (reply.header("content-type") or "no content type").partition(";")[0]
        raise AppMismatch(
            f"{config.place(table, 'path')}: the answer to {called} is no JSON but {kind}: "
            f"{_short(reply.text)}"
        ) from fault


def address(config: Config, reply: Reply, called: str, table: str, pointer: str) -> str:
    """The address in an answer that sends the user off to Stripe."""
    answer = document(config, reply, called, table)
    found = at(answer, pointer)
    if isinstance(found, str):
        return found
    raise AppMismatch(
        f'{config.place(table, "url")} = "{pointer}": the answer to {called} has no address there'
        f"{_meant(pointer, found)}: {_short(reply.text)}"
    )


def entitlement(config: Config, reply: Reply, *, first: bool = False) -> Entitlement:
    """What the app shows, in our words. `first`: nothing else was read yet, so that a key that is
    not there and looks like one that is must be a slip of the pen.
    """
    view = config.entitlement
    shown = document(config, reply, f"GET {view.path}", "entitlement")
    found = {name: at(shown, pointer) for name, pointer in view.pointers.items()}
    access = found["access"] is True
    for name, value in found.items():
        if not isinstance(value, Nowhere):
            continue
        slip = first and nearest(value.missing, set(value.keys) - _used(view.pointers))
        if name == "access" or slip or (access and name not in _MAY_BE_LEFT_OUT):
            raise _mismatch(config, name, f"leads nowhere{_meant('', value)}", reply)
        found[name] = None
    _check_kinds(config, found, reply)
    return _in_our_words(config, found, access=access, reply=reply)


def _check_kinds(config: Config, found: Mapping[str, Any], reply: Reply) -> None:
    for name in ("access", *_FLAGS):
        value = found.get(name)
        if value is not None and not isinstance(value, bool):
            raise _mismatch(config, name, f"must lead to true or false, not {value!r}", reply)
    for name in _TIMES:
        value = found.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            problem = f"must lead to Unix seconds or null, not {value!r}"
            raise _mismatch(config, name, problem, reply)
    for name in _NUMBERS:
        value = found.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            problem = f"must lead to a whole number or null, not {value!r}"
            raise _mismatch(config, name, problem, reply)


def _in_our_words(
    config: Config, found: Mapping[str, Any], *, access: bool, reply: Reply
) -> Entitlement:
    view = config.entitlement
    ours = {plan.shown_as: name for name, plan in config.plans.items()} | dict(view.plans)
    plan, status = _word(found["plan"]), None
    if plan not in (NONE, *ours):
        problem = f'shows the plan "{plan}"; say in [entitlement.plans] which that is'
        raise _mismatch(config, "plan", f"{problem}. {suggestion(plan, [NONE, *ours])}", reply)
    if "status" in found:
        shown = _word(found["status"])
        status = view.statuses.get(shown, shown)
        if status not in (NONE, *STATUSES):
            problem = f'shows the status "{shown}"; say in [entitlement.statuses] which that is'
            raise _mismatch(config, "status", f"{problem}. {suggestion(shown, STATUSES)}", reply)
    flag, cancel_at = found.get("cancel_at_period_end"), found.get("cancel_at")
    return Entitlement(
        plan=ours.get(plan, plan),
        status=status,
        access=access,
        winding_down=bool(found.get("winding_down", flag or cancel_at is not None)),
        cancel_at_period_end=flag,
        cancel_at=cancel_at,
        period_end=found.get("period_end"),
        pending=found.get("pending"),
        granted=found.get("granted"),
        seats=found.get("seats"),
        limit=found.get("limit"),
        amount=found.get("amount"),
    )


def _mismatch(config: Config, name: str, problem: str, reply: Reply) -> AppMismatch:
    view = config.entitlement
    end = "" if problem.endswith(("?", ".")) else "."
    return AppMismatch(
        f'{config.place("entitlement", name)} = "{view.pointers[name]}" {problem}{end}\n'
        f"    GET {view.path} answered {_short(reply.text)}"
    )


def _used(pointers: Mapping[str, str]) -> set[str]:
    return {pointer.rpartition("/")[2] for pointer in pointers.values()}


def _meant(pointer: str, found: object) -> str:
    if not isinstance(found, Nowhere) or not found.keys:
        return f" (but {found!r})" if pointer and not isinstance(found, Nowhere) else ""
    return f': there is no "{found.missing}". {suggestion(found.missing, found.keys)}'.rstrip(".")


def _word(value: Any) -> str:
    """An app's word for a plan or a status; JSON null is the word `none`."""
    return NONE if value is None else str(value)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN] + " ..."
