"""Everything that a Stripe endpoint may refuse, as exceptions that know their own words.

The texts are Stripe's (docs.stripe.com/error-codes, docs.stripe.com/api/errors, and answers seen on
the wire). An exception holds fields only; `simulator/api/errors.py` alone turns one into a status,
headers and a body.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

Shown = dict[str, Any]  # the `error` object of an answer: {"message", "type", "code"?, ...}

NOUNS = {
    "payment_method": "PaymentMethod"
}  # the one object whose name in messages is not its wire name

ELSEWHERE = {
    "payment_method": (
        "; It's possible this PaymentMethod exists on one of your connected accounts, in which case"
        " you should retry this request on that connected account. Learn more at"
        " https://stripe.com/docs/connect/authentication"
    )
}
"""What a platform, which every account here is, is told beyond that (recorded traffic)."""


class StripeError(Exception):
    """A refusal. `extra` are further fields of the error object (`decline_code`, `charge`...).

    `executed` tells whether the endpoint had begun to execute: if so, Stripe stores the answer
    under the idempotency key and sends `Stripe-Should-Retry: false`. `commits` tells whether what
    the endpoint had changed before it refused stays (a declined payment leaves its invoice, its
    attempt and its events behind).
    """

    executed = True
    commits = False

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.extra = extra

    def shown(self) -> Shown:
        """The fields of the `error` object that are not null.

        The answer adds two: the documentation URL and the URL of the request log.
        """
        fields = {
            "message": self.message,
            "type": self.type,
            "code": self.code,
            "param": self.param,
            **self.extra,
        }
        return {name: value for name, value in fields.items() if value is not None}


class ParameterError(StripeError):
    """A fault of the parameters, found before the endpoint began to execute.

    Such an answer is never stored under an idempotency key.
    """

    executed = False


class UnknownParameters(ParameterError):
    """Parameters the endpoint does not have, by bracket name: `subscription_data[bogus]`."""

    def __init__(self, names: Sequence[str]) -> None:
        noun = "parameter" if len(names) == 1 else "parameters"
        super().__init__(
            f"Received unknown {noun}: {', '.join(names)}",
            code="parameter_unknown",
            param=names[0],
        )


class MissingParameter(ParameterError):
    """A required parameter is absent; `name` carries list indexes: `line_items[0][price]`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Missing required param: {name}.", code="parameter_missing", param=name)


class EmptyValue(ParameterError):
    """An empty string, which means "unset", for a parameter that cannot be unset."""

    def __init__(self, param: str) -> None:
        super().__init__(
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to"
            f" unset a parameter; however '{param}' cannot be unset. You should remove '{param}'"
            " from your request or supply a non-empty value.",
            code="parameter_invalid_empty",
            param=param,
        )


class InvalidInteger(ParameterError):
    """Not an integer at all."""

    def __init__(self, param: str, value: object) -> None:
        super().__init__(
            f"Invalid integer: {written(value)}", code="parameter_invalid_integer", param=param
        )


class OutOfRange(ParameterError):
    """An integer outside its bounds, of which one or both are given."""

    def __init__(
        self, param: str, *, at_least: int | None = None, at_most: int | None = None
    ) -> None:
        bound = (
            f"greater than or equal to {at_least}"
            if at_least is not None
            else f"less than or equal to {at_most}"
        )
        super().__init__(
            f"This value must be {bound}.", code="parameter_invalid_integer", param=param
        )


class InvalidDecimal(ParameterError):
    """Not a decimal number."""

    def __init__(self, param: str, value: object) -> None:
        super().__init__(f"Invalid decimal: {written(value)}", param=param)


class InvalidBoolean(ParameterError):
    """Something other than `true` and `false`."""

    def __init__(self, param: str, value: object) -> None:
        super().__init__(f"Invalid boolean: {written(value)}", param=param)


class InvalidString(ParameterError):
    """A list or a hash for a string; Stripe shows a list as the hash that its form is."""

    def __init__(self, param: str, value: object) -> None:
        super().__init__(f"Invalid string: {written(value)}", param=param)


class InvalidArray(ParameterError):
    """A scalar or a hash for a list."""

    def __init__(self, param: str) -> None:
        super().__init__("Invalid array", param=param)


class InvalidObject(ParameterError):
    """A scalar or a list for a hash."""

    def __init__(self, param: str) -> None:
        super().__init__("Invalid object", param=param)


class InvalidChoice(ParameterError):
    """A value outside an enumeration.

    Stripe sends no code here, and the text names the parameter by its last segment.
    """

    def __init__(self, param: str, options: Sequence[str]) -> None:
        label = param.rsplit("[", 1)[-1].rstrip("]")
        super().__init__(f"Invalid {label}: must be one of {listed(options)}", param=param)


class InvalidMetadata(ParameterError):
    """Too many keys, a key or a value that is too long, or a key with a bracket in it."""

    def __init__(self, message: str, param: str = "metadata") -> None:
        super().__init__(message, param=param)


class InvalidUrl(ParameterError):
    """A URL without a scheme, or none at all."""

    def __init__(self, param: str, *, has_scheme: bool = True) -> None:
        message = (
            "Not a valid URL"
            if has_scheme
            else "Invalid URL: An explicit scheme (such as https) must be provided."
        )
        super().__init__(message, code="url_invalid", param=param)


class NoSuchObject(StripeError):
    """An id that names nothing: 404 where it is part of the path, 400 where it is a parameter.

    `kind` is the object's wire name (`customer`, `price`, `subscription`).
    """

    executed = False

    def __init__(self, kind: str, id: str, param: str = "id", *, in_path: bool = False) -> None:
        super().__init__(
            f"No such {NOUNS.get(kind, kind)}: '{id}'{ELSEWHERE.get(kind, '')}",
            status=404 if in_path else 400,
            code="resource_missing",
            param=param,
        )


class CardError(StripeError):
    """A declined card or a failed payment: 402. With `commits` what was done until then stays.

    `extra`: decline_code, advice_code, charge, payment_intent, setup_intent, payment_method...
    """

    def __init__(
        self,
        message: str = "Your card was declined.",
        *,
        code: str = "card_declined",
        param: str | None = None,
        commits: bool = False,
        **extra: Any,
    ) -> None:
        super().__init__(message, status=402, type="card_error", code=code, param=param, **extra)
        self.commits = commits


class IdempotencyError(StripeError):
    """A key used again for something else (400), or while its first request runs (409)."""

    executed = False

    def __init__(self, message: str, *, status: int = 400, code: str | None = None) -> None:
        super().__init__(message, status=status, type="idempotency_error", code=code)


class Unauthorized(StripeError):
    """No key, or one that opens nothing: 401."""

    executed = False

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message, status=401, code=code)


class UnknownRoute(StripeError):
    """A method and path that no Stripe endpoint has: 404."""

    executed = False

    def __init__(self, method: str, path: str) -> None:
        slash = (
            " If you are trying to list objects, remove the trailing slash. If you are trying to"
            " retrieve an object, make sure you passed a valid (non-empty) identifier in your code."
            if path.endswith("/")
            else ""
        )
        super().__init__(
            f"Unrecognized request URL ({method}: {path}).{slash} Please see https://stripe.com/docs"
            " or we can help at https://support.stripe.com/.",
            status=404,
        )


class NotSimulated(StripeError):
    """An endpoint that Stripe has and Carom does not simulate.

    The status is 501, so that no application takes it for a refusal of Stripe's.
    """

    executed = False

    def __init__(self, method: str, path: str) -> None:
        super().__init__(
            f"Carom does not simulate {method} {path} yet. Stripe has this endpoint; nothing was"
            " changed, and the parameters were not looked at. The list of what is simulated is in"
            " Carom's README.",
            status=501,
            type="api_error",
        )


def written(value: object) -> str:
    """A value inside a message: text as it came, anything else as JSON, lists as hashes."""
    return value if isinstance(value, str) else orjson.dumps(as_hash(value)).decode()


def as_hash(value: object) -> object:
    """`["a", "b"]` as `{"0": "a", "1": "b"}`, at every depth."""
    if isinstance(value, list):
        return {str(index): as_hash(item) for index, item in enumerate(value)}
    if isinstance(value, dict):
        return {name: as_hash(item) for name, item in value.items()}
    return value


def listed(options: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b, or c`."""
    if len(options) < 3:
        return " or ".join(options)
    return f"{', '.join(options[:-1])}, or {options[-1]}"
