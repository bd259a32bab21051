"""JUnit XML: readers accept it (an XML Schema says so), a suite a story, a case an invariant."""

from __future__ import annotations

import xml.etree.ElementTree as Tree

import pytest
import xmlschema

from harness.report.junit import junit, schema
from harness.report.record import Record


def test_the_schema_accepts_the_report(record: Record) -> None:
    xmlschema.XMLSchema(schema()).validate(junit(record).decode())


def test_the_schema_refuses_what_readers_would(record: Record) -> None:
    report = (
        junit(record).decode().replace("<failure ", "<failed ").replace("</failure>", "</failed>")
    )
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        xmlschema.XMLSchema(schema()).validate(report)


def test_a_suite_for_each_scenario_and_each_story_explored(record: Record) -> None:
    root = Tree.fromstring(junit(record))
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == [
        "good",
        "bad",
        "ill",
        "explored cancel_at_period_end",
        "explored redirect_before_webhook_portal",
    ]
    heads = {name: (suite.get("failures"), suite.get("errors")) for name, suite in suites.items()}
    assert heads["good"] == ("0", "0")
    assert heads["bad"] == ("1", "0")
    assert heads["ill"] == ("0", "1")
    assert heads["explored redirect_before_webhook_portal"] == ("1", "1")
    assert (root.get("failures"), root.get("errors"), root.get("time")) == ("3", "2", "3.500")


def test_a_failure_has_the_steps_the_proof_and_the_replay(record: Record) -> None:
    root = Tree.fromstring(junit(record))
    path = "testsuite[@name='explored cancel_at_period_end']/testcase[@name='no-phantom-grant']"
    failure = root.find(f"{path}/failure")
    assert failure is not None
    assert failure.text is not None
    assert "7 app: gets the answer for" in failure.text
    assert failure.text.endswith("Replay:  carom replay .carom/handler_race.json\n")


def test_what_was_not_put_to_the_test_is_skipped_with_the_reason(record: Record) -> None:
    root = Tree.fromstring(junit(record))
    good = {case.get("name"): case for case in root.findall("testsuite[@name='good']/testcase")}
    skipped = good["authentic"].find("skipped")
    assert skipped is not None
    assert "not exercised" in str(skipped.get("message"))
    assert good["monotonic"].find("skipped") is None


def test_a_command_that_could_not_begin_is_an_error(record: Record) -> None:
    broken = Record(record.config, problem="[app] does not start\nlast words")
    xmlschema.XMLSchema(schema()).validate(junit(broken).decode())
    error = Tree.fromstring(junit(broken)).find("testsuite/testcase/error")
    assert error is not None
    assert error.get("message") == "[app] does not start"
