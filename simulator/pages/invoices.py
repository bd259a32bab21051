"""The hosted page of an invoice: `invoice.hosted_invoice_url`, and its PDF.

docs.stripe.com/invoicing/hosted-invoice-page: an open invoice can be paid there. Paid or refused,
the same page says so; where the card's bank wants to hear from its holder, it leads there first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from simulator.billing.hosted_payments import PAYABLE, pay_hosted
from simulator.contract.errors import StripeError
from simulator.pages.acting import act
from simulator.pages.card_form import typed_card
from simulator.pages.hooks import Hooks
from simulator.pages.invoice_pdf import invoice_pdf
from simulator.pages.lookup import Found, hosted_invoice
from simulator.pages.portal_pages import INVOICE_BADGES
from simulator.pages.problems import nothing_here
from simulator.pages.rendering import page

router = APIRouter(prefix="/i/{account}/{token}", include_in_schema=False)


async def found(request: Request, account: str, token: str) -> Found:
    hooks: Hooks = request.app.state.hooks
    at = hosted_invoice(hooks.worlds(), account, token)
    if at is None:
        raise nothing_here("invoice")
    return at


At = Annotated[Found, Depends(found)]
Text = Annotated[str, Form(max_length=1000)]


@router.get("")
async def show(at: At) -> Response:
    return _page(at)


@router.post("")
async def pay(
    request: Request, at: At, number: Text = "", exp: Text = "", cvc: Text = ""
) -> Response:
    """Pay the invoice with a card; a refusal shows the page again, with the message."""
    hooks: Hooks = request.app.state.hooks
    world, invoice = at.world, at.obj
    if invoice["status"] not in PAYABLE:
        return _page(at)
    typed = {"number": number, "exp": exp}
    try:
        card = typed_card({**typed, "cvc": cvc}, world.now())
        bank = act(world, lambda: pay_hosted(world, invoice["id"], card))
    except StripeError as fault:
        hooks.changed(world)
        return _page(at, fault, typed)
    hooks.changed(world)
    return RedirectResponse(bank or request.url.path, 303)


@router.get("/pdf")
async def pdf(at: At) -> Response:
    name = f"Invoice-{at.obj['number']}.pdf"
    return Response(
        invoice_pdf(at.obj),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _page(
    at: Found, fault: StripeError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    invoice = at.world.get("invoice", at.obj["id"]) or at.obj
    return page(
        "invoice.html",
        status=fault.status if fault else 200,
        account_name=at.world.settings.account_name,
        invoice=invoice,
        badge=INVOICE_BADGES[invoice["status"]],
        payable=invoice["status"] in PAYABLE,
        fault=fault.message if fault else None,
        typed=typed or {},
    )
