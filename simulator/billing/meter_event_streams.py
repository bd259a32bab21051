"""Meter events in bulk: a session, and the stream that its token opens.

docs.stripe.com/api/v2/billing/meter-event-stream: up to 100 events in a request, with a token that
is good for 15 minutes. Stripe validates them later and tells what was wrong in an event, which is
not simulated; here a stream with a bad event is refused as a whole, so that no usage is lost in
silence. That the token is the account's own key, and goes on opening it, is our choice: a request
with it needs the headers `Carom-World` and `Stripe-Account` like any other.
"""

from __future__ import annotations

from simulator.billing.call import Call, Handler, refusal
from simulator.billing.meter_events import accepted, unix, written
from simulator.contract.errors import StripeError
from simulator.engine import MINUTE, Obj, World

_LASTS, _MOST = 15 * MINUTE, 100


def create_session(world: World, call: Call) -> Obj:
    call.only()
    now = world.now()
    return {
        "id": f"mes_test_61{world.ids.token(30)}",
        "object": "v2.billing.meter_event_session",
        "authentication_token": world.key.partition(" ")[0],
        "created": written(now),
        "expires_at": written(now + _LASTS),
        "livemode": False,
    }


def stream(world: World, call: Call) -> Obj:
    """Keep the events; the answer is empty."""
    events = call.only("events")["events"]
    if len(events) > _MOST:
        raise refusal(f"At most {_MOST} events can be sent at once.", param="events")
    with world.transaction():
        for position, event in enumerate(events):
            try:
                accepted(world, unix(event))
            except StripeError as fault:
                fault.param = f"events[{position}]"
                raise
    return {}


HANDLERS: dict[str, Handler] = {
    "POST /v2/billing/meter_event_session": create_session,
    "POST /v2/billing/meter_event_stream": stream,
}
