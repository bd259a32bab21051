"""The HTML report: one file without network or script, everything escaped, findings drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness.report.html import html, side_by_side
from harness.report.lanes import told
from harness.report.record import Record
from harness.retelling import Retold

VOID = {"meta", "meter", "link", "br", "hr", "img", "input"}


class Strict(HTMLParser):
    """Checks that what is opened is closed, and keeps tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def parsed(record: Record, retold: dict[str, Retold] | None = None) -> Strict:
    parser = Strict()
    parser.feed(html(record, retold or {}))
    assert parser.open == []
    return parser


@pytest.fixture
def retold(record: Record) -> dict[str, Retold]:
    """As if each finding had been listened to."""
    found = {each.finding.name: told(each.finding) for each in record.findings}
    return {name: Retold(scenes, scenes[:1] + scenes[2:]) for name, scenes in found.items()}


def test_it_needs_nothing_from_elsewhere(record: Record) -> None:
    page = parsed(record)
    assert "script" not in [tag for tag, _ in page.tags]
    fetched = ("src", "srcset", "poster", "data", "action")
    assert not [tag for tag, attrs in page.tags if any(name in attrs for name in fetched)]
    links = [attrs["href"] or "" for tag, attrs in page.tags if "href" in attrs]
    assert links
    assert all(link.startswith("#") for link in links)
    assert "@import" not in html(record, {})
    assert re.search(r"url\(", html(record, {})) is None


def test_every_link_leads_to_a_section(record: Record) -> None:
    page = parsed(record)
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = {(attrs["href"] or "").removeprefix("#") for _, attrs in page.tags if "href" in attrs}
    assert links <= ids


def test_what_an_app_says_is_text_and_nothing_else(record: Record) -> None:
    text = html(record, {})
    assert "<script" not in text
    assert "</pre><b>" not in text
    words = "".join(parsed(record).words)
    assert "<script>alert(1)</script>" in words
    assert "All is <well> & fine." in words
    assert "100% not <so>." in words


def test_what_a_strip_or_an_arrow_says_is_not_said_twice(record: Record) -> None:
    assert 'class="answers"' not in html(replace(record, findings=[]), {})


def test_what_signs_somebody_in_is_not_shown(record: Record) -> None:
    text = html(record, {})
    assert "s3cret" not in text
    assert "Cookie: (not shown)" in text


def test_it_tells_verdicts_proof_and_how_to_play_it_again(record: Record) -> None:
    words = " ".join(" ".join(parsed(record).words).split())
    for told_there in (
        "no-phantom-grant broken in 7 steps",
        "Stripe does not grant it any more",
        "carom replay .carom/handler_race.json",
        "not proved smallest: 136 smaller schedules tried",
        "smallest: 125 smaller schedules hold",
        "1 of 3 scenarios hold",
        "in 4 of 34",
        "never",
        "step 3: could not",
        "sequenceDiagram",
        "last words",
    ):
        assert told_there in words


def test_the_friendly_order_stands_beside_the_failing_one(
    record: Record, retold: dict[str, Retold]
) -> None:
    page = parsed(record, retold)
    rows = [attrs.get("class") for tag, attrs in page.tags if tag == "tr"]
    assert "extra" in rows
    assert "same" in rows
    assert "The friendly order beside it" in "".join(page.words)


def test_steps_that_both_have_share_a_row(retold: dict[str, Retold]) -> None:
    (first, *_) = retold.values()
    rows = side_by_side(first.friendly, first.failing)
    assert [row.failing is not None for row in rows] == [True] * 7
    assert [row.friendly is None for row in rows] == [False, True] + [False] * 5


def test_a_schedule_that_shows_something_else_now_says_so(
    record: Record, retold: dict[str, Retold]
) -> None:
    assert "it did not show the same" not in html(record, retold)
    name = record.findings[0].finding.name
    other = {**retold, name: replace(retold[name], same=False)}
    assert "it did not show the same" in html(record, other)


def test_a_run_of_thousands_of_steps_is_cut_with_a_notice(
    record: Record, retold: dict[str, Retold]
) -> None:
    name = record.findings[0].finding.name
    scene = retold[name].failing[0]
    many = tuple(replace(scene, number=n) for n in range(1, 2011))
    words = "".join(parsed(record, {**retold, name: Retold(many, ())}).words)
    assert "10 more steps are not drawn." in words


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        except sync_api.Error as fault:
            pytest.skip(f"no Chromium: {fault.message.splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_without_javascript_and_network_shows_and_unfolds_it(
    browser: Any, record: Record, retold: dict[str, Retold], tmp_path: Path, scheme: str
) -> None:
    path = tmp_path / "report.html"
    path.write_text(html(record, retold), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    mermaid = page.locator("#findings pre.copy").first
    assert not mermaid.is_visible()
    page.get_by_text("Mermaid, to paste into a pull request").first.click()
    assert mermaid.is_visible()
    wide = page.locator("main").bounding_box()
    assert wide is not None
    assert wide["width"] <= 1280
    context.close()
