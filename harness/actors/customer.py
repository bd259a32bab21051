"""The customer: a person with a browser, in the app and on Stripe's hosted pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.actors.subscription import live_subscription
from harness.app.browser import link, redirect_target, words_of
from harness.app.protocol import AppRefused
from harness.model.observation import Landing
from harness.stage import STRIPE_ORIGIN, Stage, browser_of
from harness.stripe_side import session_id

_EXPIRY, _CVC = "12 / 34", "123"


def sign_up(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    stage.customer.browser = stage.app.sign_up(stage.customer.name)
    yield Moment()


def start_checkout(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    customer, browser = stage.customer, browser_of(stage.customer)
    url = stage.app.start_checkout(browser, customer.name, subject["plan"])
    _require_page_of_stripe(url, "/c/pay/", "Checkout")
    page = browser.visit(url)
    if not page.ok:
        raise AppRefused(f"the Checkout address that the app gave answers {page.status}")
    customer.checkout_url, customer.checkout_session = url, session_id(url)
    customer.return_to = link(page, "cancel")
    _learn_customer(stage)
    yield Moment()


def pay(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    customer, browser = stage.customer, browser_of(stage.customer)
    url = _open(customer.checkout_url, "Checkout")
    form = {
        "number": subject["card"],
        "exp": _EXPIRY,
        "cvc": _CVC,
        "email": f"{customer.name}@customer.test",
        "name": customer.name.capitalize(),
    }
    reply = browser.request("POST", url.partition("#")[0], form=form)
    target = redirect_target(reply)
    if target is None and reply.status != 402:
        raise StepImpossible(f"the Checkout page answered {reply.status}: {words_of(reply)}")
    if target is None:
        yield Moment(remark="declined")
        return
    customer.return_to, customer.checkout_url = target, None
    _learn_customer(stage)
    yield Moment()


def abandon(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _open(stage.customer.checkout_url, "Checkout")
    stage.customer.checkout_url = None
    yield Moment()


def open_portal(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    customer, browser = stage.customer, browser_of(stage.customer)
    url = stage.app.open_portal(browser, customer.name)
    _require_page_of_stripe(url, "/p/session/", "the portal")
    page = browser.visit(url)
    if not page.ok:
        raise AppRefused(f"the portal address that the app gave answers {page.status}")
    customer.portal_url = url
    customer.return_to = link(page, "return")
    yield Moment()


def cancel(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _submit_in_portal(stage, "cancel", {"subscription": live_subscription(stage)["id"]})
    yield Moment()


def renew(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    _submit_in_portal(stage, "renew", {"subscription": live_subscription(stage)["id"]})
    yield Moment()


def switch(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    price = stage.stripe.price(stage.config.plans[subject["plan"]].lookup_key)["id"]
    form = {"subscription": live_subscription(stage)["id"], "price": price}
    _submit_in_portal(stage, "switch", form)
    yield Moment()


def change_card(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    month, year = _EXPIRY.split(" / ")
    form = {"number": subject["card"], "exp_month": month, "exp_year": year, "cvc": _CVC}
    _submit_in_portal(stage, "payment_method", form)
    yield Moment()


def come_back(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """Each visit is a moment of its own, so that the second can be compared with the first."""
    customer, browser = stage.customer, browser_of(stage.customer)
    if customer.return_to is None:
        raise StepImpossible("the customer is on no page of Stripe's that leads back to the app")
    for visit in range(int(subject.get("n", "1"))):
        page = browser.visit(customer.return_to)
        shown = tuple(words for words in stage.config.never_shows if words in page.text)
        remark = f"visit {visit + 1}" if "n" in subject else ""
        yield Moment(landing=Landing(page.status, shown), remark=remark)


def _submit_in_portal(stage: Stage, action: str, form: Mapping[str, str]) -> None:
    browser = browser_of(stage.customer)
    url = _open(stage.customer.portal_url, "the portal")
    base = url.partition("#")[0].partition("?")[0].removesuffix("/flow")
    reply = browser.follow(browser.request("POST", f"{base}/{action}", form=form))
    if reply.status >= 400:
        raise StepImpossible(f"the portal refuses to {action}: {words_of(reply)}")


def _learn_customer(stage: Stage) -> None:
    """Who the app's user is at Stripe, as the Checkout session says it; new ones come at
    completion.
    """
    if stage.customer.stripe_id is None:
        path = f"/v1/checkout/sessions/{stage.customer.checkout_session}"
        stage.customer.stripe_id = stage.stripe.call("GET", path)["customer"]


def _require_page_of_stripe(url: str, path: str, called: str) -> None:
    if not url.startswith(STRIPE_ORIGIN + path):
        raise AppRefused(f"the app sends its user to {url}, which is no address of {called}")


def _open(url: str | None, called: str) -> str:
    if url is None:
        raise StepImpossible(f"the customer does not have {called} open")
    return url


VERBS: dict[str, Verb] = {
    "abandon": abandon,
    "cancel": cancel,
    "change_card": change_card,
    "open_portal": open_portal,
    "pay": pay,
    "renew": renew,
    "return": come_back,
    "sign_up": sign_up,
    "start_checkout": start_checkout,
    "switch": switch,
}
