"""Passwords at rest: scrypt, with its parameters and salt beside the hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets

COST, BLOCK_SIZE, PARALLEL = 2**14, 8, 1


def hashed(password: str) -> str:
    """`scrypt$cost$block$parallel$salt$hash`, with a salt of its own."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, COST, BLOCK_SIZE, PARALLEL)
    return f"scrypt${COST}${BLOCK_SIZE}${PARALLEL}${salt.hex()}${digest.hex()}"


def matches(password: str, stored: str) -> bool:
    """Whether `password` is the one that `stored` was made from."""
    _, cost, block_size, parallel, salt, digest = stored.split("$")
    found = _scrypt(password, bytes.fromhex(salt), int(cost), int(block_size), int(parallel))
    return hmac.compare_digest(found, bytes.fromhex(digest))


def _scrypt(password: str, salt: bytes, cost: int, block_size: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block_size, p=parallel, dklen=32)
