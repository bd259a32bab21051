"""The hosted page of an invoice: `invoice.hosted_invoice_url`.

It shows the invoice and cannot pay it; docs.stripe.com/invoicing/hosted-invoice-page.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from simulator.pages.hooks import Hooks
from simulator.pages.lookup import hosted_invoice
from simulator.pages.portal_pages import INVOICE_BADGES
from simulator.pages.problems import nothing_here
from simulator.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/i/{account}/{token}")
async def show(request: Request, account: str, token: str) -> Response:
    hooks: Hooks = request.app.state.hooks
    found = hosted_invoice(hooks.worlds(), account, token)
    if found is None:
        raise nothing_here("invoice")
    invoice = found.obj
    return page(
        "invoice.html",
        account_name=found.world.settings.account_name,
        invoice=invoice,
        badge=INVOICE_BADGES[invoice["status"]],
    )
