"""The parameters of a request: query and form for v1, query and JSON for v2, parts for uploads.

Every leaf is text afterwards, since the shapes of parameters read text. In JSON, null unsets
(docs.stripe.com/api-v2-overview), as the empty string does in forms. Of an uploaded file its name,
type and size are kept.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import orjson

from simulator.api.forms import MAX_DEPTH, decode
from simulator.api.wire import Request
from simulator.contract import ParameterError

WRONG_CONTENT_TYPE = (
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If"
    " you have any questions, we can help at https://support.stripe.com/."
)
BOUNDARY = re.compile(r'boundary="?([^";,]+)"?')
NAME = re.compile(r'\bname="([^"]*)"')
FILE_NAME = re.compile(r'\bfilename="([^"]*)"')


def parameters_in(request: Request, *, v2: bool) -> dict[str, Any]:
    """The parameters of a request as text, lists and hashes."""
    content_type = request.headers.get("content-type", "")
    if not request.body:
        return decode(request.query)
    if v2:
        return {**decode(request.query), **_json(request.body)}
    if content_type.startswith("multipart/form-data"):
        return _parts(request.query, request.body, content_type)
    if content_type.partition(";")[0].strip() == "application/json":
        raise ParameterError(WRONG_CONTENT_TYPE)
    return decode(request.query, _text(request.body))


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ParameterError("Invalid JSON in the request body.") from None
    if not isinstance(value, dict):
        raise ParameterError("The request body must be a JSON object.")
    read: dict[str, Any] = _as_text(value, 0)
    return read


def _as_text(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ParameterError(f"Parameters nested deeper than {MAX_DEPTH} levels.")
    match value:
        case None:
            return ""
        case str():
            return value
        case dict():
            return {name: _as_text(item, depth + 1) for name, item in value.items()}
        case list():
            return [_as_text(item, depth + 1) for item in value]
    return orjson.dumps(value).decode()


def _parts(query: str, body: bytes, content_type: str) -> dict[str, Any]:
    """The parts of `multipart/form-data` (RFC 7578), as SDKs send them to upload a file."""
    found = BOUNDARY.search(content_type)
    if found is None:
        raise ParameterError("Invalid multipart body: its content type names no boundary.")
    texts, files = [query], {}
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        head, _, content = part.strip(b"\r\n").partition(b"\r\n\r\n")
        words = _text(head)
        name = NAME.search(words)
        if name is None:
            raise ParameterError("Invalid multipart body: a part has no name.")
        filename = FILE_NAME.search(words)
        if filename is not None:
            files[name[1]] = {"filename": filename[1], "size": str(len(content))}
        else:
            texts.append(f"{quote(name[1], safe='[]')}={quote(_text(content))}")
    return {**decode(*texts), **files}


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ParameterError("Invalid UTF-8 in the request body.") from None
