"""Rendering a template, and how values look on a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reference_app.billing import OFFERS, PLANS
from reference_app.billing.plans import Amount

SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£"}


def day(seconds: int) -> str:
    """`24 December 2026`, in UTC: the day on which Stripe acts."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%B %Y}"


def money(amount: Amount) -> str:
    """`$19` or `$19.50`; a currency without a symbol here is named by its code."""
    whole, cents = divmod(amount.amount_minor, 100)
    figure = f"{whole}.{cents:02}" if cents else f"{whole}"
    symbol = SYMBOLS.get(amount.currency)
    return f"{symbol}{figure}" if symbol else f"{figure} {amount.currency.upper()}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=day, money=money)
    # The return page compares what it shows with what the API answers, order included.
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    environment.globals.update(offers=OFFERS, plans=PLANS)
    return environment


ENVIRONMENT = _environment()


def page(
    request: Request, template: str, *, status: int = 200, member: object = None, **values: Any
) -> HTMLResponse:
    """The rendered template. Never cached: the back button must not show what was signed out of."""
    html = ENVIRONMENT.get_template(template).render(member=member, path=request.url.path, **values)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
