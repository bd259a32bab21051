"""`plan_entitlements` has one writer: watched at the database, whatever code writes.

That the database refuses any other is shown in `test_database.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from reference_app import mutants

WRITES = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) plan_entitlements", re.IGNORECASE)
PAGES = (
    "/",
    "/signin",
    "/billing",
    "/billing/plans",
    "/billing/return?session_id=cs_1",
    "/billing/return?from=portal",
    "/members",
    "/api/entitlement",
    "/health",
)
BUTTONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/billing/portal", {}),
    ("/billing/portal", {"to": "cancel"}),
    ("/billing/reactivate", {}),
    ("/billing/upgrade", {"plan": "basic_monthly"}),
    ("/members/invite", {"email": "bob@example.com", "role": "member"}),
    ("/signout", {}),
)


@contextmanager
def writes(visitor: Any) -> Iterator[list[str]]:
    """The statements that change an entitlement while the block runs."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if WRITES.match(statement):
            found.append(statement)

    database = visitor.billing.database
    for engine in (database.engine, database.writer):
        event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in (database.engine, database.writer):
        event.remove(engine, "before_cursor_execute", note)


def subscribed(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    customer = visitor.buy()
    fake.has()
    with writes(visitor) as written:
        visitor.deliver("customer.subscription.created", {"customer": customer})
    assert len(written) == 1, "the webhook writes, so the watch works"
    # At Stripe much has happened meanwhile, of which no webhook has come.
    fake.has("basic_monthly", "past_due", cancel_at=1_800_000_000)


def test_no_page_and_no_button_writes_it(visitor: Any, fake: Any) -> None:
    subscribed(visitor, fake)
    with writes(visitor) as written:
        for path in PAGES:
            assert visitor.get(path).status_code == 200, path
        for path, form in BUTTONS:
            assert visitor.post(path, data=form).status_code in (200, 303, 409), path
    assert written == []


def test_the_watch_sees_the_twin_that_writes_on_return(open_app: Any, fake: Any) -> None:
    visitor = open_app(mutants.load("refresh_on_return"))
    subscribed(visitor, fake)
    with writes(visitor) as written:
        visitor.get("/billing/return?from=portal")
    assert len(written) == 1


@pytest.mark.parametrize("news", ["duplicate", "unchanged"])
def test_news_that_is_none_writes_nothing(visitor: Any, fake: Any, news: str) -> None:
    visitor.sign_up()
    customer = visitor.buy()
    fake.has()
    subject = {"customer": customer}
    visitor.deliver("customer.subscription.created", subject, id="evt_first")
    again = "evt_first" if news == "duplicate" else "evt_second"
    with writes(visitor) as written:
        assert visitor.deliver("customer.subscription.updated", subject, id=again) == news
    assert written == []
