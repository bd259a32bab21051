"""Acts of a player, done with the same actors that play fixed scenarios."""

from __future__ import annotations

from dataclasses import replace

from harness.actors import VERBS
from harness.app.protocol import AppRefused
from harness.explore.cast import Player
from harness.model.observation import Landing
from scenarios import Step


def perform(player: Player, step: Step) -> list[Landing]:
    """Does it, and returns where the browser came to rest, once for each visit."""
    moments = list(VERBS[step.actor][step.verb](player.stage, step.subject))
    return [moment.landing for moment in moments if moment.landing is not None]


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
