"""What leads up to a transition of an invoice or of a payment of its own."""

from __future__ import annotations

from typing import Any

from simulator.billing.charges import DISPUTED_AFTER
from simulator.engine import Obj
from tests.billing.account import Account


def invoiced(account: Account, **more: Any) -> Obj:
    """A draft of 20.00 that was made by hand."""
    customer = more.pop("customer", None) or account.payer()
    account.post("invoiceitems", customer=customer, amount=2000, currency="usd")
    return account.post(
        "invoices", customer=customer, pending_invoice_items_behavior="include", **more
    )


def opened(account: Account, **more: Any) -> Obj:
    """An open invoice of 20.00 that was made by hand."""
    draft = invoiced(account, **more)
    return account.post(f"invoices/{draft['id']}/finalize", auto_advance=False)


def settled(account: Account) -> Obj:
    return account.post(f"invoices/{opened(account)['id']}/pay")


def charged(account: Account, card: str = "pm_card_visa") -> Obj:
    """A payment of 10.00."""
    return account.post(
        "payment_intents",
        amount=1000,
        currency="usd",
        payment_method=card,
        confirm=True,
        return_url="https://example.org",
    )


def disputed(account: Account) -> Obj:
    charged(account, "pm_card_createDispute")
    account.pass_time(DISPUTED_AFTER)
    (dispute,) = account.get("disputes")["data"]
    return dispute
