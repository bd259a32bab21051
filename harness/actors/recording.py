"""Recorded reality: events of a real account happen again, to the app's own user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.recorded.casting import CannotBeCast, cast_of, customer_in, read_recording
from harness.stage import Stage


def bring(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The events in these lines of the recording, which lies beside `carom.toml`.

    Time stands still: the times are those that the events show.
    """
    first, last = int(subject["n"]), int(subject["last"])
    path = stage.config.path.parent / subject["recording"]
    try:
        events = read_recording(path)
        if not 1 <= first <= last <= len(events):
            raise CannotBeCast(f"{path} has {len(events)} events, none from {first} to {last}")
        cast = cast_of(stage, events)
    except CannotBeCast as fault:
        raise StepImpossible(str(fault)) from fault
    here = [cast.event(event) for event in events[first - 1 : last] if not cast.was_told(event)]
    if here:
        stage.stripe.control.bring(here)
    if stage.customer.stripe_id is None:
        stage.customer.stripe_id = customer_in(here)
    yield Moment()


VERBS: dict[str, Verb] = {"bring": bring}
