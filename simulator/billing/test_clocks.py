"""Test clocks: a customer's own time, moved forward on request.

docs.stripe.com/billing/testing/test-clocks; class `stripe.test_helpers.TestClock`. An advance
answers at once with `advancing`; the work is done right after the answer, and then the clock is
`ready`. `event.created` carries the account's time, objects the clock's, a choice of ours: Stripe
does not document it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from dateutil.relativedelta import relativedelta

from simulator.billing.call import Call, Handler, Listing, addressed, refusal
from simulator.billing.customers import delete_customer
from simulator.billing.subscription_items import items_of
from simulator.billing.subscription_status import ENDED
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import DAY, Obj, World

KIND = "test_helpers.test_clock"
_LIVES_FOR = 30 * DAY
_END_OF_CALENDAR = 253_402_300_799  # the last second of the year 9999
_INTERVALS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


def create(world: World, call: Call) -> Obj:
    params = call.only("frozen_time", "name")
    if params.get("frozen_time") is None:
        raise MissingParameter("frozen_time")
    now = world.now()
    clock: Obj = {
        "id": world.ids.new("clock"),
        "object": KIND,
        "created": now,
        "deletes_after": now + _LIVES_FOR,
        "frozen_time": params["frozen_time"],
        "livemode": False,
        "name": params.get("name"),
        "status": "ready",
        "status_details": {},
    }
    with world.transaction():
        world.schedule(clock["deletes_after"], "test_clock.delete", clock["id"])
        return world.insert(clock, "test_helpers.test_clock.created")


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, KIND, call.path["test_clock"])


def list_all(world: World, call: Call) -> Listing:
    call.only()
    return Listing(KIND)


def advance(world: World, call: Call) -> Obj:
    params = call.only("frozen_time")
    clock = addressed(world, KIND, call.path["test_clock"])
    target = params.get("frozen_time")
    if target is None:
        raise MissingParameter("frozen_time")
    if clock["status"] != "ready":
        raise StripeError("This test clock is already advancing.", param="frozen_time")
    if target <= clock["frozen_time"]:
        raise refusal(
            "The test clock can only be advanced to a time after its current frozen time.",
            param="frozen_time",
        )
    latest, counted = _limit(world, clock)
    if target > latest:
        raise refusal(_too_far(target, latest, counted), param="frozen_time")
    advancing = {
        "status": "advancing",
        "status_details": {"advancing": {"target_frozen_time": target}},
    }
    with world.transaction():
        world.schedule(world.now(), "test_clock.advance", clock["id"])
        return world.change(KIND, clock["id"], advancing, "test_helpers.test_clock.advancing")


def finish_advance(world: World, name: str) -> None:
    """Duty `test_clock.advance`.

    Everything due up to the target happens, then the clock is ready.
    """
    clock = world.get(KIND, name)
    if clock is None or clock["status"] != "advancing":
        return
    target = clock["status_details"]["advancing"]["target_frozen_time"]
    world.run_until(target, name)
    world.change(
        KIND,
        name,
        {"frozen_time": target, "status": "ready", "status_details": {}},
        "test_helpers.test_clock.ready",
    )


def _limit(world: World, clock: Obj) -> tuple[int, bool]:
    """How far one advance may go: two of the shortest interval on the clock, or two years."""
    start = datetime.fromtimestamp(clock["frozen_time"], UTC)
    ends = []
    for subscription in world.walk("subscription", "test_clock", clock["id"]):
        if subscription["status"] in ENDED:
            continue
        for item in items_of(subscription):
            recurring = item["price"]["recurring"]
            step = {_INTERVALS[recurring["interval"]]: 2 * recurring["interval_count"]}
            ends.append(start + relativedelta(**step))
    latest = min(ends) if ends else start + relativedelta(years=2)
    return int(latest.timestamp()), bool(ends)


def _too_far(target: int, latest: int, counted: bool) -> str:
    def shown(instant: int) -> str:
        if instant > _END_OF_CALENDAR:
            return str(instant)
        return f"{instant} ({datetime.fromtimestamp(instant, UTC):%Y-%m-%d %H:%M:%S} UTC)"

    return (
        f"The frozen time of this clock is {shown(target)}. You can only advance it up to"
        f" {shown(latest)}. You can only advance a test clock up to two intervals from the current"
        " frozen time at a time, based on the shortest subscription interval in the test clock."
        " For example, if a test clock has a monthly and yearly subscription, you may only advance"
        " up to two months at a time. If the test clock has no subscriptions or subscription"
        " schedules, you can advance up to 2 years from the current frozen time."
    )


def delete(world: World, call: Call) -> Obj:
    call.only()
    clock = addressed(world, KIND, call.path["test_clock"])
    delete_clock(world, clock["id"])
    return {"id": clock["id"], "object": KIND, "deleted": True}


def delete_clock(world: World, name: str) -> None:
    """Duty `test_clock.delete`: the clock goes, and its customers with it."""
    if world.get(KIND, name) is None:
        return
    with world.transaction():
        for customer in world.find("customer", "test_clock", name):
            delete_customer(world, customer)
        world.remove(KIND, name, "test_helpers.test_clock.deleted")


HANDLERS: dict[str, Handler] = {
    "POST /v1/test_helpers/test_clocks": create,
    "GET /v1/test_helpers/test_clocks": list_all,
    "GET /v1/test_helpers/test_clocks/{test_clock}": retrieve,
    "POST /v1/test_helpers/test_clocks/{test_clock}/advance": advance,
    "DELETE /v1/test_helpers/test_clocks/{test_clock}": delete,
}
