"""GitHub annotations are one line each whatever they say, and the summary has the diagram."""

from __future__ import annotations

from harness.report.github import annotation_lines, summary
from harness.report.lanes import told
from harness.report.record import Record


def test_every_break_and_every_missing_verdict_is_one_line(record: Record) -> None:
    lines = list(annotation_lines(record))
    assert not any("\n" in line for line in lines)
    assert [line.partition("title=")[2].partition("::")[0] for line in lines] == [
        "converges broken in bad",
        "no verdict about ill",
        "no-phantom-grant broken%2C story cancel_at_period_end",
        "single-writer broken%2C story redirect_before_webhook_portal",
        "no verdict%3A redirect_before_webhook_portal",
    ]
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 4 + ["::warning"]


def test_what_would_end_a_command_is_escaped(record: Record) -> None:
    first = next(annotation_lines(record))
    assert first == (
        "::error file=good.yaml,title=converges broken in bad::"
        "courier: x%0AThen: it, is%0Aso.%0AHowever: 100%25 not <so>."
    )


def test_a_finding_is_annotated_at_its_file(record: Record) -> None:
    line = list(annotation_lines(record))[2]
    assert line.startswith("::error file=.carom/handler_race.json,")
    assert line.endswith("Replay: carom replay .carom/handler_race.json")


def test_the_summary_has_verdicts_proofs_and_diagrams(record: Record) -> None:
    scenes = {each.finding.name: told(each.finding) for each in record.findings}
    text = summary(record, scenes)
    assert text.startswith("## Carom: broken\n")
    assert "1 of 3 scenarios hold." in text
    assert text.count("```mermaid\nsequenceDiagram\n") == 2
    assert "| `converges` | broken | 0 of 1 hold |" in text


def test_a_command_that_could_not_begin_is_annotated_at_the_configuration(record: Record) -> None:
    (line,) = annotation_lines(Record(record.config, problem="[app] is down"))
    assert record.config is not None
    assert line == f"::error file={record.config.path},title=no verdict::[app] is down"
