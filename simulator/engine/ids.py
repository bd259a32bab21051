"""Ids that look like Stripe's and come from the seed.

The shapes are those of recorded traffic: most ids are `{prefix}_1{5 characters that grow with
time}{10 characters of the account}{8 random}`; payment intents, charges and what hangs on them
start with 3; customers, products and subscription items carry a time prefix and no account part.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from functools import cache, lru_cache

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
HEX = "0123456789abcdef"

_SHORT = frozenset({"cus", "prod", "si"})
_PAYMENT = frozenset({"pi", "ch", "txn", "re", "evt_3"})


class Ids:
    """Seeded ids of one account; the same seed, key and sequence of calls give the same ids."""

    __slots__ = ("_now", "_random", "account")

    def __init__(self, seed: int, key: str, now: Callable[[], int]) -> None:
        self._random = random.Random(f"{seed}/{key}")
        self._now = now
        self.account = f"acct_1{self.token(5)}{self.token(10)}"

    def copy(self, now: Callable[[], int], branch: str | None = None) -> Ids:
        """Ids that go on from here as these would, by the clock `now`; a `branch` has its own."""
        twin = Ids.__new__(Ids)
        twin._random = random.Random()
        twin._random.setstate(self._random.getstate())
        if branch is not None:
            twin._random.seed(f"{twin._random.random()}/{branch}")
        twin._now = now
        twin.account = self.account
        return twin

    def token(self, length: int, alphabet: str = BASE62) -> str:
        """`length` characters drawn from the seed."""
        return self._random.randbytes(length).translate(_spread(alphabet)).decode("ascii")

    def new(self, prefix: str) -> str:
        """A fresh id: `new("cus")`, `new("sub")`; `evt_3` is the form of events about payments."""
        time = _base62(self._now() // 60, 5)
        if prefix in _SHORT:
            return f"{prefix}_{time[1:]}{self.token(10)}"
        if prefix in _PAYMENT:
            return f"{prefix.removesuffix('_3')}_3{time}{self.account[-10:]}{self.token(8)}"
        return f"{prefix}_1{time}{self.account[-10:]}{self.token(8)}"

    def checkout_session(self) -> str:
        return f"cs_test_a1{self.token(56)}"

    def request(self) -> str:
        return f"req_{self.token(14)}"

    def secret(self, owner: str) -> str:
        """A client secret: `pi_..._secret_...`."""
        return f"{owner}_secret_{self.token(25)}"

    def webhook_secret(self) -> str:
        return f"whsec_{self.token(32)}"

    def uuid(self) -> str:
        """A version 4 UUID drawn from the seed."""
        digits = self.token(32, HEX)
        variant = "89ab"[int(digits[16], 16) % 4]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )


@cache
def _spread(alphabet: str) -> bytes:
    """A character of the alphabet for each value of a byte."""
    return (alphabet * (256 // len(alphabet) + 1))[:256].encode("ascii")


@lru_cache(maxsize=64)
def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, remainder = divmod(number, 62)
        digits = BASE62[remainder] + digits
    return digits.rjust(width, "0")[-width:]
