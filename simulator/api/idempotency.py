"""Idempotency keys (docs.stripe.com/api/idempotent_requests).

The answer to the first request under a key whose endpoint began to execute is stored, success or
failure; the same request then gets the same status and bytes. Parameter faults are not stored. A
key is forgotten 24 hours of account time after its first use, the floor that Stripe promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from simulator.contract import IdempotencyError, ParameterError
from simulator.engine import DAY

MAX_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer under a key, and the id of the request that executed."""

    status: int
    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True)
class Use:
    """What a key was first used for; `stored` is null while that request runs."""

    path: str
    parameters: bytes
    at: int
    stored: Stored | None = None


class IdempotencyKeys:
    """The keys of one account."""

    def __init__(self) -> None:
        self._uses: dict[str, Use] = {}  # in the order of their first use

    def copy(self) -> IdempotencyKeys:
        twin = IdempotencyKeys()
        twin._uses = self._uses.copy()
        return twin

    def begin(self, key: str, path: str, parameters: dict[str, Any], now: int) -> Stored | None:
        """The stored answer, or None and the request runs until `finish` or `abandon`.

        Raises `IdempotencyError` where the key was used for something else or still runs.
        """
        self._forget(now)
        _check(key)
        hashed = orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS)
        use = self._uses.get(key)
        if use is None:
            self._uses[key] = Use(path, hashed, now)
            return None
        if use.path != path:
            raise IdempotencyError(
                "Keys for idempotent requests can only be used for the same endpoint they were"
                f" first used for ('{path}' vs '{use.path}'). Try using a key other than '{key}' if"
                " you meant to execute a different request."
            )
        if use.parameters != hashed:
            raise IdempotencyError(
                "Keys for idempotent requests can only be used with the same parameters they were"
                f" first used with. Try using a key other than '{key}' if you meant to execute a"
                " different request."
            )
        if use.stored is None:
            raise IdempotencyError(
                "There is currently another in-progress request using this Idempotent Key (that"
                " probably means you submitted twice, and the other request is still going"
                f" through): {key}. Please try again later.",
                status=409,
                code="idempotency_key_in_use",
            )
        return use.stored

    def finish(self, key: str, stored: Stored) -> None:
        """Store the answer of the request that ran under the key."""
        use = self._uses[key]
        self._uses[key] = Use(use.path, use.parameters, use.at, stored)

    def abandon(self, key: str) -> None:
        """The request did not begin to execute: the key is as good as new."""
        del self._uses[key]

    def _forget(self, now: int) -> None:
        while self._uses:
            oldest = next(iter(self._uses))
            if self._uses[oldest].at + DAY > now:
                break
            del self._uses[oldest]


def _check(key: str) -> None:
    if not key:
        raise ParameterError("Idempotency Key must be a non-empty string.")
    if len(key) > MAX_LENGTH:
        raise ParameterError(
            f"Idempotency Key can be at most {MAX_LENGTH} characters, but this one has {len(key)}."
        )
