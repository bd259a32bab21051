"""Parameters come as query, form, JSON or parts, and are text afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.api import Request
from simulator.api.bodies import parameters_in
from simulator.contract import ParameterError

PARTS = (
    b"--XX\r\n"
    b'Content-Disposition: form-data; name="purpose"\r\n\r\n'
    b"dispute_evidence\r\n"
    b"--XX\r\n"
    b'Content-Disposition: form-data; name="file_link_data[create]"\r\n\r\n'
    b"true\r\n"
    b"--XX\r\n"
    b'Content-Disposition: form-data; name="file"; filename="a.png"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
    b"\x89PNG\r\n"
    b"--XX--\r\n"
)


def read(body: bytes, content_type: str = "", *, v2: bool = False, query: str = "") -> Any:
    headers = {"content-type": content_type} if content_type else {}
    return parameters_in(Request("POST", "/", query, headers, body), v2=v2)


def test_a_form_wins_over_the_query() -> None:
    assert read(b"a=2&b[c]=3", query="a=1&d=4") == {"a": "2", "b": {"c": "3"}, "d": "4"}


def test_json_becomes_text_and_null_the_empty_string() -> None:
    body = b'{"a": 1, "b": true, "c": null, "d": ["x", 2.5], "e": {"f": "g"}}'
    assert read(body, v2=True) == {
        "a": "1",
        "b": "true",
        "c": "",
        "d": ["x", "2.5"],
        "e": {"f": "g"},
    }


def test_parts_are_parameters_and_a_file_is_told_of() -> None:
    assert read(PARTS, "multipart/form-data; boundary=XX") == {
        "purpose": "dispute_evidence",
        "file_link_data": {"create": "true"},
        "file": {"filename": "a.png", "size": "4"},
    }


@pytest.mark.parametrize(
    ("body", "content_type", "v2"),
    [
        (b"{}", "application/json", False),
        (b"\xff", "", False),
        (b"{", "", True),
        (b"[]", "", True),
        (b"x", "multipart/form-data", False),
        (b"--XX\r\n\r\n\r\n--XX--", "multipart/form-data; boundary=XX", False),
        (b"[" * 50 + b"]" * 50, "", True),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "", True),
    ],
)
def test_what_is_not_well_formed_is_refused(body: bytes, content_type: str, v2: bool) -> None:
    with pytest.raises(ParameterError):
        read(body, content_type, v2=v2)
