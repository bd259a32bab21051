"""The invoice that a change of a subscription makes at once, and its collection.

docs.stripe.com/billing/subscriptions/change-price; what an unpaid one leads to is
`payment_behavior` (docs.stripe.com/api/subscriptions/update): `allow_incomplete` keeps the change
and makes the subscription `past_due`, `default_incomplete` does so without an attempt,
`error_if_incomplete` takes everything back, `pending_if_incomplete` lets the change wait.
"""

from __future__ import annotations

from simulator.billing.dunning import after_failure, set_delinquent
from simulator.billing.invoice_items import pending_of
from simulator.billing.invoicing import DRAFT_FOR, Draft, collect, draft, finalize, settle
from simulator.billing.lines import pending_line
from simulator.billing.metered_items import nothing_used_line, owing, usage_lines
from simulator.billing.metered_prices import is_metered
from simulator.billing.payment_methods import default_of
from simulator.billing.payments import action_required
from simulator.billing.renewals import cycle_line
from simulator.billing.signups import await_confirmation, no_method
from simulator.billing.subscription_items import items_of, note_line_debits
from simulator.billing.subscription_status import OWING
from simulator.billing.timelines import timeline_of
from simulator.billing.wanted_changes import Change
from simulator.engine import Obj, World


def invoice_now(world: World, before: Obj, changed: Obj, change: Change, new_period: bool) -> Obj:
    """Invoice and collect at once; adds `latest_invoice`, and `past_due` when it fails."""
    invoice = open_invoice(world, before, changed, change.now, new_period=new_period)
    if invoice is None:
        return changed
    status = _collected(world, before, invoice, change) if invoice["status"] == "open" else {}
    return {**changed, "latest_invoice": invoice["id"], **status}


def open_invoice(
    world: World, before: Obj, changed: Obj, now: int, *, new_period: bool
) -> Obj | None:
    """Invoice what is pending and, for a new period, every item; `None` where that is nothing.

    It is open at once, but for one that is to be sent.
    """
    waiting = pending_of(world, before["id"])
    ahead = [item for item in changed["items"]["data"] if not is_metered(item["price"])]
    behind = owing(world, items_of(before), now)
    added = _begun_with_nothing(before, changed)
    if not waiting and not added and not (new_period and (ahead or behind)):
        return None
    started = min(item["current_period_start"] for item in items_of(before))
    sent = before["collection_method"] == "send_invoice"
    period = (now if new_period else started, now)
    plan = Draft(before, "subscription_update", now, period, auto_advance=sent)
    after = {**before, **changed}

    def lines(name: str) -> list[Obj]:
        pending = [pending_line(world, name, item) for item in waiting]
        pending += [nothing_used_line(world, name, after, item) for item in added]
        if not new_period:
            return pending
        used = usage_lines(world, name, before, behind, now)
        return [*pending, *used, *(cycle_line(world, name, after, item) for item in ahead)]

    invoice = draft(world, plan, lines)
    note_line_debits(world, invoice)
    if sent:
        world.schedule(now + DRAFT_FOR, "invoice.advance", invoice["id"], timeline_of(before))
        return invoice
    return finalize(world, invoice, now)


def _begun_with_nothing(before: Obj, changed: Obj) -> list[Obj]:
    """New metered items, which in classic billing mode begin with a line of nothing."""
    if before["billing_mode"]["type"] == "flexible":
        return []
    old = {item["id"] for item in items_of(before)}
    new = [item for item in changed["items"]["data"] if item["id"] not in old]
    return [item for item in new if is_metered(item["price"])]


def _collected(world: World, subscription: Obj, invoice: Obj, change: Change) -> Obj:
    """Collect the invoice of a change; what that does to the subscription's status."""
    now, behavior = change.now, change.payment.behavior
    method = default_of(world, subscription, subscription["customer"])
    if invoice["amount_due"] == 0:
        settle(world, invoice, now)
        return _paid(world, subscription)
    if behavior == "default_incomplete":
        await_confirmation(world, invoice, method)
        return {"status": "past_due"}
    if method is None and behavior == "error_if_incomplete":
        raise no_method()
    if method is not None:
        session = change.payment.session
        outcome = collect(world, invoice, method, now, later=False, session=session)
        if outcome.paid:
            return _paid(world, subscription)
        if behavior == "error_if_incomplete":
            if outcome.decline is None:
                raise action_required("subscription", subscription["id"], outcome.intent)
            raise outcome.decline.error(param="", payment_intent=outcome.intent)
    if behavior == "pending_if_incomplete":
        return {}
    if method is None:
        tried = {"attempt_count": 1, "attempted": True}
        world.change("invoice", invoice["id"], tried, "invoice.payment_failed")
    after_failure(world, invoice["id"], now)
    current = world.get("subscription", subscription["id"])
    assert current is not None
    return {"status": "past_due" if current["status"] == "trialing" else current["status"]}


def _paid(world: World, subscription: Obj) -> Obj:
    """The invoice of the change is the latest, so that paying it ends whatever was overdue."""
    set_delinquent(world, subscription["customer"], False)
    return {"status": "active"} if subscription["status"] in OWING else {}
