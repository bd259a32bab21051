"""Where letters are taken up and answered, and what is new at Stripe after a step: events by owner
and name, letters, and the app's calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from harness.app.protocol import AppUnavailable, Entitlement, Reply
from harness.app.signature import signed_again
from harness.explore.cast import Letter, Mail, Player
from harness.local_stripe import LocalStripe
from harness.stage import Stage

HAND_OFFS = (("POST", "/v1/billing_portal/sessions"), ("POST", "/v1/checkout/sessions"))


WAYS_BACK = ("success_url", "cancel_url", "return_url")
PLACEHOLDER = "CHECKOUT_SESSION_ID"


@dataclass(frozen=True, slots=True)
class News:
    """`back` are the addresses that the app gave Stripe to send its user back to."""

    now: int
    subscriptions_moved: bool
    created: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


def collect(
    stripe: LocalStripe, mail: Mail, players: Mapping[str, Player], actor: str | None
) -> News:
    """Takes in what came since the last time. `actor` is the customer who did something."""
    look = stripe.local.look(mail.events, mail.requests, mail.deliveries)
    mail.events += len(look.events)
    mail.deliveries += len(look.deliveries)
    owners = {p.customer.stripe_id: name for name, p in players.items() if p.customer.stripe_id}
    # A customer whom nobody knows yet belongs to whoever did something just now.
    created: dict[str, list[str]] = {}
    of_event: dict[str, str | None] = {}
    for event in look.events:
        owner = owners.get(_customer_of(event) or "", actor)
        mail.counts[name := f"{owner or 'nobody'}/{event['type']}"] += 1
        mail.names[event["id"]] = f"{name}#{mail.counts[name]}"
        of_event[event["id"]] = owner
        if owner is not None:
            created.setdefault(owner, []).append(mail.names[event["id"]].partition("/")[2])
    for delivery in look.deliveries:
        name = mail.names[delivery["event"]]
        letter = Letter(name, delivery["id"], delivery["type"], of_event.get(delivery["event"]))
        mail.letters[name] = letter
    if look.requests:
        mail.requests = look.requests[-1]["number"]
    apps = [each for each in look.requests if not stripe.is_mine(each["id"])]
    return News(
        now=look.now,
        subscriptions_moved=bool(look.events),
        created={owner: tuple(names) for owner, names in created.items()},
        calls=tuple(f"{each['method']} {each['path']}" for each in apps),
        handed=tuple(
            owners.get(str(each["params"].get("customer")), "somebody else")
            for each in apps
            if (each["method"], each["path"]) in HAND_OFFS and "customer" in each["params"]
        ),
        back=tuple(
            str(each["params"][name])
            for each in apps
            if (each["method"], each["path"]) in HAND_OFFS
            for name in WAYS_BACK
            if name in each["params"]
        ),
    )


def astray(addresses: tuple[str, ...], origin: str) -> tuple[str, ...]:
    """Those that do not lead back to the app, or lose the session's id on the way: Stripe fills in
    `{CHECKOUT_SESSION_ID}` only where it is written so, braces and all.
    """
    return tuple(
        each
        for each in addresses
        if not f"{each}/".startswith(f"{origin}/")
        or each.count(PLACEHOLDER) != each.count("{" + PLACEHOLDER + "}")
        or each.count("?") > 1
    )


def paid_by(stripe: LocalStripe, player: Player, shown: Entitlement | None) -> int | None:
    """How many invoices the player has paid; asked for only where the app shows what it granted."""
    if shown is None or shown.granted is None:
        return None
    customer = player.customer.stripe_id
    paid = stripe.paid_invoices(customer)
    if customer is not None and paid is not None:
        player.paid[customer] = paid
    return sum(player.paid.values())


def take_up(stage: Stage, letter: Letter) -> tuple[Mapping[str, str], bytes]:
    """Headers and body of the next attempt, signed now."""
    letter.taken = stage.stripe.control.take(letter.delivery)
    return copy_of(stage, letter)


def copy_of(stage: Stage, letter: Letter) -> tuple[Mapping[str, str], bytes]:
    """The same attempt once more."""
    body = letter.taken["body"].encode()
    return signed_again(letter.taken["headers"], body, stage.secret), body


def answer_in(reply: Future[Reply]) -> Reply | None:
    """The app's answer, if it gave one."""
    try:
        return reply.result()
    except AppUnavailable:
        return None


def record(
    stripe: LocalStripe, letter: Letter, reply: Reply | None, *, lost: bool = False
) -> int | None:
    """Tells Stripe how the attempt went, and returns the status that the app gave."""
    letter.tries += 1
    status = None if reply is None else reply.status
    told = None if lost else status
    error = "the answer was lost" if told is None else None
    stripe.control.answer(letter.delivery, told, error=error)
    letter.handled = letter.handled or (reply is not None and reply.ok)
    accepted = not lost and reply is not None and reply.ok
    if accepted or letter.state != "accepted":
        letter.state = "accepted" if accepted else "refused"
    return status


def _customer_of(event: Mapping[str, Any]) -> str | None:
    subject = event["data"]["object"]
    found = subject.get("id") if subject.get("object") == "customer" else subject.get("customer")
    return found.get("id") if isinstance(found, dict) else found
