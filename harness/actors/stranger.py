"""A stranger to the customer's organisation: somebody else of the app's users, or nobody at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, StepImpossible, Verb
from harness.app.protocol import AppRefused
from harness.model.observation import Landing
from harness.stage import STRIPE_ORIGIN, Stage


def open_return(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Signs up with an organisation of their own, and opens the address to which the customer came
    back. Once in a story: the name is taken then.
    """
    address = stage.customer.return_to
    if address is None:
        raise StepImpossible("there is no address of the customer's to open yet")
    browser = stage.app.sign_up(f"not-{stage.customer.name}")
    page = browser.visit(address)
    yield Moment(landing=Landing(page.status, who="stranger", shown=stage.app.entitlement(browser)))


def open_signed_out(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """Whether the app says no or sends them to sign in, Stripe is not to be asked."""
    status = 303
    try:
        url = stage.app.open_portal(stage.app.visitor(), stage.customer.name)
    except AppRefused as fault:
        if fault.status is None or fault.status >= 500:
            raise
        status = fault.status
    else:
        if url.startswith(STRIPE_ORIGIN):
            raise AppRefused("the app opens the portal for somebody who is not signed in")
    yield Moment(landing=Landing(status, who="nobody"), remark=f"answered {status}")


VERBS: dict[str, Verb] = {"open_return": open_return, "open_signed_out": open_signed_out}
