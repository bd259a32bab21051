"""The lines of a credit note, with the discounts and taxes that go back with them.

Class `stripe.CreditNoteLineItem`; docs.stripe.com/invoicing/integration/programmatic-credit-notes:
an invoice's line is credited by amount or by quantity, or a line of one's own is added. Amounts are
gross: before discounts, and without exclusive tax. What a line had taken off, and what tax it had,
goes back in proportion (docs.stripe.com/tax/invoicing/refunds); a line of one's own has the tax of
its `tax_rates`.

Our choices: each proportion is rounded to the nearest minor unit; a note by `amount` alone is one
line without tax, since Stripe documents only that the amount is the note's total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simulator.billing.call import merged_metadata, refusal, simulates, unset
from simulator.billing.tax_rates import requested_rates
from simulator.billing.taxation import summed, tax_sum, taxes_on
from simulator.contract.errors import MissingParameter, NoSuchObject
from simulator.engine import Obj, World
from simulator.engine.money import display, share

_SIMULATED = {
    "custom_line_item": ("description", "tax_rates", "unit_amount"),
    "invoice_line_item": ("amount", "invoice_line_item"),
}
_BOTH = ("metadata", "quantity", "type")


def requested_lines(world: World, invoice: Obj, params: Mapping[str, Any]) -> list[Obj]:
    """The lines that `amount` or `lines` ask for."""
    given, amount = params.get("lines"), params.get("amount")
    if bool(given) == (amount is not None):
        raise refusal(
            "Exactly one of `amount` and `lines` must be given.",
            param="amount",
            code=None if given else "parameter_missing",
        )
    if amount is not None:
        return [_line(world, amount, unit=amount)]
    lines: list[Obj] = []
    for position, entry in enumerate(given or ()):
        lines.append(_requested(world, invoice, entry, f"lines[{position}]", lines))
    return lines


def _requested(
    world: World, invoice: Obj, entry: Mapping[str, Any], where: str, before: Sequence[Obj]
) -> Obj:
    """`before` are the note's lines so far."""
    simulates(entry, (*_BOTH, *_SIMULATED[entry["type"]]), where)
    metadata = merged_metadata({}, entry.get("metadata"))
    if entry["type"] == "custom_line_item":
        return {**_own_line(world, invoice, entry, where), "metadata": metadata}
    name = entry.get("invoice_line_item")
    found = next((line for line in invoice["lines"]["data"] if line["id"] == name), None)
    if found is None:
        raise NoSuchObject("invoice_line_item", str(name), f"{where}[invoice_line_item]")
    if entry.get("amount") is not None and entry.get("quantity") is not None:
        raise refusal(
            "You may only specify one of these parameters: amount, quantity.", param=where
        )
    line = _credited(world, found, entry)
    _check_left(world, invoice, found, [*before, line], where)
    return {**line, "metadata": metadata}


def _own_line(world: World, invoice: Obj, entry: Mapping[str, Any], where: str) -> Obj:
    unit, quantity = entry.get("unit_amount"), entry.get("quantity", 1)
    if unit is None:
        raise MissingParameter(f"{where}[unit_amount]")
    rates = requested_rates(world, entry.get("tax_rates"), f"{where}[tax_rates]")
    return {
        **_line(world, unit * quantity, unset(entry.get("description")), quantity, unit),
        "tax_rates": rates,
        "taxes": taxes_on(unit * quantity, rates, invoice["customer_tax_exempt"]),
    }


def _credited(world: World, line: Obj, entry: Mapping[str, Any]) -> Obj:
    """Some of an invoice's line, by amount or by quantity."""
    amount, quantity, unit = entry.get("amount"), entry.get("quantity"), None
    if amount is None:
        whole = line["quantity"] or 1
        quantity = whole if quantity is None else quantity
        amount = share(line["amount"], quantity, whole)
        unit = share(line["amount"], 1, whole)
    part, all_of_it = abs(amount), abs(line["amount"]) or 1

    def parts(amounts: Iterable[Obj], *fields: str) -> list[Obj]:
        return [
            {**one, **{name: share(one[name], part, all_of_it) for name in fields}}
            for one in amounts
        ]

    discounts = parts(line["discount_amounts"], "amount")
    return {
        **_line(world, amount, line["description"], quantity, unit),
        "discount_amount": sum(one["amount"] for one in discounts),
        "discount_amounts": discounts,
        "invoice_line_item": line["id"],
        "pretax_credit_amounts": [{**one, "type": "discount"} for one in discounts],
        "taxes": parts(line["taxes"], "amount", "taxable_amount"),
        "type": "invoice_line_item",
    }


def _check_left(world: World, invoice: Obj, line: Obj, credited: Sequence[Obj], where: str) -> None:
    """Refuses to give back more of a line than it was, earlier notes counted in."""
    notes = (note for note in world.find("credit_note", "invoice", invoice["id"]))
    earlier = [each for note in notes if note["status"] == "issued" for each in _lines_of(note)]
    taken = sum(
        each["amount"]
        for each in (*earlier, *credited)
        if each.get("invoice_line_item") == line["id"]
    )
    if taken * line["amount"] < 0 or abs(taken) > abs(line["amount"]):
        raise refusal(
            f"At most {display(line['amount'], invoice['currency'])} of this line item can be"
            " credited, credit notes before this one included.",
            param=f"{where}[amount]",
        )


def _lines_of(note: Obj) -> list[Obj]:
    lines: list[Obj] = note["lines"]["data"]
    return lines


def _line(
    world: World,
    amount: int,
    text: str | None = None,
    quantity: int | None = 1,
    unit: int | None = None,
) -> Obj:
    """A line of one's own, without tax."""
    return {
        "id": world.ids.new("cnli"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": text,
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": False,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": quantity,
        "tax_rates": [],
        "taxes": [],
        "type": "custom_line_item",
        "unit_amount": unit,
        "unit_amount_decimal": None if unit is None else str(unit),
    }


def sums_of(invoice: Obj, lines: Sequence[Obj]) -> Obj:
    """The note's own sums over its lines (class `stripe.CreditNote` says what each leaves out)."""
    discounts: dict[str, int] = {}
    for line in lines:
        for one in line["discount_amounts"]:
            discounts[one["discount"]] = discounts.get(one["discount"], 0) + one["amount"]
    off = sum(discounts.values())
    own = sum(amount for name, amount in discounts.items() if name not in invoice["discounts"])
    taxes = summed(tax for line in lines for tax in line["taxes"])
    subtotal = sum(line["amount"] for line in lines) - own
    inclusive, exclusive = tax_sum(taxes, "inclusive"), tax_sum(taxes, "exclusive")
    total = subtotal + own - off + exclusive
    amounts = [{"amount": amount, "discount": name} for name, amount in discounts.items()]
    return {
        "amount": total,
        "discount_amount": off,
        "discount_amounts": amounts,
        "pretax_credit_amounts": [{**one, "type": "discount"} for one in amounts],
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - inclusive,
        "total": total,
        "total_excluding_tax": total - exclusive - inclusive,
        "total_taxes": taxes,
    }
