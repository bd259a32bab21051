"""`invoice.will_be_due` and `invoice.overdue`: told of only where the account asks for it.

Both come from automations (docs.stripe.com/billing/automations; changelog 2024-09-30, billing due
date webhooks), so many days before or after the due date of an invoice that is still open then. An
account has none of them until it is set so, here by `due_soon_days` and `overdue_days`.
"""

from __future__ import annotations

from simulator.billing.timelines import timeline_of
from simulator.engine import DAY, Obj, World


def plan(world: World, invoice: Obj) -> None:
    """Put what is to be told of a final invoice on the agenda."""
    timeline, now = timeline_of(invoice), invoice["status_transitions"]["finalized_at"]
    settings, due = world.settings, invoice["due_date"]
    instants = [due - days * DAY for days in settings.due_soon_days]
    instants += [due + days * DAY for days in settings.overdue_days]
    for at in sorted(set(instants)):
        if at > now:
            world.schedule(at, "invoice.remind", invoice["id"], timeline)


def remind(world: World, name: str) -> None:
    """Duty `invoice.remind`: the day has come, if the account still wants to hear of it."""
    invoice = world.get("invoice", name)
    if invoice is None or invoice["status"] != "open":
        return
    days, rest = divmod(world.now(timeline_of(invoice)) - invoice["due_date"], DAY)
    if rest:
        return
    if days in world.settings.overdue_days:
        world.emit("invoice.overdue", invoice)
    elif -days in world.settings.due_soon_days:
        world.emit("invoice.will_be_due", invoice)
