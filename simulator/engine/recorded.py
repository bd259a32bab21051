"""Events that happened elsewhere, brought into a World: it holds what they show, and tells them as
they were.

Carom's own, for recordings of real accounts; Stripe has no such thing. Nothing follows from an
object that is brought in: its subscription is not renewed, its invoice not collected, for what came
next is in the recording. Objects and events are taken to be in the newest shape.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.engine.objects import Obj
from simulator.engine.world import World


class NotAnEvent(ValueError):
    """One of the events cannot be brought in; `place` is its place among them, from 0."""

    def __init__(self, place: int, problem: str) -> None:
        super().__init__(problem)
        self.place = place


def bring(world: World, events: Sequence[Obj]) -> None:
    """Each event in turn, all of them or, with `NotAnEvent`, none."""
    for place, event in enumerate(events):
        _check(world, place, event, events[:place])
    for event in events:
        _hold(world, event)
        told: Obj = {**event, "livemode": False, "pending_webhooks": 0}
        told["api_version"] = world.settings.api_version
        world.insert(told)
        world.ledger.append(told)


def _check(world: World, place: int, event: Obj, before: Sequence[Obj]) -> None:
    if event.get("object") != "event":
        raise NotAnEvent(place, f"object is {event.get('object')!r}, not 'event'")
    for key, kind in (("id", str), ("type", str), ("created", int), ("data", dict)):
        if not isinstance(event.get(key), kind):
            raise NotAnEvent(place, f"{key} is {event.get(key)!r}")
    subject = event["data"].get("object")
    if not isinstance(subject, dict) or not isinstance(subject.get("object"), str):
        raise NotAnEvent(place, "data.object is no object of Stripe's")
    name = event["id"]
    if world.get("event", name) is not None or any(name == each["id"] for each in before):
        raise NotAnEvent(place, f"the event {name} is there already")


def _hold(world: World, event: Obj) -> None:
    """The event's object, as it was then."""
    subject: Obj = event["data"]["object"]
    kind, name = subject["object"], subject.get("id")
    if not isinstance(name, str):
        return
    here = world.get(kind, name) is not None
    # A subscription that was deleted has ended, and can be read for ever.
    if event["type"].endswith(".deleted") and kind != "subscription":
        if here:
            world.remove(kind, name)
    elif not here:
        world.insert(subject)
    elif not event["type"].endswith(".created"):
        # News of a creation may come after news of what it became: `payment_intent.created` does.
        world.change(kind, name, subject)
