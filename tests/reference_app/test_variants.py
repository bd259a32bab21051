"""Correct designs other than the usual one raise no alarm under the profile that they declare."""

from __future__ import annotations

from dataclasses import replace

import pytest

import scenarios
from harness.app.config import WRITERS, load_config
from harness.checking import opened
from harness.explore.explorer import Explorer, Options
from harness.exploring import stories_for
from harness.model.invariants import INVARIANTS
from reference_app import variants
from tests.reference_app.town import ROOT

# Such as do not tell what a webhook-only app shows before its webhook.
SCENARIOS = (
    "checkout_two_tabs",
    "customer_deleted",
    "old_news_after_new",
    "portal_signed_out",
    "renewal_declined_then_recovered",
)
STORIES = ("bought_and_ended",)


@pytest.mark.parametrize("name", variants.NAMES)
def test_a_variant_holds_what_its_profile_promises(name: str) -> None:
    usual = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    writer = next(known for known in WRITERS if known == name.replace("_", "-"))
    config = replace(
        usual,
        profile=replace(usual.profile, writer=writer),
        launch=replace(usual.launch, env={**usual.launch.env, "APP_VARIANT": name}),
    )
    with opened(config, seed=7, in_process=True) as bench:
        for scenario in SCENARIOS:
            finished = bench.run(scenarios.find(scenario), lambda _: None)
            assert (scenario, finished.verdict, finished.broken) == (scenario, "holds", ())
        stories = [each for each in stories_for([], config, shipped=True) if each.name in STORIES]
        with bench.theatre() as theatre:
            near = Options(departures=1, strategies=("near",), isolation=False)
            explored = Explorer(theatre, near).explore(stories)
    assert len(explored.looked) == len(STORIES)
    assert explored.findings == []
    assert all(looked.problem is None for looked in explored.looked)
