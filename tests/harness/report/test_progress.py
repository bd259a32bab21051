"""Progress: on a terminal, with schedules a second; nowhere else."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from harness.report.progress import CheckProgress
from harness.run_events import Event


@pytest.mark.parametrize("terminal", [True, False])
def test_it_draws_on_a_terminal_only(events: list[Event], terminal: bool) -> None:
    out = io.StringIO()
    progress = CheckProgress(Console(file=out, force_terminal=terminal, width=80))
    for event in events:
        progress(event)
    if not terminal:
        assert out.getvalue() == ""
        return
    assert "of 3 scenarios" in out.getvalue()
    assert "1 schedules, " in out.getvalue()
    assert " a second" in out.getvalue()
    assert "cancel_at_period_end" in out.getvalue()
