"""Acts of a player, done with the same actors that play fixed scenarios."""

from __future__ import annotations

from dataclasses import replace

from harness.actors import VERBS
from harness.app.protocol import AppRefused
from harness.explore.cast import Player
from harness.explore.choice import Choice, Kind
from harness.model.observation import Landing
from harness.stage import browser_of
from scenarios import Step

NAMES_OF_A_CUSTOMER = ("customer", "customer_id", "customerId", "stripe_customer_id")


def perform(player: Player, step: Step) -> list[Landing]:
    """Does it, and returns where the browser came to rest, once for each visit."""
    if step.verb == "arrive":
        return [arrive(player)]
    if step.verb == "pry":
        return [pry(player)]
    moments = list(VERBS[step.actor][step.verb](player.stage, step.subject))
    return [moment.landing for moment in moments if moment.landing is not None]


def meant(player: Player, kind: Kind) -> Step:
    """What a choice of this kind does: the customer's next act, or a visit of the return page."""
    if kind == "revisit":
        return Step("customer", "return", "opens the return page again")
    if kind == "arrive":
        return Step("customer", "arrive", "opens the success page without having paid")
    if kind == "trespass":
        return Step("stranger", "open_return", "opens the customer's return page")
    if kind == "pry":
        return Step("stranger", "pry", "asks for the portal of the customer's customer")
    wanted = player.next_act
    assert wanted is not None
    player.place += 1
    return wanted


def observed(choice: Choice, step: Step | None) -> Step:
    """The step that an observation names: the words of the choice, and the verb of an act."""
    actor, _, words = choice.name.partition(": ")
    return Step(actor, step.verb if step else choice.kind, words)


def arrive(player: Player) -> Landing:
    """The address of the success page is no secret: it can be typed, or opened by a prefetch."""
    session = player.customer.checkout_session
    found = player.stage.stripe.call("GET", f"/v1/checkout/sessions/{session}")
    url = str(found["success_url"]).replace("{CHECKOUT_SESSION_ID}", str(session))
    return Landing(browser_of(player.customer).visit(url).status)


def pry(player: Player) -> Landing:
    """Somebody else of the app's users asks for the portal, and names the customer's id at Stripe
    by all the names that an app may have for it. It is no secret: it is on every invoice.
    """
    stage, who = player.stage, f"not-{player.name}"
    browser, customer = stage.app.sign_up(who), player.customer.stripe_id or ""
    try:
        stage.app.open_portal(browser, who, dict.fromkeys(NAMES_OF_A_CUSTOMER, customer))
    except AppRefused as fault:
        if fault.status is None or fault.status >= 500:
            raise
        return Landing(fault.status, who="stranger", shown=stage.app.entitlement(browser))
    return Landing(303, who="stranger", shown=stage.app.entitlement(browser))


def act_twice(player: Player, step: Step) -> list[Landing]:
    """Two clicks on one button. The first page stays open in a tab of its own, if the app gave
    one to each click.
    """
    perform(player, step)
    first = replace(player.customer)
    try:
        perform(player, step)
    except AppRefused as fault:
        # Saying no to the second click is as good as any other answer; falling over is not.
        if fault.status is None or fault.status >= 500:
            raise
        return []
    if first.checkout_session != player.customer.checkout_session:
        player.other_tab = first
    return []


def swap_tabs(player: Player, paid: Step) -> None:
    """The other Checkout page is on top now, and whoever has paid here finds it and pays again."""
    other, player.other_tab = player.other_tab, None
    assert other is not None
    player.customer.checkout_url = other.checkout_url
    player.customer.checkout_session = other.checkout_session
    once_more = replace(paid, words=f"{paid.words}, in the other tab")
    player.acts = (*player.acts[: player.place], once_more, *player.acts[player.place :])
