"""Each invariant over transcripts written by hand: broken where it must be, kept where it may
be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.app.config import Profile
from harness.app.protocol import Entitlement
from harness.model.invariants import INVARIANTS, Judgement, Kept, Violation
from harness.model.observation import Delivered, Landing, Observation

FREE = Entitlement()
PRO = Entitlement(plan="pro", status="active", access=True, cancel_at_period_end=False)
WINDING = replace(PRO, winding_down=True, cancel_at=2000)
ENDED = Entitlement(status="canceled")
UPDATED = "customer.subscription.updated#1"
NEWS = (UPDATED,)

Seen = Callable[..., Observation]


def judge(name: str, *moments: Observation, profile: Profile | None = None) -> Judgement:
    return INVARIANTS[name].judge(moments, profile or Profile())


def test_each_is_found_by_its_name_and_explains_itself() -> None:
    for name, invariant in INVARIANTS.items():
        assert invariant.name == name
        explained = type(invariant).__doc__ or ""
        assert "Reason:" in explained
        assert "Needs:" in explained
        assert "Catches:" in explained


class TestSingleWriter:
    def test_a_return_page_that_writes_breaks_it_even_when_what_it_writes_is_true(
        self, seen: Seen
    ) -> None:
        broken = judge(
            "single-writer",
            seen(PRO, WINDING, outstanding=NEWS),
            seen(WINDING, WINDING, words="returns", landing=Landing(200), outstanding=NEWS),
        )
        assert isinstance(broken, Violation)
        assert broken.step == "customer: returns"
        assert broken.proof.startswith("Then:    before this the app showed pro, active, access")
        assert "However: " in broken.proof

    def test_an_accepted_webhook_may_write(self, seen: Seen) -> None:
        after = seen(WINDING, WINDING, delivered=Delivered(UPDATED, 200))
        assert judge("single-writer", seen(PRO, WINDING, outstanding=NEWS), after) is None

    def test_a_refused_webhook_may_not(self, seen: Seen) -> None:
        after = seen(WINDING, WINDING, delivered=Delivered(UPDATED, 500))
        broken = judge("single-writer", seen(PRO, WINDING, outstanding=NEWS), after)
        assert isinstance(broken, Violation)

    def test_it_is_put_to_the_test_only_while_there_is_news(self, seen: Seen) -> None:
        quiet = judge("single-writer", seen(PRO, PRO), seen(PRO, PRO, words="returns"))
        tempted = judge(
            "single-writer",
            seen(PRO, WINDING, outstanding=NEWS),
            seen(PRO, WINDING, words="returns", outstanding=NEWS),
        )
        assert quiet is None
        assert isinstance(tempted, Kept)

    def test_an_app_that_syncs_on_return_does_not_promise_it(self, seen: Seen) -> None:
        judged = judge(
            "single-writer",
            seen(FREE, PRO, outstanding=NEWS),
            seen(PRO, PRO, words="returns", outstanding=NEWS),
            profile=Profile(writer="webhook-and-return-sync"),
        )
        assert judged is None

    def test_a_remark_about_waiting_is_no_entitlement(self, seen: Seen) -> None:
        pending = replace(FREE, pending=True)
        judged = judge(
            "single-writer",
            seen(FREE, PRO, outstanding=NEWS),
            seen(pending, PRO, words="returns", outstanding=NEWS),
        )
        assert isinstance(judged, Kept)


class TestReturnIsNavigation:
    def test_nothing_changes(self, seen: Seen) -> None:
        judged = judge(
            "return-is-navigation", seen(FREE, PRO), seen(FREE, PRO, landing=Landing(200))
        )
        assert isinstance(judged, Kept)

    def test_catching_up_with_stripe_is_allowed(self, seen: Seen) -> None:
        judged = judge(
            "return-is-navigation", seen(FREE, PRO), seen(PRO, PRO, landing=Landing(200))
        )
        assert isinstance(judged, Kept)

    def test_granting_on_arrival_is_not(self, seen: Seen) -> None:
        broken = judge(
            "return-is-navigation", seen(FREE, FREE), seen(PRO, FREE, landing=Landing(200))
        )
        assert isinstance(broken, Violation)
        assert "which is neither" in broken.however

    def test_a_page_that_fails_breaks_it(self, seen: Seen) -> None:
        broken = judge(
            "return-is-navigation", seen(FREE, PRO), seen(FREE, PRO, landing=Landing(500))
        )
        assert isinstance(broken, Violation)
        assert broken.seen == "status 500"

    def test_selling_what_is_paid_breaks_it(self, seen: Seen) -> None:
        landing = Landing(200, ("Choose a plan",))
        paid = judge("return-is-navigation", seen(FREE, PRO), seen(FREE, PRO, landing=landing))
        unpaid = judge("return-is-navigation", seen(FREE, FREE), seen(FREE, FREE, landing=landing))
        assert isinstance(paid, Violation)
        assert isinstance(unpaid, Kept)

    def test_other_steps_do_not_concern_it(self, seen: Seen) -> None:
        assert judge("return-is-navigation", seen(FREE, PRO), seen(PRO, PRO)) is None


class TestPaidAccessKept:
    def test_losing_access_while_winding_down_breaks_it(self, seen: Seen) -> None:
        broken = judge(
            "paid-access-kept",
            seen(PRO, WINDING, outstanding=NEWS),
            seen(ENDED, WINDING, delivered=Delivered(UPDATED, 200)),
        )
        assert isinstance(broken, Violation)
        assert "winding down, and paid until its period ends" in broken.then

    def test_keeping_it_is_kept(self, seen: Seen) -> None:
        assert isinstance(judge("paid-access-kept", seen(PRO, PRO), seen(WINDING, WINDING)), Kept)

    def test_what_was_never_shown_cannot_be_lost(self, seen: Seen) -> None:
        assert judge("paid-access-kept", seen(FREE, PRO), seen(FREE, PRO)) is None

    def test_what_has_ended_may_go(self, seen: Seen) -> None:
        assert judge("paid-access-kept", seen(PRO, ENDED), seen(ENDED, ENDED)) is None


class TestUnpaidAccessEnds:
    def test_access_after_the_end_was_delivered_breaks_it(self, seen: Seen) -> None:
        deleted = Delivered("customer.subscription.deleted#1", 200)
        broken = judge("unpaid-access-ends", seen(PRO, PRO), seen(PRO, ENDED, delivered=deleted))
        assert isinstance(broken, Violation)

    def test_before_the_end_is_delivered_it_says_nothing(self, seen: Seen) -> None:
        waiting = seen(PRO, ENDED, outstanding=("customer.subscription.deleted#1",))
        assert judge("unpaid-access-ends", seen(PRO, PRO), waiting) is None

    def test_other_news_does_not_excuse(self, seen: Seen) -> None:
        waiting = seen(PRO, ENDED, outstanding=("invoice.updated#1",))
        assert isinstance(judge("unpaid-access-ends", seen(PRO, PRO), waiting), Violation)

    def test_access_that_is_gone_is_kept(self, seen: Seen) -> None:
        assert isinstance(judge("unpaid-access-ends", seen(PRO, PRO), seen(ENDED, ENDED)), Kept)

    def test_who_never_paid_has_no_end(self, seen: Seen) -> None:
        assert judge("unpaid-access-ends", seen(FREE, FREE), seen(FREE, FREE)) is None


class TestIdempotent:
    AGAIN = Delivered("invoice.paid#1", 200, again=True)

    def test_a_duplicate_that_changes_something_breaks_it(self, seen: Seen) -> None:
        broken = judge("idempotent", seen(PRO, PRO), seen(FREE, PRO, delivered=self.AGAIN))
        assert isinstance(broken, Violation)
        assert broken.expected == "still pro, active, access"

    def test_a_duplicate_that_is_refused_breaks_it(self, seen: Seen) -> None:
        refused = Delivered("invoice.paid#1", 500, again=True)
        broken = judge("idempotent", seen(PRO, PRO), seen(PRO, PRO, delivered=refused))
        assert isinstance(broken, Violation)
        assert broken.seen == "answered 500"

    def test_no_change_is_kept(self, seen: Seen) -> None:
        judged = judge("idempotent", seen(PRO, PRO), seen(PRO, PRO, delivered=self.AGAIN))
        assert isinstance(judged, Kept)

    def test_reading_stripe_anew_may_catch_up(self, seen: Seen) -> None:
        judged = judge(
            "idempotent", seen(PRO, WINDING), seen(WINDING, WINDING, delivered=self.AGAIN)
        )
        assert isinstance(judged, Kept)

    def test_a_first_delivery_does_not_concern_it(self, seen: Seen) -> None:
        first = Delivered("invoice.paid#1", 200)
        assert judge("idempotent", seen(FREE, PRO), seen(PRO, PRO, delivered=first)) is None


class TestConverges:
    DELIVERED = Delivered(UPDATED, 200)

    def test_old_news_that_stays_breaks_it(self, seen: Seen) -> None:
        broken = judge("converges", seen(WINDING, PRO, delivered=self.DELIVERED))
        assert isinstance(broken, Violation)
        assert "winding_down is True, not False" in broken.however

    def test_while_something_is_outstanding_it_says_nothing(self, seen: Seen) -> None:
        waiting = seen(FREE, PRO, delivered=self.DELIVERED, outstanding=NEWS)
        assert judge("converges", waiting) is None

    def test_agreement_is_kept(self, seen: Seen) -> None:
        assert isinstance(judge("converges", seen(PRO, PRO, delivered=self.DELIVERED)), Kept)

    def test_without_any_delivery_it_was_not_tested(self, seen: Seen) -> None:
        assert judge("converges", seen(FREE, FREE)) is None

    def test_it_is_judged_in_later_moments_too(self, seen: Seen) -> None:
        first = seen(PRO, PRO, delivered=self.DELIVERED)
        assert isinstance(judge("converges", first, seen(FREE, PRO)), Violation)


@pytest.mark.parametrize("name", INVARIANTS)
def test_before_anybody_signed_up_nothing_is_judged(name: str, seen: Seen) -> None:
    assert judge(name, seen(None, FREE)) is None
