"""Shaped answers are valid, deterministic, and leave no trace."""

from __future__ import annotations

from simulator.generic.documents import one_page
from tests.generic.account import Account


def test_an_answer_has_the_ids_of_its_path(account: Account) -> None:
    reply = account.get("/v1/reviews/prv_1")
    assert (reply.status, reply.fidelity) == (200, "shaped")
    assert (reply.body["id"], reply.body["object"]) == ("prv_1", "review")
    owner = account.made("/v1/accounts", type="custom", country="US")["id"]
    capability = account.get(f"/v1/accounts/{owner}/capabilities/card_payments").body
    assert (capability["id"], capability["account"]) == ("card_payments", owner)


def test_parameters_show_in_the_answer(account: Account) -> None:
    reply = account.post("/v1/issuing/tokens/intok_1", status="suspended")
    assert (reply.status, reply.fidelity) == (200, "shaped")
    assert reply.body["status"] == "suspended"


def test_the_same_call_gets_the_same_answer_and_changes_nothing(account: Account) -> None:
    link = {"account": "acct_1", "type": "account_onboarding"}
    first, other = (
        account.made("/v1/account_links", **link),
        account.made("/v1/account_links", **link),
    )
    assert first == other
    assert account.world.events == []
    before = account.made("/v1/customers")["id"]
    twin = Account()
    assert twin.made("/v1/customers")["id"] == before


def test_a_list_of_what_nothing_has_made_is_empty(account: Account) -> None:
    listed = account.get("/v1/reviews").body
    assert listed == {"object": "list", "data": [], "has_more": False, "url": "/v1/reviews"}


def test_a_list_of_what_stripe_publishes_has_a_sample(account: Account) -> None:
    (code,) = account.get("/v1/tax_codes").body["data"]
    assert code["object"] == "tax_code"


def test_a_list_inside_an_object_shows_it(account: Account) -> None:
    link = account.made("/v1/payment_links", line_items=[{"price": _price(account), "quantity": 2}])
    listed = account.get(f"/v1/payment_links/{link['id']}/line_items")
    assert (listed.status, listed.fidelity) == (200, "shaped")


def test_the_account_is_the_one_that_the_key_opens(account: Account) -> None:
    assert account.get("/v1/account").body["id"] == account.world.account


def test_a_deletion_says_so(account: Account) -> None:
    assert account.delete("/v1/apps/secrets").status == 404
    made = account.made("/v1/ephemeral_keys", customer=account.made("/v1/customers")["id"])
    assert account.delete(f"/v1/ephemeral_keys/{made['id']}").body["id"] == made["id"]


def test_a_page_of_a_pdf_is_well_formed() -> None:
    document = one_page("Quote (draft) \\ 1")
    content = document.content
    assert document.content_type == "application/pdf"
    assert rb"(Quote \(draft\) \\ 1) Tj" in content
    start = int(content.split(b"startxref\n")[1].split(b"\n")[0])
    assert content[start:].startswith(b"xref\n0 6\n")
    places = [int(line[:10]) for line in content[start:].split(b"\n")[3:8]]
    assert [content[place : place + 7] for place in places] == [
        b"%d 0 obj" % number for number in range(1, 6)
    ]


def _price(account: Account) -> str:
    made: str = account.made(
        "/v1/prices", currency="usd", unit_amount=1000, product_data={"name": "Pro"}
    )["id"]
    return made
