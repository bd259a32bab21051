"""Which account a hosted page belongs to. Its address carries no key, only a token nobody guesses.

Tokens and session ids are unique over all accounts, so each open account is asked in turn; an
answer costs a look into a dictionary. Only what a fork and its origin share is in both: there the
account that was used last answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.billing import authentication, portal
from simulator.engine import Obj, World


@dataclass(frozen=True, slots=True)
class Found:
    """An object and the account it lives in."""

    world: World
    obj: Obj


def portal_session(worlds: Iterable[World], token: str) -> Found | None:
    for world in worlds:
        session = portal.find_session(world, token)
        if session is not None:
            return Found(world, session)
    return None


def checkout_session(worlds: Iterable[World], name: str) -> Found | None:
    for world in worlds:
        session = world.get("checkout.session", name)
        if session is not None:
            return Found(world, session)
    return None


def holder_asked(worlds: Iterable[World], token: str) -> Found | None:
    """The intent that waits for its card's holder to answer the bank."""
    for world in worlds:
        intent = authentication.awaiting(world, token)
        if intent is not None:
            return Found(world, intent)
    return None


def charge(worlds: Iterable[World], name: str) -> Found | None:
    for world in worlds:
        known = world.get("charge", name)
        if known is not None:
            return Found(world, known)
    return None


def hosted_invoice(worlds: Iterable[World], account: str, token: str) -> Found | None:
    for world in worlds:
        name = world.kept(f"hosted_invoice:{token}").get("invoice")
        if world.account == account and name is not None:
            invoice = world.get("invoice", name)
            return None if invoice is None else Found(world, invoice)
    return None
