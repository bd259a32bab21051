"""Who is asking: sign-up, sign-in, the sealed cookie, and forms from other sites."""

from __future__ import annotations

from typing import Any

import pytest

from reference_app.accounts import Seal, passwords


def test_signing_up_signs_in(visitor: Any) -> None:
    visitor.sign_up()
    assert visitor.get("/billing").status_code == 200
    assert visitor.entitlement()["plan"] == "free"


def test_an_email_is_taken_once_whatever_its_case(visitor: Any) -> None:
    visitor.sign_up("ada@example.com")
    form = {"email": "Ada@Example.com ", "password": "correct horse", "organisation": "Two"}
    answer = visitor.post("/signup", data=form)
    assert answer.status_code == 409
    assert "Sign in instead" in answer.text


@pytest.mark.parametrize(
    "flaw", [{"email": "nobody"}, {"password": "short"}, {"organisation": "  "}]
)
def test_a_bad_sign_up_says_what_is_missing(visitor: Any, flaw: dict[str, str]) -> None:
    form = {"email": "a@example.com", "password": "correct horse", "organisation": "One", **flaw}
    answer = visitor.post("/signup", data=form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert visitor.get("/api/entitlement").status_code == 401


def test_a_wrong_password_and_an_unknown_address_look_the_same(visitor: Any) -> None:
    visitor.sign_up()
    visitor.post("/signout")
    answers = [
        visitor.post("/signin", data={"email": email, "password": "wrong horse"})
        for email in ("ada@example.com", "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text.replace("ada@", "nobody@") == answers[1].text


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "/\\evil.test"])
def test_signing_in_leads_nowhere_else(visitor: Any, elsewhere: str) -> None:
    visitor.sign_up()
    form = {"email": "ada@example.com", "password": "correct horse", "next": elsewhere}
    assert visitor.post("/signin", data=form).headers["location"] == "/billing"


def test_a_cookie_that_was_written_by_hand_opens_nothing(visitor: Any) -> None:
    visitor.sign_up()
    forged = Seal("another secret").close(1, 1)
    for value in (forged, "", ".", "W10=.x", visitor.cookies["session"][:-1]):
        visitor.cookies.clear()
        visitor.cookies.set("session", value)
        assert visitor.get("/api/entitlement").status_code == 401


def test_a_cookie_does_not_make_a_member(visitor: Any) -> None:
    visitor.sign_up()
    visitor.cookies.clear()
    visitor.cookies.set("session", visitor.app.state.context.seal.close(1, 77))
    assert visitor.get("/api/entitlement").status_code == 401


def test_the_cookie_is_not_for_scripts_and_comes_along_from_stripe(visitor: Any) -> None:
    form = {"email": "a@example.com", "password": "correct horse", "organisation": "One"}
    cookie = visitor.post("/signup", data=form).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://testserver.evil.test"])
def test_a_form_on_another_site_is_refused(visitor: Any, fake: Any, origin: str) -> None:
    visitor.sign_up()
    visitor.buy()
    fake.calls.clear()
    answer = visitor.post("/billing/portal", headers={"Origin": origin})
    assert answer.status_code == 403
    assert fake.calls == []
    own = visitor.post("/billing/portal", headers={"Origin": "http://testserver"})
    assert own.status_code == 303


def test_passwords_are_salted_and_match_only_themselves() -> None:
    first, second = passwords.hashed("correct horse"), passwords.hashed("correct horse")
    assert first != second
    assert passwords.matches("correct horse", first)
    assert not passwords.matches("wrong horse", first)
