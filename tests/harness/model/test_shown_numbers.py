"""Invariants about numbers that few apps show: seats, limits and amounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.app.config import Profile
from harness.app.protocol import Entitlement
from harness.model.invariants import INVARIANTS, Judgement, Kept, Violation
from harness.model.observation import Observation

PRO = Entitlement(plan="pro", status="active", access=True)
NEWS = ("customer.subscription.updated#1",)

Seen = Callable[..., Observation]


def judge(name: str, *moments: Observation) -> Judgement:
    return INVARIANTS[name].judge(moments, Profile())


class TestPlanFidelity:
    KNOWN = replace(PRO, seats=5, limit=500)

    @pytest.mark.parametrize(("seats", "limit", "seen_as"), [(1, 500, "seats 1"), (5, 8, "of 8")])
    def test_what_goes_with_another_plan_breaks_it(
        self, seen: Seen, seats: int, limit: int, seen_as: str
    ) -> None:
        shown = replace(PRO, seats=seats, limit=limit)
        broken = judge("plan-fidelity", seen(shown, self.KNOWN))
        assert isinstance(broken, Violation)
        assert broken.seen.endswith(seen_as)

    def test_it_is_judged_once_all_is_delivered_and_as_far_as_it_is_shown(self, seen: Seen) -> None:
        behind = seen(replace(PRO, seats=1), self.KNOWN, outstanding=NEWS)
        assert judge("plan-fidelity", behind) is None
        assert judge("plan-fidelity", seen(PRO, self.KNOWN)) is None
        assert isinstance(judge("plan-fidelity", seen(replace(PRO, seats=5), self.KNOWN)), Kept)


class TestNoLocalProration:
    def test_an_amount_that_is_not_stripes_breaks_it(self, seen: Seen) -> None:
        listed, paid = (replace(PRO, amount=amount) for amount in (5880, 4900))
        broken = judge("no-local-proration", seen(listed, paid))
        assert isinstance(broken, Violation)
        assert broken.expected == "4900 in the smallest unit"
        assert isinstance(judge("no-local-proration", seen(paid, paid)), Kept)

    def test_it_is_judged_once_all_is_delivered_and_where_it_is_shown(self, seen: Seen) -> None:
        listed, paid = (replace(PRO, amount=amount) for amount in (5880, 4900))
        assert judge("no-local-proration", seen(listed, paid, outstanding=NEWS)) is None
        assert judge("no-local-proration", seen(PRO, paid)) is None
