"""The customer in Stripe Checkout: clicking, paying, leaving, in one tab or in two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.actors.pages import CVC, EXPIRY, opened, require_page_of_stripe
from harness.app.browser import link, redirect_target, words_of
from harness.app.protocol import AppRefused, Reply
from harness.stage import Stage, browser_of
from harness.stripe_side import session_id


def start_checkout(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    customer, browser = stage.customer, browser_of(stage.customer)
    url = stage.app.start_checkout(browser, customer.name, subject["plan"])
    require_page_of_stripe(url, "/c/pay/", "Checkout")
    page = browser.visit(url)
    if not page.ok:
        raise AppRefused(f"the Checkout address that the app gave answers {page.status}")
    customer.checkout_url, customer.checkout_session = url, session_id(url)
    customer.return_to = link(page, "cancel")
    _learn_customer(stage)
    yield Moment()


def start_twice(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """Two clicks on one button: the second page, if the app gives one, opens over the first."""
    yield from start_checkout(stage, subject)
    yield from _unless_refused(start_checkout(stage, subject))


def start_in_new_tab(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The page that is open stays open in the other tab, if the app opens another one."""
    before = stage.customer.checkout_url
    for moment in _unless_refused(start_checkout(stage, subject)):
        if moment.refused is None:
            stage.customer.other_checkout = before
        yield moment


def other_tab(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """If there is one: who was refused a second page has only the first."""
    customer = stage.customer
    if customer.other_checkout is not None:
        now = customer.checkout_url
        customer.checkout_url, customer.other_checkout = customer.other_checkout, now
        customer.checkout_session = session_id(customer.checkout_url)
    yield Moment()


def pay(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    reply = _submit(stage, {"number": subject["card"]})
    if not _arrives(stage, reply) and reply.status != 402:
        raise StepImpossible(f"the Checkout page answered {reply.status}: {words_of(reply)}")
    yield Moment(remark="declined" if reply.status == 402 else "")


def pay_at_bank(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """The bank asks its customer first (docs.stripe.com/payments/3d-secure)."""
    reply = _submit(stage, {"number": subject["card"]})
    if redirect_target(reply) is None:
        form = {"number": subject["card"], "authentication": "complete"}
        reply = _submit(stage, form)
    if not _arrives(stage, reply):
        raise StepImpossible(f"the bank's page answered {reply.status}: {words_of(reply)}")
    yield Moment()


def try_to_pay(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """On a page that may be over: then nothing is paid, and the page says so."""
    if stage.customer.checkout_url is None:
        yield Moment(remark="no page is open")
        return
    reply = _submit(stage, {"number": subject["card"]})
    yield Moment(remark="" if _arrives(stage, reply) else words_of(reply))


def abandon(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    opened(stage.customer.checkout_url, "Checkout")
    stage.customer.checkout_url = None
    yield Moment()


def _submit(stage: Stage, typed: Mapping[str, str]) -> Reply:
    customer = stage.customer
    url = opened(customer.checkout_url, "Checkout")
    form = {
        "exp": EXPIRY,
        "cvc": CVC,
        "email": f"{customer.name}@customer.test",
        "name": customer.name.capitalize(),
        **typed,
    }
    return browser_of(customer).request("POST", url.partition("#")[0], form=form)


def _arrives(stage: Stage, reply: Reply) -> bool:
    """Whether it is paid, so that the page leads back to the app."""
    target = redirect_target(reply)
    if target is None:
        return False
    stage.customer.return_to, stage.customer.checkout_url = target, None
    _learn_customer(stage)
    return True


def _unless_refused(moments: Iterator[Moment]) -> Iterator[Moment]:
    """Saying no to a second click is as good as any other answer; falling over is not."""
    try:
        yield from moments
    except AppRefused as fault:
        if fault.status is None or fault.status >= 500:
            raise
        yield Moment(refused=fault.status, remark=f"refused with {fault.status}")


def _learn_customer(stage: Stage) -> None:
    """Who the app's user is at Stripe, as the Checkout session says it; new ones come at
    completion.
    """
    customer = stage.customer
    if customer.stripe_id is None or customer.deleted:
        found = stage.stripe.call("GET", f"/v1/checkout/sessions/{customer.checkout_session}")
        if found["customer"] is not None:
            customer.deleted = found["customer"] == customer.stripe_id
            customer.stripe_id = found["customer"]


VERBS: dict[str, Verb] = {
    "abandon": abandon,
    "other_tab": other_tab,
    "pay": pay,
    "pay_at_bank": pay_at_bank,
    "start_checkout": start_checkout,
    "start_in_new_tab": start_in_new_tab,
    "start_twice": start_twice,
    "try_to_pay": try_to_pay,
}
