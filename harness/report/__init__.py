"""Reports of runs. Each listens to the same events and writes them its own way."""

from harness.report.summary import Summary
from harness.report.timeline import Timeline, console

__all__ = ["Summary", "Timeline", "console"]
