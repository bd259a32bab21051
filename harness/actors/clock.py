"""Time at Stripe: the account's virtual clock. What falls due on the way happens in time order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, Verb
from harness.actors.subscription import live_subscription
from harness.model.oracle import period_end
from harness.stage import Stage

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def to_period_end(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    stage.stripe.control.advance(to=_end(stage))
    yield Moment()


def before_period_end(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    stage.stripe.control.advance(to=_end(stage) - 1)
    yield Moment()


def forward(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    seconds = int(subject["n"]) * _SECONDS[subject["unit"].removesuffix("s")]
    stage.stripe.control.advance(seconds=seconds)
    yield Moment()


def _end(stage: Stage) -> int:
    """When what is paid for ends: the scheduled end if there is one, else the period's."""
    subscription = live_subscription(stage)
    return int(subscription["cancel_at"] or period_end(subscription))


VERBS: dict[str, Verb] = {
    "before_period_end": before_period_end,
    "forward": forward,
    "to_period_end": to_period_end,
}
