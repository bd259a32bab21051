"""How a refusal is shown: `{"error": {"code", "message"}}` to a program, a page to a person."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from reference_app.accounts import NotSignedIn
from reference_app.errors import AppError
from reference_app.web.context import context, visitor, wants_json
from reference_app.web.pages import page


def render_errors(app: FastAPI) -> None:
    """Answer every `AppError` that a route raises, in one place."""
    app.add_exception_handler(AppError, _refusal)


def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    if wants_json(request):
        body = {"error": {"code": error.code, "message": error.message}}
        return JSONResponse(body, status_code=error.status)
    if isinstance(error, NotSignedIn) and request.method == "GET":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/signin?next={quote(here, safe='')}", status_code=303)
    member = visitor(request, context(request))
    return page(request, "error.html", status=error.status, member=member, error=error)
