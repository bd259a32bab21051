"""A promise that was broken in a test: the steps by name, and two sentences that cannot both be
right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.explore.game import Break, Taken

Section = tuple[str, str]
"""A part of a test's report: its title and its text."""


class PromiseBroken(AssertionError):
    """An invariant did not hold after these steps.

    `sections` makes what the report of the failed test adds; it is asked for once, of the failure
    that is told, and may take a second.
    """

    def __init__(
        self,
        steps: Sequence[Taken],
        broken: Break,
        sections: Callable[[], list[Section]] = list,
    ) -> None:
        super().__init__(told(steps, broken))
        self.steps = tuple(steps)
        self.broken = broken
        self._sections = sections

    @property
    def carom_sections(self) -> list[Section]:
        return self._sections()


def told(steps: Sequence[Taken], broken: Break) -> str:
    """`monotonic broken in 4 steps`, the steps, and the proof."""
    lines = [f"{broken.invariant} broken in {len(steps)} steps (customer {broken.customer})"]
    for number, step in enumerate(steps, 1):
        mark = "*" if step.index and not step.settling else " "
        lines += [f"{number:>3} {mark} {step.choice.name}", f"        {step.sees}"]
    lines += [f"  Then:    {broken.then}", f"  However: {broken.however}"]
    return "\n".join(lines)
