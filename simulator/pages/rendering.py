"""From a template to an answer that is safe to show.

Every page escapes what it is given, loads nothing but its own style sheet, runs no script and
cannot be framed (Stripe's portal cannot be embedded either: docs.stripe.com/customer-management).
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from simulator.engine.money import display
from simulator.pages import words

STYLE_PATH = "/p/pages.css"

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'self'"
)
_LEAVING = " http: https:"


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("simulator.pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    templates.filters.update(
        day=words.day,
        money=display,
        price=words.price_text,
        card=words.card_text,
        expiry=words.expiry_text,
        harmless=words.harmless,
    )
    templates.globals["style"] = f"{STYLE_PATH}?v={sha256(style()).hexdigest()[:10]}"
    return templates


@cache
def style() -> bytes:
    """The one style sheet."""
    return files("simulator.pages").joinpath("assets/pages.css").read_bytes()


def page(name: str, *, status: int = 200, leaves: bool = False, **content: Any) -> HTMLResponse:
    """The named template as an answer.

    `leaves`: a form of this page may end on another site. Browsers apply `form-action` to every
    redirect that follows, so the pages that end on the application's own address must allow it.
    """
    html = _templates().get_template(name).render(**content)
    headers = {
        "Content-Security-Policy": _POLICY + (_LEAVING if leaves else ""),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }
    return HTMLResponse(html, status, headers)
