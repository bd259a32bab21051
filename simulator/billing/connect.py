"""Which account a World is in Connect, and how it reaches the other one.

docs.stripe.com/connect/authentication: a platform acts for a connected account by naming it in the
`Stripe-Account` header, and then sees that account's objects and no others. Each connected account
is a World of its own, opened by whoever serves the platform's; objects that a platform makes in it
carry the platform's `application` (recorded traffic: connect_direct_charge).
"""

from __future__ import annotations

from simulator.engine import World


def application_of(world: World) -> str | None:
    """The platform's application (`ca_...`) in a connected account, null in any other."""
    application: str | None = world.kept("connect").get("application")
    return application


def own_application(platform: World) -> str:
    """The application (`ca_...`) by which a platform acts; it has one for all its accounts."""
    known: str | None = platform.kept("connect").get("own_application")
    if known is None:
        known = f"ca_{platform.ids.token(32)}"
        platform.keep("connect", own_application=known)
    return known


def platform_of(world: World) -> World | None:
    """The platform's World, seen from a connected account."""
    platform = world.kept("connect").get("platform")
    return world.relatives(platform) if platform else None


def join(world: World, platform: World, account: str) -> None:
    """Make a fresh World the connected account of that id."""
    application = own_application(platform)
    world.account = world.ids.account = account
    world.keep("connect", application=application, platform=platform.account)
