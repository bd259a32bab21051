"""Two findings as a person reads them, at 80 columns: in the list of a check, and explained."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from harness.explore.finding import read_finding
from harness.report.exploration import MOST_LINES, finding_lines
from harness.report.lanes import explanation, told
from harness.report.scenes import mermaid

Golden = Callable[[str, str], None]


def lines(path: Path, width: int) -> list[str]:
    finding = read_finding(path)
    screen = Console(file=io.StringIO(), width=width)
    return [line for line, _ in finding_lines(finding, Path(".carom/findings/x.json"), screen)]


def test_a_finding_fits_in_80_columns(finding_file: Path, golden: Golden) -> None:
    shown = lines(finding_file, 80)
    assert max(map(len, shown)) <= 80
    golden(f"{finding_file.name.partition('.')[0]}.txt", "\n".join(shown) + "\n")


@pytest.mark.parametrize("width", [40, 80, 150])
def test_a_finding_has_at_most_25_lines_however_many_its_steps(
    finding_file: Path, width: int, tmp_path: Path
) -> None:
    finding = read_finding(finding_file)
    steps = finding.played.steps * 9
    long = replace(finding, played=replace(finding.played, steps=steps))
    shown = lines(long.write(tmp_path), width)
    assert len(shown) <= MOST_LINES
    assert any("steps before" in line for line in shown)
    assert any(line.startswith("  However: ") for line in shown)
    assert f"{len(steps):>3} " in "\n".join(shown)


def test_an_explanation_fits_in_80_columns(finding_file: Path, golden: Golden) -> None:
    shown = explanation(read_finding(finding_file), 80)
    assert max(map(len, shown)) <= 80
    golden(f"{finding_file.name.partition('.')[0]}.explained.txt", "\n".join(shown) + "\n")


def test_a_diagram_is_mermaid_text(finding_file: Path, golden: Golden) -> None:
    text = mermaid(told(read_finding(finding_file)))
    golden(f"{finding_file.name.partition('.')[0]}.mmd", text)
    assert text.startswith("sequenceDiagram\n    participant customer\n")
    # A semicolon ends a statement of Mermaid; only entities may have one.
    assert text.replace("#35;", "").count(";") == 0


def test_a_step_that_may_come_later_says_so(finding_file: Path, tmp_path: Path) -> None:
    free = replace(read_finding(finding_file), any_order=(1,))
    shown = lines(free.write(tmp_path), 80)
    assert shown.count("        # may as well change places with the next step") == 1
    assert any("(may as well change places" in line for line in explanation(free, 80))
