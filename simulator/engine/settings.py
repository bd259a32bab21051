"""What an account is set to, as its dashboard would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

API_VERSION = "2026-10-28.endive"
"""The version in whose shape state is kept: the pin of stripe-python 16.1."""

AfterRetries: TypeAlias = Literal["cancel", "unpaid", "past_due"]
"""What becomes of a subscription whose last retry failed; `past_due` leaves it as it is."""

GivenUp: TypeAlias = Literal["open", "uncollectible"]
"""What becomes of an invoice whose last retry failed; `open` leaves it as it is."""

OnDispute: TypeAlias = Literal["keep", "cancel", "cancel_at_period_end"]
"""What becomes of a subscription of which a payment is disputed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One account's settings.

    `public_url` is the base of the hosted pages, without a trailing slash. `statement_descriptor`
    is what cardholders see, in place of the account's name. `payment_method_types` are switched on
    for invoices, `one_off_payment_method_types` (by default the same) for other payments.
    `platform` says that it has connected accounts elsewhere, which Stripe's errors then mention.
    `search_lag` is how many seconds of account time the search endpoints lag behind.

    `retry_days` are the days from each failed payment of an invoice to the next try; what follows
    the last is `after_retries`, and `invoice_after_retries` for the invoice. `upcoming_days` is how
    many days before a renewal `invoice.upcoming` is sent, 0 for never. `due_soon_days` and
    `overdue_days` are the days before and after the due date of an open invoice on which
    `invoice.will_be_due` and `invoice.overdue` are sent. `on_dispute` says what a dispute does to
    the subscription it is about.
    """

    public_url: str = "http://127.0.0.1:12111"
    api_version: str = API_VERSION
    account_name: str = "Carom Sandbox"
    country: str = "US"
    default_currency: str = "usd"
    payment_method_types: tuple[str, ...] = ("card",)
    one_off_payment_method_types: tuple[str, ...] | None = None
    statement_descriptor: str | None = None
    platform: bool = False
    search_lag: int = 0
    retry_days: tuple[int, ...] = (3, 5, 7)
    after_retries: AfterRetries = "cancel"
    invoice_after_retries: GivenUp = "open"
    upcoming_days: int = 7
    due_soon_days: tuple[int, ...] = ()
    overdue_days: tuple[int, ...] = ()
    on_dispute: OnDispute = "keep"
