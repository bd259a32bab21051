"""How a refusal is shown: `{"error": {"code", "message"}}` to a program, a page to a person."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from reference_app.accounts import NotSignedIn
from reference_app.errors import AppError
from reference_app.web.context import context, visitor, wants_json
from reference_app.web.pages import page


class NotFound(AppError):
    status = 404
    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is no such page.")


class Broken(AppError):
    """A bug of ours; the log has it."""

    status = 500
    code = "internal"

    def __init__(self) -> None:
        super().__init__("This is our fault and not yours. Please try again in a moment.")


class Refused(AppError):
    """Whatever else the framework refuses, such as a method that a path does not have."""

    code = "refused"

    def __init__(self, status: int) -> None:
        super().__init__(f"{HTTPStatus(status).phrase}.")
        self.status = status  # type: ignore[misc]


def render_errors(app: FastAPI) -> None:
    """Answer every `AppError` that a route raises, and what nobody foresaw, in one place."""
    app.add_exception_handler(AppError, _refusal)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _broken)


def refusal(request: Request, error: AppError) -> Response:
    """The answer that says `error`."""
    if wants_json(request):
        body = {"error": {"code": error.code, "message": error.message}}
        return JSONResponse(body, status_code=error.status)
    # Who cannot reach the database for one thing need not try again for the head of the page.
    member = visitor(request, context(request)) if error.status < 500 else None
    return page(request, "error.html", status=error.status, member=member, error=error)


def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    if isinstance(error, NotSignedIn) and request.method == "GET" and not wants_json(request):
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/signin?next={quote(here, safe='')}", status_code=303)
    return refusal(request, error)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return refusal(request, NotFound() if error.status_code == 404 else Refused(error.status_code))


def _broken(request: Request, _error: Exception) -> Response:
    return refusal(request, Broken())
