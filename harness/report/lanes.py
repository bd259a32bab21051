"""A finding in lanes and prose for a terminal: what `carom explain` prints, from the file alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from harness.explore.finding import Finding
from harness.model.invariants import INVARIANTS
from harness.report.exploration import ANY_ORDER, proof_of
from harness.report.paragraphs import hanging
from harness.report.scenes import LANES, Arrow, Scene, scene_of_taken
from harness.report.words import counted

_AT = (4, 13, 22, 31)
"""The columns in which the lanes' lines stand."""
_PICTURE = 36
_LEAST_WORDS = 30


def explanation(finding: Finding, width: int) -> list[str]:
    """The whole finding in lines of at most `width` characters."""
    story, broken = finding.story, finding.broken
    invariant = INVARIANTS.get(broken.invariant)
    steps = counted(len(finding.played.steps), "step")
    lines = hanging("", f"{broken.invariant} is broken for {broken.customer} in {steps}.", width)
    if invariant is not None:
        lines += hanging(_label("Promise"), invariant.statement, width)
    lines += hanging(_label("Story"), story.name, width)
    if story.given:
        lines += hanging(_label("Given"), "; ".join(step.words for step in story.given), width)
    for who, acts in story.acts.items():
        lines += hanging(_label("Acts"), f"{who}: {'; '.join(step.words for step in acts)}", width)
    lines += ["", *picture(told(finding), width), ""]
    lines += hanging(_label("Then"), broken.then, width)
    lines += hanging(_label("However"), broken.however, width)
    lines += hanging(_label("Expected"), broken.expected, width)
    lines += hanging(_label("Seen"), broken.seen, width)
    how = f"{finding.strategy}, schedule {finding.schedules}; {proof_of(finding)}"
    return lines + hanging(_label("Found"), how, width)


def _label(word: str) -> str:
    return f"  {word + ':':<10}"


def told(finding: Finding) -> tuple[Scene, ...]:
    """The steps as the file tells them."""
    return tuple(
        scene_of_taken(n, step, any_order=n in finding.any_order)
        for n, step in enumerate(finding.played.steps, 1)
    )


def picture(scenes: Sequence[Scene], width: int) -> list[str]:
    """Arrows on the left, words on the right; `*` marks a departure from the friendly order."""
    room = max(width - _PICTURE - 5, _LEAST_WORDS)
    heads = "".join(f"{lane:^9}" for lane in LANES)
    return [f"     {heads}".rstrip(), *(line for scene in scenes for line in _scene(scene, room))]


def _scene(scene: Scene, room: int) -> Iterator[str]:
    words = [*hanging("", scene.name, room), *hanging("  ", scene.sees, room)]
    if scene.settling:
        words.append("  (settling: nothing goes wrong any more)")
    if scene.any_order:
        words.append(f"  ({ANY_ORDER})")
    drawn = [_drawn(arrow) for arrow in scene.arrows]
    mark = "*" if scene.departs else " "
    for place, (line, told) in enumerate(zip_longest(drawn, words)):
        number = f"{scene.number:>3}{mark} " if place == 0 else "     "
        yield f"{number}{line or _idle():<{_PICTURE}}{told or ''}".rstrip()


def _idle() -> str:
    line = [" "] * _PICTURE
    for at in _AT:
        line[at] = "│"
    return "".join(line)


def _drawn(arrow: Arrow) -> str:
    line = list(_idle())
    source, target = _AT[LANES.index(arrow.source)], _AT[LANES.index(arrow.target)]
    if source == target:
        line[source] = "●"
        return "".join(line)
    step = 1 if target > source else -1
    for at in range(source + step, target, step):
        line[at] = "╌" if arrow.failed else "─"
    line[source] = "├" if step > 0 else "┤"
    line[target - step] = "✗" if arrow.failed else (">" if step > 0 else "<")
    return "".join(line)
