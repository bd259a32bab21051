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

    def test_a_stranger_may_be_turned_away(self, seen: Seen) -> None:
        landing = Landing(403, who="stranger", shown=FREE)
        assert (
            judge("return-is-navigation", seen(PRO, PRO), seen(PRO, PRO, landing=landing)) is None
        )


class TestTenantIsolation:
    @pytest.mark.parametrize(("shown", "holds"), [(FREE, True), (PRO, False)])
    def test_the_customers_return_page_grants_a_stranger_nothing(
        self, seen: Seen, shown: Entitlement, holds: bool
    ) -> None:
        landing = Landing(200, who="stranger", shown=shown)
        judged = judge("tenant-isolation", seen(PRO, PRO, landing=landing))
        assert isinstance(judged, Kept if holds else Violation)

    def test_for_who_is_not_signed_in_stripe_is_not_asked(self, seen: Seen) -> None:
        turned_away = seen(PRO, PRO, landing=Landing(401, who="nobody"))
        asked = replace(turned_away, calls=("POST /v1/billing_portal/sessions",))
        assert isinstance(judge("tenant-isolation", turned_away), Kept)
        broken = judge("tenant-isolation", asked)
        assert isinstance(broken, Violation)
        assert broken.seen == "the app called POST /v1/billing_portal/sessions"

    def test_a_stranger_who_names_the_customer_is_not_led_to_their_billing(
        self, seen: Seen
    ) -> None:
        landing = Landing(303, who="stranger", shown=FREE)
        led = replace(seen(PRO, PRO, landing=landing), user="ada", handed=("ada",))
        broken = judge("tenant-isolation", led)
        assert isinstance(broken, Violation)
        assert broken.seen == "the app opened the billing of ada for them"
        assert isinstance(judge("tenant-isolation", replace(led, handed=("bob",))), Kept)


class TestOneSubscription:
    def refusal(self, seen: Seen, status: int, *news: str) -> Observation:
        moment = seen(FREE, FREE, outstanding=news)
        step = replace(moment.step, verb="start_checkout")
        return replace(moment, step=step, refused=status)

    def test_a_second_one_breaks_it_once(self, seen: Seen) -> None:
        one, two = (replace(seen(PRO, PRO), live=live) for live in (1, 2))
        assert isinstance(judge("one-subscription", one), Kept)
        assert isinstance(judge("one-subscription", one, two), Violation)
        assert judge("one-subscription", one, two, two) is None

    def test_who_has_none_is_not_refused_one(self, seen: Seen) -> None:
        broken = judge("one-subscription", self.refusal(seen, 409))
        assert isinstance(broken, Violation)
        assert broken.seen == "refused with 409"

    def test_who_has_one_may_be_refused_another(self, seen: Seen) -> None:
        assert isinstance(judge("one-subscription", replace(self.refusal(seen, 409), live=1)), Kept)

    def test_an_app_that_has_not_heard_of_the_end_may_refuse(self, seen: Seen) -> None:
        assert judge("one-subscription", self.refusal(seen, 409, *NEWS)) is None

    def test_an_app_that_falls_over_is_for_others_to_judge(self, seen: Seen) -> None:
        assert judge("one-subscription", self.refusal(seen, 502)) is None


class TestOneCustomer:
    MADE = "customer.created#1"
    AGAIN = "customer.created#2"

    def test_a_second_one_breaks_it(self, seen: Seen) -> None:
        first, second = (seen(FREE, FREE, created=(name,)) for name in (self.MADE, self.AGAIN))
        assert isinstance(judge("one-customer", first), Kept)
        assert isinstance(judge("one-customer", first, second), Violation)

    def test_another_one_after_the_first_was_deleted_is_the_first_again(self, seen: Seen) -> None:
        first = seen(FREE, FREE, created=(self.MADE,))
        gone = seen(FREE, FREE, created=("customer.deleted#1",), actor="support")
        again = seen(FREE, FREE, created=(self.AGAIN,))
        assert isinstance(judge("one-customer", first, gone, again), Kept)

    def test_who_was_made_by_hand_is_not_the_apps(self, seen: Seen) -> None:
        first = seen(FREE, FREE, created=(self.MADE,))
        by_hand = seen(FREE, FREE, created=(self.AGAIN,), actor="support for ada")
        assert isinstance(judge("one-customer", first, by_hand), Kept)


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


class TestOneTrial:
    def test_buying_again_gives_no_second_trial(self, seen: Seen) -> None:
        first = replace(seen(PRO, PRO), trials=1, live=1)
        ended = replace(seen(ENDED, ENDED), trials=1)
        again = replace(seen(ENDED, PRO, words="pays with a card"), trials=2, live=1)
        broken = judge("one-trial", first, ended, again)
        assert isinstance(broken, Violation)
        assert broken.seen == "trial number 2"

    def test_it_is_put_to_the_test_when_somebody_buys_again(self, seen: Seen) -> None:
        first = replace(seen(PRO, PRO), trials=1, live=1)
        ended = replace(seen(ENDED, ENDED), trials=1)
        again = replace(seen(PRO, PRO), trials=1, live=1)
        assert judge("one-trial", first) is None
        assert judge("one-trial", first, ended) is None
        assert isinstance(judge("one-trial", first, ended, again), Kept)

    def test_it_is_told_once_and_not_in_every_moment_after_it(self, seen: Seen) -> None:
        twice = replace(seen(PRO, PRO), trials=2, live=1)
        assert not isinstance(judge("one-trial", twice, twice), Violation)

    def test_what_support_gives_is_theirs_to_give(self, seen: Seen) -> None:
        first = replace(seen(PRO, PRO), trials=1)
        gift = replace(seen(PRO, PRO, actor="support for ada"), trials=2, live=1)
        assert judge("one-trial", first, gift) is None


class TestGrantOnce:
    PROFILE = Profile(grant=100)

    def counted(self, seen: Seen, granted: int, paid: int, *news: str) -> Observation:
        moment = seen(replace(PRO, granted=granted), PRO, outstanding=news)
        return replace(moment, paid=paid)

    def test_more_than_was_paid_for_breaks_it_at_once(self, seen: Seen) -> None:
        broken = judge("grant-once", self.counted(seen, 200, 1, *NEWS), profile=self.PROFILE)
        assert isinstance(broken, Violation)
        assert broken.seen == "200 granted"

    def test_less_breaks_it_when_all_is_delivered(self, seen: Seen) -> None:
        waiting = judge("grant-once", self.counted(seen, 0, 1, *NEWS), profile=self.PROFILE)
        over = judge("grant-once", self.counted(seen, 0, 1), profile=self.PROFILE)
        assert isinstance(waiting, Kept)
        assert isinstance(over, Violation)

    def test_one_grant_for_each_payment_is_kept(self, seen: Seen) -> None:
        kept = judge("grant-once", self.counted(seen, 300, 3), profile=self.PROFILE)
        assert isinstance(kept, Kept)

    def test_an_app_that_counts_nothing_is_not_put_to_the_test(self, seen: Seen) -> None:
        assert judge("grant-once", replace(seen(PRO, PRO), paid=1), profile=self.PROFILE) is None
        assert judge("grant-once", self.counted(seen, 200, 1)) is None


class TestFreshSessionWaysBack:
    def test_a_way_back_that_leads_elsewhere_breaks_it(self, seen: Seen) -> None:
        sent = replace(seen(FREE, FREE), astray=("http://localhost:3000/billing",))
        broken = judge("fresh-session", sent)
        assert isinstance(broken, Violation)
        assert "http://localhost:3000/billing does not lead back" in broken.however


@pytest.mark.parametrize("name", INVARIANTS)
def test_before_anybody_signed_up_nothing_is_judged(name: str, seen: Seen) -> None:
    assert judge(name, seen(None, FREE)) is None
