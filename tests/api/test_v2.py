"""What is different under /v2: JSON, versions, pages by address, errors (api-v2-overview)."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from simulator.api import Request
from tests.generic.account import KEY, START, Account

PATH = "/v2/core/vault/us_bank_accounts"
SOME = {"account_number": "1", "currency": "usd"}


@pytest.fixture
def account() -> Account:
    return Account()


def test_times_are_rfc_3339(account: Account) -> None:
    made = account.made(PATH, account_number="000123456789", currency="usd")
    assert made["created"] == "2026-01-01T00:00:00.000Z"
    assert START == 1_767_225_600
    assert made["object"] == "v2.core.vault.us_bank_account"


def test_numbers_and_nulls_are_json(account: Account) -> None:
    path = "/v2/core/accounts"
    made = account.made(path, contact_email="a@example.com", metadata={"a": "1", "b": "2"})
    changed = account.made(f"{path}/{made['id']}", metadata={"a": None})
    assert changed["metadata"] == {"b": "2"}


def test_a_request_without_a_version_is_refused(account: Account) -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    answer = account.api.answer(Request("GET", PATH, "", headers))
    assert answer.status == 400
    assert b"Stripe-Version" in answer.body
    assert b"invalid_fields" in answer.body


def test_lists_have_the_address_of_the_next_page(account: Account) -> None:
    made = [
        account.made(PATH, account_number=str(number), currency="usd")["id"] for number in range(5)
    ]
    found, path, params = [], PATH, {"limit": "2"}
    while True:
        page = account.get(path, **params).body
        assert set(page) == {"data", "next_page_url", "previous_page_url"}
        found += [each["id"] for each in page["data"]]
        if page["next_page_url"] is None:
            break
        path, _, query = page["next_page_url"].partition("?")
        params = dict(parse_qsl(query))
    assert found == made[::-1]


def test_a_page_token_of_ones_own_is_refused(account: Account) -> None:
    for token in ("x", "e30", "bnVsbA", "W10"):
        assert account.get(PATH, page=token).status == 400, token


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_limits_of_pages(account: Account, limit: str) -> None:
    assert account.get(PATH, limit=limit).status == 400


def test_faults_of_parameters_have_a_code_and_no_type(account: Account) -> None:
    refused = account.post(PATH, **SOME, bogus=True)
    assert refused.status == 400
    assert refused.error["code"] == "invalid_fields"
    assert "type" not in refused.error
    assert refused.error["param"] == "bogus"


def test_a_missing_object_is_not_found(account: Account) -> None:
    refused = account.get(f"{PATH}/usba_1")
    assert (refused.status, refused.error["code"]) == (404, "not_found")


def test_expand_is_no_parameter(account: Account) -> None:
    assert account.get(PATH, expand=["data"]).status == 400


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(account: Account, body: bytes) -> None:
    headers = {"authorization": f"Bearer {KEY}", "stripe-version": "2026-10-28.endive"}
    answer = account.api.answer(Request("POST", PATH, "", headers, body))
    assert answer.status == 400


def test_a_key_whose_first_request_failed_executes_again(account: Account) -> None:
    first = account.call("POST", f"{PATH}/usba_1/archive", {}, idempotency_key="once")
    assert first.status == 404
    made = account.call("POST", PATH, SOME, idempotency_key="twice")
    again = account.call("POST", PATH, SOME, idempotency_key="twice")
    assert made.body["id"] == again.body["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
