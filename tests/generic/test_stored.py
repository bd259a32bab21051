"""Stored resources keep what they are told, each with what the SDK's class says of it."""

from __future__ import annotations

from tests.generic.account import START, Account

HOME = {"line1": "1 Main", "city": "Bonn", "country": "DE", "postal_code": "53111"}
CARDHOLDER = {"name": "Jenny Rosen", "billing": {"address": HOME}}


def test_a_new_object_has_every_field_of_its_class(account: Account) -> None:
    made = account.made("/v1/payouts", amount=1100, currency="usd", metadata={"batch": "7"})
    assert made["id"].startswith("po_")
    assert (made["object"], made["amount"], made["currency"]) == ("payout", 1100, "usd")
    assert (made["created"], made["livemode"], made["status"]) == (START, False, "pending")
    assert made["metadata"] == {"batch": "7"}
    assert made["failure_code"] is None
    assert account.get(f"/v1/payouts/{made['id']}").body == made
    assert account.told() == ["payout.created"]


def test_hashes_merge_and_an_empty_string_unsets(account: Account) -> None:
    holder = account.made("/v1/issuing/cardholders", **CARDHOLDER, phone_number="+15555550123")
    path = f"/v1/issuing/cardholders/{holder['id']}"
    assert holder["billing"]["address"]["line2"] is None
    changed = account.made(
        path, billing={"address": {**HOME, "line1": "2 Main"}}, metadata={"a": "1"}
    )
    assert changed["billing"]["address"]["line1"] == "2 Main"
    assert changed["billing"]["address"]["city"] == "Bonn"
    assert account.made(path, metadata={"a": "", "b": "2"})["metadata"] == {"b": "2"}
    assert account.made(path, metadata="")["metadata"] == {}


def test_updates_tell_what_changed_and_nothing_if_nothing_did(account: Account) -> None:
    payout = account.made("/v1/payouts", amount=1100, currency="usd")
    path = f"/v1/payouts/{payout['id']}"
    account.made(path, metadata={"batch": "7"})
    account.made(path, metadata={"batch": "7"})
    assert account.told() == ["payout.created", "payout.updated"]
    previous = account.world.events[-1]["data"]["previous_attributes"]
    assert previous == {"metadata": {"batch": None}}


def test_a_deletion_leaves_a_stub(account: Account) -> None:
    made = account.made("/v1/terminal/locations", display_name="HQ", address={"country": "US"})
    path = f"/v1/terminal/locations/{made['id']}"
    assert account.delete(path).body == {
        "id": made["id"],
        "object": "terminal.location",
        "deleted": True,
    }
    gone = account.get(path)
    assert (gone.status, gone.error["code"], gone.error["param"]) == (
        404,
        "resource_missing",
        "location",
    )


def test_lists_are_newest_first_and_filtered_by_fields(account: Account) -> None:
    for number in range(5):
        interval = "manual" if number % 2 else "standard"
        account.made("/v1/payouts", amount=100 + number, currency="usd", method="standard")
        account.made("/v1/topups", amount=100, currency="usd", description=interval)
    first = account.get("/v1/payouts", limit=2).body
    assert [each["amount"] for each in first["data"]] == [104, 103]
    assert (first["has_more"], first["url"]) == (True, "/v1/payouts")
    rest = account.get("/v1/payouts", limit=9, starting_after=first["data"][-1]["id"]).body
    assert [each["amount"] for each in rest["data"]] == [102, 101, 100]
    assert account.get("/v1/payouts", status="paid").body["data"] == []
    assert len(account.get("/v1/payouts", created={"gte": START}).body["data"]) == 5
    assert account.get("/v1/payouts", created={"lt": START}).body["data"] == []


def test_a_reference_must_name_something(account: Account) -> None:
    refused = account.post("/v1/issuing/cards", cardholder="ich_1", currency="usd", type="virtual")
    assert refused.status == 400
    assert refused.error["message"] == "No such issuing.cardholder: 'ich_1'"
    refused = account.post(
        "/v1/billing/credit_grants",
        customer="cus_1",
        amount={"type": "monetary", "monetary": {"currency": "usd", "value": 5}},
        applicability_config={"scope": {"price_type": "metered"}},
    )
    assert (refused.status, refused.error["param"]) == (400, "customer")
    assert account.world.events == []


def test_what_stands_under_an_object_is_that_objects_own(account: Account) -> None:
    jenny, karl = (account.made("/v1/customers")["id"] for _ in "ab")
    made = account.made(f"/v1/customers/{jenny}/tax_ids", type="eu_vat", value="DE123456789")
    assert made["customer"] == jenny
    assert account.told()[-1] == "customer.tax_id.created"
    listed = account.get(f"/v1/customers/{jenny}/tax_ids").body
    assert [each["id"] for each in listed["data"]] == [made["id"]]
    assert account.get(f"/v1/customers/{karl}/tax_ids").body["data"] == []
    assert account.get(f"/v1/customers/{karl}/tax_ids/{made['id']}").status == 404
    assert account.get(f"/v1/customers/cus_1/tax_ids/{made['id']}").error["param"] == "customer"


def test_an_id_of_ones_own_is_kept_and_kept_unique(account: Account) -> None:
    product = account.made("/v1/products", name="Pro")["id"]
    feature = account.made("/v1/entitlements/features", name="Seats", lookup_key="seats")["id"]
    attached = account.made(f"/v1/products/{product}/features", entitlement_feature=feature)
    assert attached["id"].startswith("prodft_")
    listed = account.get(f"/v1/products/{product}/features").body["data"]
    assert [each["id"] for each in listed] == [attached["id"]]


def test_settings_are_kept(account: Account) -> None:
    assert account.get("/v1/tax/settings").body["defaults"]["tax_code"] is None
    account.made("/v1/tax/settings", defaults={"tax_code": "txcd_10000000"})
    kept = account.get("/v1/tax/settings").body
    assert kept["defaults"]["tax_code"] == "txcd_10000000"


def test_the_kind_of_an_external_account_follows_its_token(account: Account) -> None:
    owner = account.made("/v1/accounts", type="custom", country="US")["id"]
    path = f"/v1/accounts/{owner}/external_accounts"
    assert account.made(path, external_account="btok_us_verified")["object"] == "bank_account"
    assert account.made(path, external_account="tok_visa")["object"] == "card"
    kinds = [each["object"] for each in account.get(path).body["data"]]
    assert sorted(kinds) == ["bank_account", "card"]


def test_a_refused_request_changes_nothing(account: Account) -> None:
    assert account.post("/v1/payouts", amount=1, currency="usd", bogus=1).status == 400
    assert account.post("/v1/payouts", currency="usd").error["param"] == "amount"
    assert account.get("/v1/payouts").body["data"] == []


def test_an_object_that_is_shown_whole_is_named_by_its_id(account: Account) -> None:
    holder = account.made("/v1/issuing/cardholders", **CARDHOLDER)
    card = account.made(
        "/v1/issuing/cards", cardholder=holder["id"], currency="usd", type="virtual"
    )
    assert card["cardholder"] == holder


def test_expanding_a_reference_to_a_stored_object(account: Account) -> None:
    sent = account.made("/v1/files", purpose="dispute_evidence", file="x")
    link = account.made("/v1/file_links", file=sent["id"])
    assert link["file"] == sent["id"]
    read = account.get(f"/v1/file_links/{link['id']}", expand=["file"]).body
    assert read["file"] == sent
