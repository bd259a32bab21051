"""A person gets a page, a program gets JSON; from what is refused and from what breaks."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

JSON = {"Accept": "application/json"}


def is_page(answer: Any) -> bool:
    return answer.headers["content-type"].startswith("text/html") and "Baize" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/billing/portal", 405), ("POST", "/members/role", 401)],
)
def test_a_browser_gets_a_page(visitor: Any, method: str, path: str, status: int) -> None:
    answer = visitor.request(method, path)
    assert answer.status_code == status
    assert is_page(answer)
    told = visitor.request(method, path, headers=JSON)
    assert told.status_code == status
    assert set(told.json()["error"]) == {"code", "message"}


def test_a_form_from_elsewhere_gets_a_page_that_says_so(visitor: Any) -> None:
    answer = visitor.post("/signin", headers={"Origin": "https://evil.test"})
    assert (answer.status_code, is_page(answer)) == (403, True)
    assert "This form came from https://evil.test" in answer.text


def test_what_breaks_says_that_it_is_our_fault_and_no_more(visitor: Any) -> None:
    visitor.sign_up()

    def secret(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    calm = TestClient(visitor.app, raise_server_exceptions=False, cookies=visitor.cookies)
    engine = visitor.billing.database.engine
    event.listen(engine, "before_cursor_execute", secret)
    answers = [calm.get("/billing"), calm.get("/billing", headers=JSON)]
    event.remove(engine, "before_cursor_execute", secret)
    assert [answer.status_code for answer in answers] == [500, 500]
    assert is_page(answers[0])
    assert answers[1].json()["error"]["code"] == "internal"
    assert all("secret" not in answer.text for answer in answers)


@pytest.mark.parametrize("path", ["/", "/signup", "/signin", "/nowhere"])
def test_pages_run_no_scripts_but_their_own(visitor: Any, path: str) -> None:
    answer = visitor.get(path)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text


@pytest.mark.parametrize("odd", ["\0", "x" * 300, "a\nb"])
def test_what_a_database_would_not_hold_is_refused_before_it_is_asked(
    visitor: Any, odd: str
) -> None:
    good = {"email": "a@example.com", "password": "correct horse", "organisation": "One"}
    assert visitor.post("/signup", data={**good, "organisation": odd}).status_code == 422
    assert visitor.post("/signup", data={**good, "email": f"{odd}@x"}).status_code == 422
    assert visitor.post("/signin", data={**good, "email": f"{odd}@x"}).status_code == 401
    assert visitor.get(f"/join/{'x' * 300}").status_code == 404
