"""The courier: brings signed webhooks to the app, in the order that the story says.

The simulator holds every delivery; each one is taken (signed at that moment), handed to the app,
and its answer told back, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.app.protocol import AppUnavailable
from harness.app.signature import signed_again
from harness.explore.probes import probe
from harness.model.observation import Delivered
from harness.stage import Stage

Delivery = Mapping[str, Any]
FORGERIES = {
    "unsigned": "unsigned",
    "with a wrong signature": "wrong",
    "with a signature of yesterday": "stale",
    "altered": "altered",
}
"""The words of a scenario -> the probe (`harness.explore.probes`)."""


def deliver_all(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Everything that waits, oldest first, and what comes to wait meanwhile; each once."""
    tried: set[str] = set()
    while waiting := [each for each in _outstanding(stage) if each["id"] not in tried]:
        tried.add(waiting[0]["id"])
        yield _deliver(stage, waiting[0])


def deliver_two_signatures(
    stage: Stage,
    subject: Mapping[str, str],  # noqa: ARG001
) -> Iterator[Moment]:
    """While a signing secret is rolled, Stripe signs with the old one and the new one."""
    for delivery in _outstanding(stage):
        yield _deliver(stage, delivery, old_secret="whsec_before_it_was_rolled")


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
    yield _deliver(stage, _waiting(stage, subject))


def deliver_again(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The latest of the type that was accepted, or the one that the story counts out."""
    accepted = _of_type(_accepted(stage), subject["type"])
    delivery = _chosen(stage, accepted, subject, lambda found: found[-1])
    yield _deliver(stage, delivery, again=True)


def miss(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """An attempt that never reaches the app; Stripe will try again."""
    delivery = _waiting(stage, subject)
    stage.stripe.control.take(delivery["id"])
    stage.stripe.control.answer(delivery["id"], None, error="the app was not reached")
    yield Moment(remark="not reached")


def refuse(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """Stripe answers the app's next call with a 429, which no SDK tries again by itself."""
    delivery = _waiting(stage, subject)
    stage.stripe.control.fault("rate_limit")
    moment = _deliver(stage, delivery)
    stage.stripe.control.clear_faults()
    assert moment.delivered is not None
    yield replace(moment, delivered=replace(moment.delivered, disturbed=True))


def lose(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """Nobody will ever deliver it; it stays outstanding."""
    stage.lost.add(_waiting(stage, subject)["id"])
    yield Moment(remark="lost")


def forge(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The next of the type as somebody else would post it; the true one still waits after that."""
    delivery = _waiting(stage, subject)
    name = f"{stage.stripe.event_name(delivery['event'])} {subject['forgery']}"
    yield _probe(stage, FORGERIES[subject["forgery"]], delivery, name)


def foreign(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    yield _probe(stage, "foreign", _accepted(stage)[-1], "another product's event")


def unknown(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    yield _probe(stage, "unknown", _accepted(stage)[-1], "an event of a new type")


def _probe(stage: Stage, kind: str, delivery: Delivery, name: str) -> Moment:
    made = probe(kind, stage.stripe.control.take(delivery["id"]), stage.secret)
    try:
        status: int | None = stage.app.receive(made.headers, made.body).status
    except AppUnavailable:
        status = None
    return Moment(delivered=Delivered(name, status, forged=made.forged, foreign=made.foreign))


def _deliver(
    stage: Stage, delivery: Delivery, *, again: bool = False, old_secret: str | None = None
) -> Moment:
    taken = stage.stripe.control.take(delivery["id"])
    body = taken["body"].encode()
    secrets = (stage.secret,) if old_secret is None else (old_secret, stage.secret)
    headers = signed_again(taken["headers"], body, *secrets)
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
    return [each for each in found if each["state"] != "delivered" and each["id"] not in stage.lost]


def _accepted(stage: Stage) -> list[Delivery]:
    found = stage.stripe.control.deliveries(0)["deliveries"]
    return [each for each in found if each["state"] == "delivered"]


def outstanding(stage: Stage) -> tuple[str, ...]:
    """Names of the events that the app has not accepted yet, oldest first."""
    found = stage.stripe.control.deliveries(0)["deliveries"]
    waiting = [each for each in found if each["state"] != "delivered"]
    return tuple(stage.stripe.event_name(each["event"]) for each in waiting)


def _waiting(stage: Stage, subject: Mapping[str, str]) -> Delivery:
    waiting = _of_type(_outstanding(stage), subject["type"])
    return _chosen(stage, waiting, subject, lambda found: found[0])


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


def _where_told(act: Verb) -> Verb:
    """Nothing is delivered of a type that the app's endpoint does not ask for."""

    def done(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
        asked = stage.config.webhook_events
        if "*" in asked or subject["type"] in asked:
            yield from act(stage, subject)
        else:
            yield Moment(remark=f"the app does not ask for {subject['type']}")

    return done


VERBS: dict[str, Verb] = {
    "deliver": _where_told(deliver),
    "deliver_again": _where_told(deliver_again),
    "deliver_all": deliver_all,
    "deliver_all_again": deliver_all_again,
    "deliver_all_backwards": deliver_all_backwards,
    "deliver_two_signatures": deliver_two_signatures,
    "foreign": foreign,
    "forge": _where_told(forge),
    "lose": _where_told(lose),
    "miss": _where_told(miss),
    "refuse": _where_told(refuse),
    "unknown": unknown,
}
