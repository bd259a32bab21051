"""Webhook endpoints (docs.stripe.com/api/webhook_endpoints)."""

from __future__ import annotations

import re

import pytest

from tests.billing.account import Account, Refused
from tests.engine.things import digest

URL = "http://127.0.0.1:8000/webhook"


def test_the_secret_is_told_once(account: Account) -> None:
    made = account.post("webhook_endpoints", url=URL, enabled_events=["*"])
    assert re.fullmatch(r"whsec_[0-9A-Za-z]{32}", made["secret"])
    shown = account.get(f"webhook_endpoints/{made['id']}")
    changed = account.post(f"webhook_endpoints/{made['id']}", description="d")
    (listed,) = account.get("webhook_endpoints")["data"]
    for later in (shown, changed, listed):
        assert "secret" not in later
    assert account.world.kept(made["id"])["secret"] == made["secret"]


def test_each_endpoint_has_a_secret_of_its_own(account: Account) -> None:
    made = [
        account.post("webhook_endpoints", url=URL, enabled_events=["*"])["secret"] for _ in range(3)
    ]
    assert len(set(made)) == 3


def test_sixteen_are_enough(account: Account) -> None:
    for _ in range(16):
        account.post("webhook_endpoints", url=URL, enabled_events=["*"])
    before = digest(account.world)
    with pytest.raises(Refused, match="maximum of 16"):
        account.post("webhook_endpoints", url=URL, enabled_events=["*"])
    assert digest(account.world) == before


def test_it_can_be_disabled_changed_and_deleted(account: Account) -> None:
    made = account.post("webhook_endpoints", url=URL, enabled_events=["invoice.paid"])
    path = f"webhook_endpoints/{made['id']}"
    assert made["status"] == "enabled"
    assert account.post(path, disabled=True)["status"] == "disabled"
    assert account.post(path, disabled=False)["status"] == "enabled"
    changed = account.post(path, enabled_events=["*"], metadata={"k": "v"})
    assert (changed["enabled_events"], changed["metadata"]) == (["*"], {"k": "v"})
    assert account.delete(path) == {
        "id": made["id"],
        "object": "webhook_endpoint",
        "deleted": True,
    }
    with pytest.raises(Refused) as refused:
        account.get(path)
    assert refused.value.status == 404


@pytest.mark.parametrize("url", ["/webhook", "localhost:8000", "ftp://example.org/"])
def test_an_address_is_absolute(account: Account, url: str) -> None:
    with pytest.raises(Refused) as refused:
        account.post("webhook_endpoints", url=url, enabled_events=["*"])
    assert refused.value.error["param"] == "url"


def test_endpoints_emit_no_events(account: Account) -> None:
    account.post("webhook_endpoints", url=URL, enabled_events=["*"])
    assert account.told() == []
