"""JUnit XML: a suite for each scenario and for each story explored, a case for each invariant.

junit.xsd beside this module is what readers of the format (Jenkins' xUnit plugin among them) accept
of it. What was not put to the test is skipped, with the reason.
"""

from __future__ import annotations

import xml.etree.ElementTree as Tree
from collections.abc import Iterable, Sequence
from importlib.resources import files

from harness.explore.events import Found
from harness.explore.explorer import Looked
from harness.model.invariants import INVARIANTS
from harness.report.record import Record, ScenarioRun

_NOT_PUT = "not exercised: nothing in this story put it to the test"


def schema() -> str:
    """The XML Schema that the reports keep to."""
    return files("harness.report").joinpath("junit.xsd").read_text(encoding="utf-8")


def junit(record: Record) -> bytes:
    """The report as a file's content."""
    assert record.config is not None
    promises = record.config.promises
    root = Tree.Element("testsuites", name="carom", time=f"{record.seconds:.3f}")
    if record.problem is not None:
        suite = Tree.SubElement(root, "testsuite", name="carom")
        _error(suite, "carom", "no verdict", record.problem)
        _close(suite)
    for run in record.runs:
        _scenario(root, run, promises)
    for looked in record.explored.looked if record.explored is not None else ():
        found = [each for each in record.findings if each.finding.story.name == looked.story.name]
        _story(root, looked, found, promises)
    cases = root.findall("testsuite/testcase")
    root.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error")):
        root.set(name, str(sum(case.find(tag) is not None for case in cases)))
    Tree.indent(root)
    content: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _scenario(root: Tree.Element, run: ScenarioRun, promises: Sequence[str]) -> None:
    name, finished = run.finished.scenario.name, run.finished
    suite = Tree.SubElement(root, "testsuite", name=name)
    if finished.problem is not None:
        _error(suite, name, "no verdict", finished.problem)
    else:
        broken = {each.invariant: each for each in finished.broken}
        for invariant in _cases(promises, broken):
            case = Tree.SubElement(suite, "testcase", classname=name, name=invariant)
            if invariant in broken:
                told = broken[invariant]
                _failure(case, told.however, f"{told.step}\n{told.proof}")
            elif invariant not in finished.kept:
                Tree.SubElement(case, "skipped", message=_NOT_PUT)
    _close(suite)


def _story(
    root: Tree.Element, looked: Looked, found: Sequence[Found], promises: Sequence[str]
) -> None:
    name = f"explored {looked.story.name}"
    suite = Tree.SubElement(root, "testsuite", name=name)
    broken = {each.finding.broken.invariant: each for each in reversed(found)}
    if looked.problem is not None:
        _error(suite, name, "no verdict", looked.problem)
    elif looked.unstable is not None:
        _error(suite, name, "unstable", f"one schedule twice, {looked.unstable}")
    for invariant in _cases(promises, broken):
        case = Tree.SubElement(suite, "testcase", classname=name, name=invariant)
        if invariant in broken:
            _finding(case, broken[invariant])
        elif invariant not in looked.kept:
            Tree.SubElement(case, "skipped", message=_NOT_PUT)
    told = f"{looked.schedules} schedules\n{looked.told()}\n"
    Tree.SubElement(suite, "system-out").text = told
    _close(suite)


def _cases(promises: Sequence[str], broken: Iterable[str]) -> list[str]:
    """What is promised, and what broke besides: an expectation, or what `carom.toml` says."""
    return [*promises, *(name for name in broken if name not in INVARIANTS)]


def _finding(case: Tree.Element, found: Found) -> None:
    finding = found.finding
    _failure(
        case,
        finding.broken.however,
        f"{finding.played.transcript}Then:    {finding.broken.then}\n"
        f"However: {finding.broken.however}\n"
        f"Replay:  carom replay {found.path}\n",
    )


def _failure(case: Tree.Element, message: str, text: str) -> None:
    Tree.SubElement(case, "failure", type="broken", message=_xml(message)).text = _xml(text)


def _error(suite: Tree.Element, classname: str, kind: str, problem: str) -> None:
    case = Tree.SubElement(suite, "testcase", classname=classname, name="run")
    first = problem.splitlines()[0]
    Tree.SubElement(case, "error", type=kind, message=_xml(first)).text = _xml(problem)


def _xml(text: str) -> str:
    """Without the control characters that XML cannot hold, which an app's output may have."""
    return "".join(each for each in text if each in "\t\n\r" or each >= " ")


def _close(suite: Tree.Element) -> None:
    """The counts that readers of JUnit want in the head of a suite."""
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
