"""What is new at Stripe after a step: events by owner and name, letters, and the app's calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.explore.cast import Letter, Mail, Player
from harness.local_stripe import LocalStripe

HAND_OFFS = (("POST", "/v1/billing_portal/sessions"), ("POST", "/v1/checkout/sessions"))


@dataclass(frozen=True, slots=True)
class News:
    now: int
    subscriptions_moved: bool
    created: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()


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
    )


def _customer_of(event: Mapping[str, Any]) -> str | None:
    subject = event["data"]["object"]
    found = subject.get("id") if subject.get("object") == "customer" else subject.get("customer")
    return found.get("id") if isinstance(found, dict) else found
