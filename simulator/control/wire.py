"""JSON on the wire of the control API, and its refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from simulator.contract.errors import StripeError
from simulator.control.errors import ControlError


def json_answer(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def refusal(message: str, status: int, param: str | None = None) -> Response:
    return json_answer({"error": {"message": message, "param": param}}, status)


def add_refusals(app: FastAPI) -> None:
    """Teach the application how the control API says no."""
    app.add_exception_handler(ControlError, _control_error)
    app.add_exception_handler(StripeError, _stripe_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


async def _control_error(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, ControlError)
    return refusal(fault.message, fault.status, fault.param)


async def _stripe_error(_: Request, fault: Exception) -> Response:
    """A key that opens nothing is refused in Stripe's words."""
    assert isinstance(fault, StripeError)
    return refusal(fault.message, fault.status, fault.param)


async def _invalid(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    first = fault.errors()[0]
    field = _field(first["loc"])
    return refusal(_said(first, field), 400, field)


async def _http_error(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    if fault.status_code == 404:
        where = "GET /_carom/docs lists what Carom has; Stripe's API is under /v1 and /v2"
        return refusal(f"nothing is at {request.method} {request.url.path}: {where}", 404)
    return refusal(f"{fault.detail}: {request.method} {request.url.path}", fault.status_code)


def _field(where: Sequence[int | str]) -> str | None:
    """`("body", "seconds")` as `seconds`; `None` when it is the body itself."""
    names = [str(part) for part in where[1:]]
    return ".".join(names) or None


def _said(fault: Mapping[str, Any], field: str | None) -> str:
    """One sentence: which field, what was expected, what came."""
    match fault["type"]:
        case "json_invalid":
            return f"the body is not JSON: {fault['ctx']['error']}"
        case "extra_forbidden":
            return f"unknown field {field!r}"
        case "missing":
            return f"missing field {field!r}" if field else "a JSON body is required"
        case "value_error":
            return str(fault["ctx"]["error"])
    said = fault["msg"][:1].lower() + fault["msg"][1:]
    return f"{field or 'body'}: {said}, but got {fault['input']!r}"
