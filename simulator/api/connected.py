"""`Stripe-Account`: acting for a connected account (docs.stripe.com/connect/authentication).

Each connected account of a platform is a World of its own, opened the first time that the platform
names it, and lives in the platform's time: it catches up before each call. A platform that was
reset has no connected accounts, so theirs are forgotten with it; a fork starts with empty ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

from simulator.api.accounts import Accounts
from simulator.billing.accounts import no_access
from simulator.billing.connect import join
from simulator.engine import Obj, VirtualClock, World

MARK = " @"  # neither a key nor the name of a world has one


class Connected:
    """Finds the Worlds of connected accounts beside those of their platforms."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._platforms: WeakValueDictionary[str, World] = WeakValueDictionary()

    def acting(self, world: World, account: str | None) -> World:
        """The World that a request is about: the key's own, or that of the account it names.

        Raises Stripe's 403 where the key has no such account.
        """
        world.relatives = self._relatives(world)
        if account is None or account == world.account:
            return world
        found = world.relatives(account)
        if found is None:
            raise no_access(world, account)
        return found

    def _relatives(self, world: World) -> Callable[[str], World | None]:
        return partial(self._relative, world)

    def _relative(self, world: World, account: str) -> World | None:
        above = world.key.rpartition(MARK)[0]
        if above:
            platform = self._accounts.find(above)
            return platform if platform is not None and platform.account == account else None
        held = world.get("account", account)
        return None if held is None else self._open(world, held)

    def _open(self, platform: World, account: Obj) -> World:
        name = f"{platform.key}{MARK}{account['id']}"
        if self._platforms.get(name) is not platform:
            self._accounts.forget(name)
        world = self._accounts.open(name)
        if world.account != account["id"]:
            self._platforms[name] = platform
            _settle_in(world, platform, account)
            join(world, platform, account["id"])
            world.relatives = self._relatives(world)
        if world.clock.virtual and world.clock.now() < platform.now():
            world.run_until(platform.now())
        return world


def _settle_in(world: World, platform: World, account: Obj) -> None:
    """A fresh World begins when it is opened, set as the account says, else as its platform."""
    if isinstance(world.clock, VirtualClock):
        world.clock.instant = platform.now()
    world.opened = account["created"]
    payments = account["settings"]["payments"]
    world.settings = replace(
        platform.settings,
        account_name=account["business_profile"]["name"] or "",
        country=account["country"],
        default_currency=account["default_currency"],
        statement_descriptor=payments["statement_descriptor"],
    )
