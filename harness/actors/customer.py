"""The customer: a person with a browser, in the app and on Stripe's hosted pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors import checkout, portal
from harness.actors.moment import Moment, StepImpossible, Verb
from harness.actors.pages import CVC, EXPIRY
from harness.app.browser import words_of
from harness.model.observation import Landing
from harness.stage import Stage, browser_of


def sign_up(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    stage.customer.browser = stage.app.sign_up(stage.customer.name)
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


def pay_invoice(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:
    """On the page that Stripe's mail leads to (docs.stripe.com/invoicing/hosted-invoice-page)."""
    customer = stage.customer
    form = {"customer": customer.stripe_id or "", "status": "open", "limit": "1"}
    found = stage.stripe.call("GET", "/v1/invoices", form)["data"] if customer.stripe_id else []
    if not found:
        raise StepImpossible("no invoice of the customer is open")
    typed = {"number": subject["card"], "exp": EXPIRY, "cvc": CVC}
    url = str(found[0]["hosted_invoice_url"]).partition("?")[0]
    reply = browser_of(customer).request("POST", url, form=typed)
    if reply.status >= 400 and reply.status != 402:
        raise StepImpossible(f"the invoice's page answered {reply.status}: {words_of(reply)}")
    yield Moment(remark="declined" if reply.status == 402 else "")


VERBS: dict[str, Verb] = {
    **checkout.VERBS,
    **portal.VERBS,
    "pay_invoice": pay_invoice,
    "return": come_back,
    "sign_up": sign_up,
}
