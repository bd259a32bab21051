"""Clocks: one that stands until told, and one that follows its source."""

from __future__ import annotations

import pytest

from simulator.engine import RealClock, VirtualClock


def test_a_virtual_clock_stands_still_until_it_is_advanced() -> None:
    clock = VirtualClock(100)
    assert (clock.virtual, clock.now(), clock.now()) == (True, 100, 100)
    clock.advance_to(160)
    assert clock.now() == 160


def test_a_virtual_clock_may_be_advanced_to_where_it_stands() -> None:
    clock = VirtualClock(100)
    clock.advance_to(100)
    assert clock.now() == 100


def test_time_never_goes_back() -> None:
    clock = VirtualClock(100)
    with pytest.raises(ValueError, match="stands at 100 and cannot go back to 99"):
        clock.advance_to(99)
    assert clock.now() == 100


def test_a_real_clock_reads_whole_seconds_from_its_source() -> None:
    readings = iter([7.9, 8.0])
    clock = RealClock(lambda: next(readings))
    assert (clock.virtual, clock.now(), clock.now()) == (False, 7, 8)
