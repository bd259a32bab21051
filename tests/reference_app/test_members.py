"""Roles, invitations and the members page: who may ask whom in, and out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from reference_app.tables import Invitation, Membership

LINK = re.compile(r'value="http://testserver(/join/[^"]+)"')


def invite(visitor: Any, email: str = "bob@example.com", role: str = "member") -> str:
    """The path of the invitation."""
    page = visitor.post("/members/invite", data={"email": email, "role": role})
    assert page.status_code == 200, page.text
    found = LINK.search(page.text)
    assert found is not None
    return found[1]


def join(visitor: Any, path: str, password: str = "correct horse") -> Any:
    return visitor.post(path, data={"password": password})


def act_as(visitor: Any, user: int, organisation: int = 1) -> None:
    visitor.cookies.clear()
    visitor.cookies.set("session", visitor.app.state.context.seal.close(user, organisation))


@pytest.fixture
def club(visitor: Any) -> Any:
    """Ada owns it, Bob is an admin, Cleo a member; users and memberships 1, 2 and 3."""
    visitor.sign_up()
    for email, role in (("bob@example.com", "admin"), ("cleo@example.com", "member")):
        path = invite(visitor, email, role)
        visitor.cookies.clear()
        assert join(visitor, path).headers["location"] == "/billing"
        act_as(visitor, 1)
    return visitor


def roles(club: Any) -> dict[int, str]:
    with club.billing.database.reading() as session:
        return {seat.id: seat.role for seat in session.query(Membership).all()}


def test_who_follows_the_link_is_in_and_sees_the_plan(club: Any) -> None:
    assert roles(club) == {1: "owner", 2: "admin", 3: "member"}
    act_as(club, 3)
    assert club.entitlement()["plan"] == "free"
    page = club.get("/members").text
    assert "ada@example.com" in page
    assert "/members/invite" not in page


def test_looking_at_a_link_takes_nothing(visitor: Any) -> None:
    visitor.sign_up()
    path = invite(visitor)
    visitor.cookies.clear()
    assert [visitor.get(path).status_code for _ in range(2)] == [200, 200]
    assert join(visitor, path).status_code == 303


def test_a_link_works_once(visitor: Any) -> None:
    visitor.sign_up()
    path = invite(visitor)
    visitor.cookies.clear()
    join(visitor, path)
    visitor.cookies.clear()
    for answer in (join(visitor, path), visitor.get(path)):
        assert answer.status_code == 404
        assert "Ask whoever sent it for a new one" in answer.text


@pytest.mark.parametrize("way", ["withdrawn", "replaced", "too old", "made up"])
def test_a_link_that_is_over_opens_nothing(visitor: Any, way: str) -> None:
    visitor.sign_up()
    path = invite(visitor)
    if way == "withdrawn":
        visitor.post("/members/withdraw", data={"invitation": "1"})
    elif way == "replaced":
        invite(visitor)
    elif way == "too old":
        with visitor.billing.database.writing() as session:
            session.get_one(Invitation, 1).expires_at = int(time.time()) - 1
    else:
        path = "/join/AAAA"
    visitor.cookies.clear()
    assert join(visitor, path).status_code == 404
    assert visitor.get("/api/entitlement").status_code == 401


def test_only_a_digest_of_the_link_is_kept(visitor: Any) -> None:
    visitor.sign_up()
    secret = invite(visitor).removeprefix("/join/")
    with visitor.billing.database.reading() as session:
        kept = session.get_one(Invitation, 1)
        assert secret not in (kept.digest, kept.email)
    assert secret not in visitor.get("/members").text, "it is shown once"


def test_an_invitation_is_for_one_address(club: Any) -> None:
    path = invite(club, "dora@example.com")
    for user in (1, 3):
        act_as(club, user)
        assert "Sign out, and open it as dora@example.com" in club.get(path).text
        assert join(club, path).status_code == 403
    assert 4 not in roles(club)


def test_who_has_an_account_signs_in_and_is_then_in_two(visitor: Any) -> None:
    visitor.sign_up("bob@example.com", "Bob's Bar")
    visitor.cookies.clear()
    visitor.sign_up()
    path = invite(visitor)
    visitor.cookies.clear()
    page = visitor.get(path).text
    assert f'href="/signin?next={path}"' in page
    assert join(visitor, path).status_code == 409, "a password of somebody's choice is no way in"
    form = {"email": "bob@example.com", "password": "correct horse", "next": path}
    assert visitor.post("/signin", data=form).headers["location"] == path
    assert visitor.post(path).status_code == 303
    assert "Switch to Bob&#39;s Bar" in visitor.get("/members").text
    assert visitor.post("/switch", data={"organisation": "1"}).status_code == 303
    assert "Bob&#39;s Bar" in visitor.get("/billing").text
    assert visitor.post("/switch", data={"organisation": "77"}).status_code == 404


def forbidden(club: Any, path: str, **form: str) -> bool:
    before = roles(club)
    answer = club.post(path, data=form)
    assert roles(club) == before or answer.status_code == 303
    return bool(answer.status_code == 403)


def test_members_see_to_nobody(club: Any) -> None:
    act_as(club, 3)
    assert forbidden(club, "/members/invite", email="x@example.com", role="member")
    assert forbidden(club, "/members/role", member="3", role="owner")
    assert forbidden(club, "/members/remove", member="2")


def test_admins_see_to_members_and_not_to_owners_or_money(club: Any) -> None:
    act_as(club, 2)
    assert forbidden(club, "/members/invite", email="x@example.com", role="owner")
    assert forbidden(club, "/members/role", member="2", role="owner")
    assert forbidden(club, "/members/role", member="1", role="member")
    assert forbidden(club, "/members/remove", member="1")
    assert forbidden(club, "/billing/portal")
    assert not forbidden(club, "/members/remove", member="3")
    assert roles(club) == {1: "owner", 2: "admin"}


def test_who_is_removed_is_out_at_once(club: Any) -> None:
    club.post("/members/remove", data={"member": "3"})
    act_as(club, 3)
    assert club.get("/api/entitlement").status_code == 401


@pytest.mark.parametrize(
    "leave",
    [
        lambda club: club.post("/members/remove", data={"member": "1"}),
        lambda club: club.post("/members/role", data={"member": "1", "role": "admin"}),
    ],
)
def test_an_organisation_keeps_an_owner(club: Any, leave: Callable[[Any], Any]) -> None:
    assert leave(club).status_code == 409
    club.post("/members/role", data={"member": "2", "role": "owner"})
    assert leave(club).status_code == 303
    assert roles(club)[2] == "owner"


def test_another_organisations_people_are_out_of_reach(club: Any) -> None:
    club.cookies.clear()
    club.sign_up("eve@example.com", "Eve's Inn")
    for member in ("1", "3", "", "x", "9" * 30):
        assert club.post("/members/remove", data={"member": member}).status_code == 404
    assert len(roles(club)) == 4


@pytest.mark.parametrize(
    ("email", "role"),
    [("nobody", "member"), ("Bob@example.com", "member"), ("new@example.com", "emperor")],
)
def test_an_invitation_that_cannot_be_says_why(club: Any, email: str, role: str) -> None:
    answer = club.post("/members/invite", data={"email": email, "role": role})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
