"""The courier: brings signed webhooks to the app, in the order that the story says.

The simulator holds every delivery; each one is taken (signed at that moment), handed to the app,
and its answer told back, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.app.protocol import AppUnavailable
from harness.app.signature import signed_again
from harness.model.observation import Delivered
from harness.stage import Stage

Delivery = Mapping[str, Any]


def deliver_all(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Everything that waits, oldest first, and what comes to wait meanwhile; each once."""
    tried: set[str] = set()
    while waiting := [each for each in _outstanding(stage) if each["id"] not in tried]:
        tried.add(waiting[0]["id"])
        yield _deliver(stage, waiting[0])


def deliver_all_backwards(
    stage: Stage,
    subject: Mapping[str, str],  # noqa: ARG001
) -> Iterator[Moment]:
    for delivery in reversed(_outstanding(stage)):
        yield _deliver(stage, delivery)


def deliver_all_again(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Everything that the app has accepted so far, once more, oldest first."""
    for delivery in _accepted(stage):
        yield _deliver(stage, delivery, again=True)


def deliver(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The oldest of the type that waits, or the one that the story counts out."""
    waiting = _of_type(_outstanding(stage), subject["type"])
    yield _deliver(stage, _chosen(stage, waiting, subject, lambda found: found[0]))


def deliver_again(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The latest of the type that was accepted, or the one that the story counts out."""
    accepted = _of_type(_accepted(stage), subject["type"])
    delivery = _chosen(stage, accepted, subject, lambda found: found[-1])
    yield _deliver(stage, delivery, again=True)


def _deliver(stage: Stage, delivery: Delivery, *, again: bool = False) -> Moment:
    taken = stage.stripe.control.take(delivery["id"])
    body, headers = taken["body"].encode(), taken["headers"]
    if stage.webhook_secret is not None:
        headers = signed_again(headers, body, stage.webhook_secret)
    name = stage.stripe.event_name(delivery["event"])
    try:
        reply = stage.app.receive(headers, body)
    except AppUnavailable as fault:
        stage.stripe.control.answer(delivery["id"], None, error=str(fault))
        return Moment(delivered=Delivered(name, None, again))
    stage.stripe.control.answer(delivery["id"], reply.status, body=reply.text[:500])
    stage.webhooks.append({"body": taken["body"], "status": reply.status, "type": delivery["type"]})
    return Moment(delivered=Delivered(name, reply.status, again))


def _outstanding(stage: Stage) -> list[Delivery]:
    found = stage.stripe.control.deliveries(0)["deliveries"]
    return [each for each in found if each["state"] != "delivered"]


def _accepted(stage: Stage) -> list[Delivery]:
    found = stage.stripe.control.deliveries(0)["deliveries"]
    return [each for each in found if each["state"] == "delivered"]


def outstanding(stage: Stage) -> tuple[str, ...]:
    """Names of the events that the app has not accepted yet, oldest first."""
    return tuple(stage.stripe.event_name(each["event"]) for each in _outstanding(stage))


def _of_type(found: Sequence[Delivery], wanted: str) -> list[Delivery]:
    return [each for each in found if each["type"] == wanted]


def _chosen(
    stage: Stage,
    found: Sequence[Delivery],
    subject: Mapping[str, str],
    usual: Callable[[Sequence[Delivery]], Delivery],
) -> Delivery:
    """By its count among all of its type in the story (`the 2nd ...`), else the usual one."""
    wanted = subject["type"]
    if "nth" in subject:
        name = f"{wanted}#{subject['nth'][:-2]}"
        found = [each for each in found if stage.stripe.event_name(each["event"]) == name]
        wanted = name
    if not found:
        waiting = ", ".join(outstanding(stage)) or "nothing"
        raise StepImpossible(f"no {wanted} is there to deliver; waiting: {waiting}")
    return usual(found)


VERBS: dict[str, Verb] = {
    "deliver": deliver,
    "deliver_again": deliver_again,
    "deliver_all": deliver_all,
    "deliver_all_again": deliver_all_again,
    "deliver_all_backwards": deliver_all_backwards,
}
