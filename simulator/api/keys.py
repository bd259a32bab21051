"""API keys (docs.stripe.com/keys): which one a request carries, and the 401 where it opens nothing.

Any secret or restricted test key opens a world of its own. Live keys are refused whatever they are:
Carom is no place for one.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache

from simulator.contract import ParameterError, Unauthorized

ACCEPTED = ("sk_test_", "rk_test_")
LIVE = ("sk_live_", "rk_live_", "pk_live_")
PUBLISHABLE = "pk_test_"
WORLD = "carom-world"
WORLD_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
BETWEEN = " "  # no key has one
SHOWN = 4  # characters at the end of a masked key
MAX_LENGTH = 255

NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header,"
    " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See"
    " https://stripe.com/docs/api#authentication for details, or we can help at"
    " https://support.stripe.com/."
)
LIVE_KEY = (
    "Carom never accepts a live key ({masked}). It is a simulator and knows no live account: use a"
    " test key, such as sk_test_anything, and roll the live key if it has been in a place it should"
    " not be."
)
PUBLISHABLE_KEY = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can"
    " find a list of your API keys at https://dashboard.stripe.com/account/apikeys."
)


def key_of(headers: Mapping[str, str]) -> str:
    """The test key of a request, by Bearer or as the user of Basic; `Unauthorized` without one.

    `headers` has lower-case names.
    """
    return _checked(headers.get("authorization", ""))


@lru_cache(maxsize=1024)
def _checked(authorization: str) -> str:
    """Remembered, because most requests carry the key of the one before; refusals are not."""
    key = _given(authorization)
    if not key:
        raise Unauthorized(NO_KEY)
    if key.startswith(LIVE):
        raise Unauthorized(LIVE_KEY.format(masked=masked(key)))
    if key.startswith(PUBLISHABLE):
        raise Unauthorized(PUBLISHABLE_KEY, code="secret_key_required")
    if not _opens(key):
        raise Unauthorized(f"Invalid API Key provided: {masked(key)}")
    return key


def name_of(headers: Mapping[str, str]) -> str:
    """The name of the world that a request is for: its key, and what `Carom-World` adds to that.

    Tests that run side by side and share one key keep apart with the header.
    """
    key, world = key_of(headers), headers.get(WORLD)
    if world is None:
        return key
    if not WORLD_NAME.fullmatch(world):
        raise ParameterError(
            "The name of a world (header Carom-World) has 1 to 64 letters, digits, dots, dashes and"
            f" underscores, but this one is {world!a}."
        )
    return f"{key}{BETWEEN}{world}"


def parts_of(name: str) -> tuple[str, str | None]:
    """Key and `Carom-World` of a world's name."""
    key, _, world = name.partition(BETWEEN)
    return key, world or None


def masked(key: str) -> str:
    """A key fit to be shown: its kind, one star for each hidden character, the last four.

    >>> masked("sk_test_thesecrets")
    'sk_test_******rets'
    """
    kind = next(
        (prefix for prefix in (*ACCEPTED, *LIVE, PUBLISHABLE) if key.startswith(prefix)), ""
    )
    secret = key[len(kind) :]
    shown = secret[-SHOWN:] if len(secret) > SHOWN else ""
    return f"{kind}{'*' * (len(secret) - len(shown))}{shown}"


def _opens(key: str) -> bool:
    whole = len(key) <= MAX_LENGTH and key.isascii() and key.isprintable() and " " not in key
    return whole and key.startswith(ACCEPTED) and key not in ACCEPTED


def _given(authorization: str) -> str:
    scheme, _, rest = authorization.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return rest.strip()
        case "basic":
            return _user(rest.strip())
    return ""


def _user(credentials: str) -> str:
    try:
        return b64decode(credentials, validate=True).decode("utf-8").partition(":")[0]
    except (binascii.Error, UnicodeError):
        return ""
