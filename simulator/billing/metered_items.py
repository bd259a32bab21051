"""Metered items: what was used is charged afterwards, up to where it was charged before.

docs.stripe.com/billing/subscriptions/usage-based/manage-billing-setup and
docs.stripe.com/billing/subscriptions/billing-mode/compare. A renewal has a line for the period that
is over, a line of nothing among them, and what is reported while the invoice is a draft still
counts; a period that ends early is charged up to its end; nothing is prorated. A trial's usage is
free. In flexible billing mode an item that loses its price is charged by an invoice item, unless
`proration_behavior=none`; in classic mode, what was used until then is not charged at all. What a
negative sum comes to is a quantity of 0 (docs.stripe.com, recording usage with the API). That usage
reported after its invoice is final is never charged follows from that.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext

from simulator.billing.invoice_items import usage_item
from simulator.billing.lines import counted, described, item_line, plain
from simulator.billing.metered_prices import is_metered, meter_of
from simulator.billing.price_amounts import amount_of
from simulator.billing.usage import used
from simulator.engine import Obj, World

_DIGITS = 60  # enough for 12 decimals of a price and of a quantity to be multiplied exactly


def begin(world: World, item: Obj, at: int) -> None:
    """From that instant on, what the item's meter counts has not been charged yet."""
    world.keep(item["id"], uncharged_since=at)


def uncharged_since(world: World, item: Obj) -> int:
    since: int = world.kept(item["id"])["uncharged_since"]
    return since


def owing(world: World, items: Iterable[Obj], until: int) -> list[Obj]:
    """Those of the items that are metered and have time before `until` that is not charged yet."""
    return [i for i in items if is_metered(i["price"]) and uncharged_since(world, i) < until]


def usage_lines(
    world: World,
    invoice: str,
    subscription: Obj,
    items: Iterable[Obj],
    until: int,
    *,
    zeros: bool = True,
) -> list[Obj]:
    """The lines of the metered ones among the items for what was used until then.

    With that, it is charged. `subscription` is as it was in that time: a trial's usage is free.
    `zeros` is whether there are lines of nothing too.
    """
    lines = []
    for item in owing(world, items, until):
        period = (uncharged_since(world, item), until)
        free = subscription["status"] == "trialing"
        quantity = _quantity(world, item["price"], subscription["customer"], period)
        begin(world, item, until)
        if quantity or zeros:
            lines.append(_line(world, invoice, subscription, item, quantity, period, free=free))
    return lines


def retire(world: World, subscription: Obj, item: Obj, at: int) -> None:
    """An item leaves, or loses its price, as its period ends: the renewal charges what it used."""
    retired = (*world.kept(subscription["id"]).get("retired", ()), item)
    world.keep(subscription["id"], retired=retired, retired_at=at)


def retired_lines(world: World, invoice: str, subscription: Obj) -> list[Obj]:
    """The lines of the items that were retired, which then are done with."""
    facts = world.kept(subscription["id"])
    if not facts.get("retired"):
        return []
    items: tuple[Obj, ...] = facts["retired"]
    lines = usage_lines(world, invoice, subscription, items, facts["retired_at"])
    world.keep(subscription["id"], retired=())
    return lines


def has_used(world: World, subscription: Obj, items: Iterable[Obj], until: int) -> bool:
    """Whether the items used anything until then that is not charged yet."""
    return any(
        _quantity(
            world, item["price"], subscription["customer"], (uncharged_since(world, item), until)
        )
        for item in owing(world, items, until)
    )


def nothing_used_line(world: World, invoice: str, subscription: Obj, item: Obj) -> Obj:
    """The line of nothing with which a metered item begins in classic billing mode."""
    at = item["current_period_start"]
    free = (subscription["trial_end"] or at) > at
    return _line(world, invoice, subscription, item, Decimal(0), (at, at), free=free)


def charge_usage(world: World, subscription: Obj, item: Obj, at: int, *, bills: bool) -> None:
    """What was used until then waits for the next invoice, or is let go unless it `bills`."""
    since = uncharged_since(world, item)
    begin(world, item, at)
    if not bills or since >= at or subscription["status"] == "trialing":
        return
    quantity = _quantity(world, item["price"], subscription["customer"], (since, at))
    if quantity:
        amount = _amount(world, item["price"], quantity)
        text = described(world, item["price"], quantity)
        usage_item(world, subscription, item, amount, quantity, (since, at), text)


def remeasured(world: World, draft: Obj) -> list[Obj] | None:
    """The lines of a draft with the usage that was reported since; `None` where none has usage."""
    lines: list[Obj] = draft["lines"]["data"]
    if not any("free" in world.kept(line["id"]) for line in lines):
        return None
    return [_again(world, draft, line) for line in lines]


def _again(world: World, draft: Obj, line: Obj) -> Obj:
    free: bool | None = world.kept(line["id"]).get("free")
    price = world.get("price", line["pricing"]["price_details"]["price"])
    if free is None or price is None:
        return line
    period = (line["period"]["start"], line["period"]["end"])
    quantity = _quantity(world, price, draft["customer"], period)
    amount = 0 if free else _amount(world, price, quantity)
    flexible = not line["description"].endswith(_CLASSIC_TRIAL)
    return {
        **line,
        "amount": amount,
        "description": _text(world, price, quantity, free=free, flexible=flexible),
        "quantity": int(quantity),
        "quantity_decimal": plain(quantity),
        "subtotal": amount,
    }


_CLASSIC_TRIAL = " (Free trial)"


def _line(
    world: World,
    invoice: str,
    subscription: Obj,
    item: Obj,
    quantity: Decimal,
    period: tuple[int, int],
    *,
    free: bool,
) -> Obj:
    price = item["price"]
    flexible = subscription["billing_mode"]["type"] == "flexible"
    line = item_line(
        world,
        invoice,
        item,
        amount=0 if free else _amount(world, price, quantity),
        period=period,
        text=_text(world, price, quantity, free=free, flexible=flexible),
        unit_amount="0" if free else None,
        quantity=quantity,
    )
    world.keep(line["id"], free=free)
    return line


def _text(world: World, price: Obj, quantity: Decimal, *, free: bool, flexible: bool) -> str:
    """Of a trial, each billing mode has words of its own."""
    if not free:
        return described(world, price, quantity)
    what = counted(world, price, quantity)
    return f"Free trial for {what}" if flexible else f"{what}{_CLASSIC_TRIAL}"


def _quantity(world: World, price: Obj, customer: str, period: tuple[int, int]) -> Decimal:
    with localcontext(prec=_DIGITS):
        return max(used(world, meter_of(world, price), customer, *period), Decimal(0))


def _amount(world: World, price: Obj, quantity: Decimal) -> int:
    with localcontext(prec=_DIGITS):
        return amount_of(world, price, quantity)
