"""The customer in Stripe's Customer Portal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.actors.pages import CVC, EXPIRY, opened, require_page_of_stripe
from harness.actors.signups import price_of
from harness.actors.subscription import live_subscription
from harness.app.browser import link, redirect_target, words_of
from harness.app.protocol import AppRefused
from harness.stage import Stage, browser_of


def open_portal(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    customer, browser = stage.customer, browser_of(stage.customer)
    url = stage.app.open_portal(browser, customer.name)
    require_page_of_stripe(url, "/p/session/", "the portal")
    page = browser.visit(url)
    if not page.ok:
        raise AppRefused(f"the portal address that the app gave answers {page.status}")
    customer.portal_url = url
    customer.return_to = link(page, "return")
    yield Moment()


def old_portal_link(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """The address of before, from a bookmark or a mail. Stripe's answer is no fault of the app."""
    url = opened(stage.customer.portal_url, "a link to the portal")
    page = browser_of(stage.customer).visit(url)
    yield Moment(remark="" if page.ok else words_of(page))


def cancel(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _submit(stage, "cancel", {"subscription": live_subscription(stage)["id"]})
    yield Moment()


def renew(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _submit(stage, "renew", {"subscription": live_subscription(stage)["id"]})
    yield Moment()


def switch(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    price = price_of(stage, subject["plan"])
    _submit(stage, "switch", {"subscription": live_subscription(stage)["id"], "price": price})
    yield Moment()


def change_card(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    month, year = EXPIRY.split(" / ")
    form = {"number": subject["card"], "exp_month": month, "exp_year": year, "cvc": CVC}
    _submit(stage, "payment_method", form)
    yield Moment()


def _submit(stage: Stage, action: str, form: Mapping[str, str]) -> None:
    browser = browser_of(stage.customer)
    url = opened(stage.customer.portal_url, "the portal")
    base = url.partition("#")[0].partition("?")[0].removesuffix("/flow")
    reply = browser.request("POST", f"{base}/{action}", form=form)
    target = redirect_target(reply)
    # To look at the portal's own page again changes nothing; a way back to the app may.
    if target is not None and not target.startswith(base):
        reply = browser.follow(reply)
    if reply.status >= 400:
        raise StepImpossible(f"the portal refuses to {action}: {words_of(reply)}")


VERBS: dict[str, Verb] = {
    "cancel": cancel,
    "change_card": change_card,
    "old_portal_link": old_portal_link,
    "open_portal": open_portal,
    "renew": renew,
    "switch": switch,
}
