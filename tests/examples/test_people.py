"""What the harness does not look at: members of one organisation, and the way in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from harness.app.config import load_config
from harness.app.protocol import Request
from harness.checking import opened
from harness.model.invariants import INVARIANTS
from harness.stage import APP_ORIGIN, Stage
from scenarios import find
from tests.clients.environment import run
from tests.examples.example import EXAMPLES, EXPRESS, FLASK, Example

pytestmark = pytest.mark.clients

PASSWORD = {"password": "correct horse"}
BACK = "/billing/return?session_id=cs_test_1"


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda example: example.name)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    example: Example = request.param
    config = load_config(example.set_up() / "carom.toml", INVARIANTS)
    with opened(config, 7) as bench, bench.stage(find("round_trip")) as stage:
        yield stage


def test_who_was_invited_sees_the_plan_and_cannot_touch_the_billing(stage: Stage) -> None:
    owner = stage.app.sign_up("ada")
    made = owner.request("POST", f"{APP_ORIGIN}/invitations", form={"email": "bob@example.com"})
    [path] = re.findall(r"/join/[\w.~-]+", made.text)
    bob = stage.app.visitor()
    assert bob.request("GET", APP_ORIGIN + path).status == 200
    assert bob.request("POST", APP_ORIGIN + path, form=PASSWORD).status == 303
    assert not stage.app.entitlement(bob).access
    assert bob.request("GET", f"{APP_ORIGIN}/billing").status == 200
    for action in ("billing/portal", "billing/upgrade", "invitations"):
        form = {"plan": "pro_monthly", "email": "eve@example.com"}
        assert bob.request("POST", f"{APP_ORIGIN}/{action}", form=form).status == 403, action
    again = stage.app.visitor().request("POST", APP_ORIGIN + path, form=PASSWORD)
    assert again.status == 422
    forged = stage.app.visitor().request("POST", APP_ORIGIN + path[:-2] + "xx", form=PASSWORD)
    assert forged.status == 422


def test_who_was_signed_out_on_the_way_comes_back_to_where_they_went(stage: Stage) -> None:
    credentials = {"email": "cleo@example.com", **PASSWORD}
    form = {**credentials, "organisation": "Cleo Ltd"}
    assert stage.app.visitor().request("POST", f"{APP_ORIGIN}/signup", form=form).status == 303
    cleo = stage.app.visitor()
    sent = cleo.request("GET", APP_ORIGIN + BACK)
    to = dict(sent.headers)["location"]
    assert sent.status == 303
    assert to.startswith("/signin?")
    [shown] = re.findall(r'name="next" value="([^"]*)"', cleo.request("GET", APP_ORIGIN + to).text)
    form = {**credentials, "next": shown, "password": "wrong horse"}
    assert cleo.request("POST", f"{APP_ORIGIN}/signin", form=form).status == 422
    form["password"] = PASSWORD["password"]
    entered = cleo.request("POST", f"{APP_ORIGIN}/signin", form=form)
    assert entered.status == 303
    assert dict(entered.headers)["location"] == BACK
    assert cleo.request("GET", APP_ORIGIN + BACK).status == 200
    for elsewhere in ("//evil.example/billing/", "https://evil.example", "/billing.evil.example"):
        form["next"] = elsewhere
        entered = cleo.request("POST", f"{APP_ORIGIN}/signin", form=form)
        assert dict(entered.headers)["location"] == "/billing"


def test_a_form_on_another_site_leads_nowhere(stage: Stage) -> None:
    assert stage.launched is not None
    body = urlencode({"email": "eve@example.com", "organisation": "Eve", **PASSWORD}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://evil.example"}
    answer = stage.launched.send(Request("POST", f"{APP_ORIGIN}/signup", headers, body))
    assert answer.status == 403
    assert "set-cookie" not in {name.lower() for name, _ in answer.headers}


def test_a_plan_that_every_object_has_is_none(stage: Stage) -> None:
    dora = stage.app.sign_up("dora")
    for plan in ("constructor", "toString", "free", ""):
        asked = dora.request("POST", f"{APP_ORIGIN}/billing/upgrade", form={"plan": plan})
        assert asked.status == 422, plan


def test_a_journal_that_a_crash_cut_off_goes_on_from_its_last_whole_line() -> None:
    script = """
        import { Store } from "./src/store.js";
        import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
        const folder = mkdtempSync("journal-");
        const path = `${folder}/baize.jsonl`;
        new Store(path).commit([["plans", "a", "é"]]);
        appendFileSync(path, '[["plans","b",');
        new Store(path).commit([["plans", "c", 3]]);
        const store = new Store(path);
        console.log(["a", "b", "c"].map((key) => store.get("plans", key)).join());
        console.log(readFileSync(path, "utf8").split("\\n").length);
        rmSync(folder, { recursive: true });
    """
    done = run("node", "--input-type=module", "--eval", script, inside=EXPRESS.set_up())
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["é,,3", "4"]


def test_the_database_keeps_everybody_but_the_webhook_from_writing_what_was_bought() -> None:
    script = """
import pathlib, sqlite3, tempfile
from baize.database import Database

with tempfile.TemporaryDirectory() as folder:
    database = Database(pathlib.Path(folder) / "baize.sqlite3")
    with database.writing() as db:
        db.execute("INSERT INTO organisations (name) VALUES ('Ada Ltd')")
    row = "INSERT OR REPLACE INTO entitlements VALUES (1, 'pro', 'active', 1, 0, NULL, NULL)"
    for connect in (database.writing, database.reading, database.settling):
        try:
            with connect() as db:
                db.execute(row)
                print("written")
        except sqlite3.DatabaseError as refused:
            print(refused)
"""
    copy = FLASK.set_up()
    done = run(str(copy / ".venv" / "bin" / "python"), "-c", script, inside=copy)
    assert done.stdout.splitlines() == [
        "not authorized",
        "attempt to write a readonly database",
        "written",
    ], done.stderr
