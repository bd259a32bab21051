"""Usage found by time, against counting it all; a year in which none is billed twice or lost."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.billing.usage import Reading, forget, record, used
from simulator.engine import DAY, HOUR, Obj, World
from tests.billing.account import START, Account, only_item, open_account
from tests.billing.metering import meter, metered_price, report
from tests.engine.things import digest, rolled_back

CUSTOMER = "cus_1"
SPAN = 3 * DAY
times = st.integers(0, SPAN - 1).map(lambda s: START + s)
near = st.integers(0, 200).map(lambda s: START + s)
values = st.decimals(-1000, 1000, places=3)


def metered_world(formula: str = "sum", **more: Any) -> tuple[World, Obj]:
    account = open_account()
    return account.world, meter(account, formula, **more)


def counted(readings: list[Reading], formula: str, start: int, end: int) -> Decimal:
    """The plain way: go through all of them."""
    inside = [reading for reading in readings if start <= reading.at < end]
    if formula == "count":
        return Decimal(len(inside))
    if formula == "sum":
        return sum((reading.value for reading in inside), Decimal(0))
    latest = max(inside, key=lambda reading: (reading.at, reading.order), default=None)
    return latest.value if latest else Decimal(0)


@settings(max_examples=60, deadline=None)
@given(
    formula=st.sampled_from(["sum", "count", "last"]),
    given_readings=st.lists(st.tuples(st.one_of(times, near), values), max_size=30),
    dropped=st.sets(st.integers(0, 29)),
    spans=st.lists(st.tuples(times, times), min_size=1, max_size=8),
)
def test_any_span_comes_to_what_counting_it_comes_to(
    formula: str,
    given_readings: list[tuple[int, Decimal]],
    dropped: set[int],
    spans: list[tuple[int, int]],
) -> None:
    world, of = metered_world(formula)
    made = [record(world, of, CUSTOMER, at, value) for at, value in given_readings]
    left = []
    for place, reading in enumerate(made):
        if place in dropped:
            forget(world, of, CUSTOMER, reading)
        else:
            left.append(reading)
    for start, end in spans:
        assert used(world, of, CUSTOMER, start, end) == counted(left, formula, start, end)
    assert used(world, of, "cus_2", START, START + SPAN) == 0


@settings(max_examples=40, deadline=None)
@given(
    formula=st.sampled_from(["sum", "count"]),
    readings=st.lists(st.tuples(times, values), max_size=30),
    cuts=st.lists(times, max_size=8),
)
def test_tiles_of_time_add_up_to_the_whole(
    formula: str, readings: list[tuple[int, Decimal]], cuts: list[int]
) -> None:
    world, of = metered_world(formula)
    for at, value in readings:
        record(world, of, CUSTOMER, at, value)
    edges = [START, *sorted(cuts), START + SPAN]
    tiles = [used(world, of, CUSTOMER, *edge) for edge in pairwise(edges)]
    assert sum(tiles) == used(world, of, CUSTOMER, START, START + SPAN)


def test_what_is_taken_back_was_never_there() -> None:
    world, of = metered_world(event_time_window="hour")
    record(world, of, CUSTOMER, START, Decimal(5))
    before = digest(world)
    with rolled_back(world):
        record(world, of, CUSTOMER, START + 1, Decimal(7))
    assert digest(world) == before
    fork = world.fork()
    record(fork, of, CUSTOMER, START + 2, Decimal(9))
    assert used(world, of, CUSTOMER, START, START + DAY) == 5
    assert used(fork, of, CUSTOMER, START, START + DAY) == 9


def test_a_span_is_found_without_going_through_its_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, of = metered_world()
    seconds = range(0, 2 * DAY, 97)
    for second in seconds:
        record(world, of, CUSTOMER, START + second, Decimal(1))
    looks = 0
    kept = world.kept

    def counting(name: str) -> Any:
        nonlocal looks
        looks += 1
        return kept(name)

    monkeypatch.setattr(world, "kept", counting)
    inside = [second for second in seconds if 30 <= second < DAY + 30]
    assert used(world, of, CUSTOMER, START + 30, START + DAY + 30) == len(inside)
    assert looks < 200


# --- a year of renewals -------------------------------------------------------------------------

acts = st.one_of(
    st.tuples(st.just("use"), st.integers(1, 500), st.integers(0, 2 * DAY)),
    st.tuples(st.just("wait"), st.integers(1, 40), st.integers(0, DAY)),
    st.tuples(
        st.just("switch"),
        st.integers(0, 2),
        st.sampled_from(["create_prorations", "always_invoice"]),
    ),
    st.tuples(st.just("anew"), st.just(0), st.just(0)),
    st.tuples(st.just("late"), st.integers(1, 500), st.integers(1, HOUR - 1)),
)


class Year:
    """A subscription to one meter at 1, 2 or 4 cents, and all that was reported for it."""

    def __init__(self, mode: str) -> None:
        self.account: Account = open_account()
        self.mode = mode
        of = meter(self.account)
        self.prices = [metered_price(self.account, of, unit_amount=cents) for cents in (1, 2, 4)]
        self.subscription = self.account.subscribed(
            items=[{"price": self.prices[0]}], billing_mode={"type": mode}
        )
        self.reported = 0

    @property
    def now(self) -> int:
        return self.account.world.now()

    @property
    def item(self) -> Obj:
        return only_item(self.account.fresh(self.subscription))

    def report(self, value: int, at: int) -> None:
        report(self.account, self.subscription["customer"], value, timestamp=at)
        self.reported += value

    def use(self, value: int, ago: int) -> None:
        """Use of the period that runs, reported somewhat later."""
        charged = self.account.world.kept(self.item["id"])["uncharged_since"]
        self.report(value, max(self.now - ago, charged))

    def wait(self, days: int, seconds: int) -> None:
        self.account.pass_time(days * DAY + seconds)

    def switch(self, price: int, behavior: str) -> None:
        """Another price; in classic mode with a new cycle, without which the usage is let go."""
        fresh = self.account.fresh(self.subscription)
        anew = {"billing_cycle_anchor": {"type": "now"}} if self.mode == "classic" else {}
        self.account.switch(fresh, self.prices[price], proration_behavior=behavior, **anew)

    def anew(self, *_: int) -> None:
        path = f"subscriptions/{self.subscription['id']}"
        self.account.post(path, billing_cycle_anchor={"type": "now"})

    def late(self, value: int, after: int) -> None:
        """Use of the last second of a period, reported while its invoice is a draft."""
        end = self.item["current_period_end"]
        self.account.pass_to(end + after)
        self.report(value, end - 1)


@settings(max_examples=25, deadline=None)
@given(mode=st.sampled_from(["flexible", "classic"]), steps=st.lists(acts, max_size=15))
def test_no_usage_is_billed_twice_or_lost_over_a_year(
    mode: str, steps: list[tuple[str, Any, Any]]
) -> None:
    year = Year(mode)
    for act, *how in steps:
        getattr(year, act)(*how)
    while year.now < START + 365 * DAY:
        year.wait(30, 0)
    year.anew()
    invoices = year.account.get("invoices", limit=100)["data"]
    lines = [line for invoice in invoices for line in invoice["lines"]["data"]]
    assert sum(line["quantity"] for line in lines) == year.reported
    for line in lines:
        price = year.account.get(f"prices/{line['pricing']['price_details']['price']}")
        assert line["amount"] == line["quantity"] * price["unit_amount"]
    periods = sorted((line["period"]["start"], line["period"]["end"]) for line in lines)
    assert all(ends <= begins for (_, ends), (begins, _) in pairwise(periods))
    for invoice in invoices:
        assert invoice["total"] == sum(line["amount"] for line in invoice["lines"]["data"])
