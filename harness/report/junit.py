"""JUnit XML: a suite for each scenario, and one for the exploration; a case for each invariant."""

from __future__ import annotations

import xml.etree.ElementTree as Tree
from collections.abc import Sequence
from pathlib import Path

from harness.app.config import Config
from harness.explore.explorer import Explored
from harness.explore.finding import FOLDER, SUFFIX
from harness.model.invariants import INVARIANTS
from harness.run_events import RunFinished


def write_junit(
    path: Path, finished: Sequence[RunFinished], explored: Explored | None, config: Config
) -> None:
    """Writes the report. Raises `OSError` where that is not possible."""
    root = Tree.Element("testsuites", name="carom")
    for run in finished:
        _close(_scenario(root, run, config))
    if explored is not None:
        _close(_exploration(root, explored, config))
    Tree.indent(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _scenario(root: Tree.Element, run: RunFinished, config: Config) -> Tree.Element:
    suite = Tree.SubElement(root, "testsuite", name=run.scenario.name)
    if run.problem is not None:
        case = Tree.SubElement(suite, "testcase", classname=run.scenario.name, name="run")
        Tree.SubElement(case, "error", message=run.problem.splitlines()[0]).text = run.problem
        return suite
    broken = {each.invariant: each for each in run.broken}
    names = [*config.promises, *(name for name in broken if name not in INVARIANTS)]
    for name in names:
        case = Tree.SubElement(suite, "testcase", classname=run.scenario.name, name=name)
        if name in broken:
            told = Tree.SubElement(case, "failure", message=broken[name].however)
            told.text = f"{broken[name].step}\n{broken[name].proof}"
        elif name not in run.kept:
            Tree.SubElement(case, "skipped", message="not exercised")
    return suite


def _exploration(root: Tree.Element, explored: Explored, config: Config) -> Tree.Element:
    suite = Tree.SubElement(root, "testsuite", name="exploration")
    found = {each.broken.invariant: each for each in explored.findings}
    names = [*config.promises, *(name for name in found if name not in INVARIANTS)]
    for name in names:
        case = Tree.SubElement(suite, "testcase", classname="exploration", name=name)
        if name in found:
            finding = found[name]
            told = Tree.SubElement(case, "failure", message=finding.broken.however)
            told.text = (
                f"{finding.played.transcript}Then:    {finding.broken.then}\n"
                f"However: {finding.broken.however}\n"
                f"Replay:  carom replay {FOLDER / (finding.name + SUFFIX)}\n"
            )
        elif name not in explored.kept:
            Tree.SubElement(case, "skipped", message="not exercised")
    for looked in explored.unstable:
        case = Tree.SubElement(suite, "testcase", classname="exploration", name=looked.story.name)
        Tree.SubElement(case, "error", message="unstable").text = looked.unstable
    return suite


def _close(suite: Tree.Element) -> None:
    """The counts that readers of JUnit want in the head of a suite."""
    cases = suite.findall("testcase")
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("tests", str(len(cases)))
