"""A scenario that cannot be played says where the fault is and what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios import ScenarioError, find, load, parse

HEAD = "scenario: story\nshows: A sentence about something.\nsteps:\n"


def fault(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        parse(text, Path("story.yaml"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            HEAD + "  - customer: sign up\n",
            'story.yaml:4: the customer does not know "sign up". Did you mean "signs up"?',
        ),
        (
            HEAD + "  - customer: signs up\n  - custmer: returns\n",
            'story.yaml:5: step 2 has an unknown key "custmer". Did you mean "customer"?',
        ),
        (
            HEAD + "  - customer: signs up\n    courier: delivers everything\n",
            (
                "story.yaml:4: step 1 must have exactly one actor: "
                "customer, stranger, support, courier, clock, app, recording, expect."
            ),
        ),
        (
            HEAD + "  - expect:\n      entitlement: {plan: pro, acces: true}\n",
            (
                'story.yaml:5: step 1, expect, entitlement has an unknown key "acces". '
                'Did you mean "access"?'
            ),
        ),
        (
            HEAD + "  - expect:\n      entitlement:\n        status: activ\n",
            'story.yaml:6: step 1, expect, entitlement, status is "activ". Did you mean "active"?',
        ),
        (HEAD + "  - customer: 3\n", "story.yaml:4: step 1, customer must be text, not 3."),
        (
            "scenario: other\n" + HEAD.partition("\n")[2] + "  - customer: returns\n",
            'story.yaml:1: the scenario is called "other", its file "story".',
        ),
        ("scenario: story\nsteps: []\n", 'story.yaml:2: the key "steps": [] should be non-empty.'),
        ("", "story.yaml:1: the scenario must be a mapping of keys to values, not None."),
        (
            HEAD + "  - customer: returns\n    customer: signs up\n",
            'story.yaml:5: not valid YAML: the key "customer" stands twice in the same mapping.',
        ),
    ],
)
def test_a_fault_names_file_line_and_remedy(text: str, expected: str) -> None:
    assert fault(text) == expected


def test_text_that_is_no_yaml_is_refused_with_its_line() -> None:
    assert fault("scenario: story\nsteps: [").startswith("story.yaml:2: not valid YAML: ")


def test_a_missing_key_is_named() -> None:
    assert fault("scenario: story\nsteps:\n  - customer: returns\n") == (
        'story.yaml:1: the scenario lacks the key "shows".'
    )


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(ScenarioError, match='Did you mean "round_trip"'):
        find("round_tip")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"gone\.yaml: cannot be read: No such file"):
        find(str(tmp_path / "gone.yaml"))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioError, match="is not UTF-8 text"):
        load(path)


def test_steps_keep_their_words_their_slots_and_their_line() -> None:
    scenario = parse(
        HEAD + "  - courier: delivers the 2nd invoice.paid again\n", Path("story.yaml")
    )
    (step,) = scenario.steps
    assert step.name == "courier: delivers the 2nd invoice.paid again"
    assert step.verb == "deliver_again"
    assert step.subject == {"nth": "2nd", "type": "invoice.paid"}
    assert step.line == 4


def test_an_expectation_tells_no_events_from_events_not_asserted() -> None:
    said = "  - expect:\n      events: []\n  - expect:\n      subscription: {status: active}\n"
    first, second = parse(HEAD + said, Path("story.yaml")).steps
    assert first.expectation is not None
    assert second.expectation is not None
    assert first.expectation.events == ()
    assert second.expectation.events is None


def test_a_scenario_knows_its_plans() -> None:
    said = "  - customer: starts checkout of basic\n  - customer: switches to pro\n"
    assert parse(HEAD + said, Path("story.yaml")).plans == {"basic", "pro"}
