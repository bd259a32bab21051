"""The pytest plugin: what its fixtures give, what its markers refuse, and that it is free where
nothing of it is used.
"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import harness.testing
from harness.pytest_plugin import Wanted, wanted_of
from harness.testing.session import NoSession

pytest_plugins = ["pytester"]

# A test run inside this one forgets at its end what it has loaded; to load these twice breaks them.
KEPT = [
    import_module(name)
    for name in ("hypothesis.stateful", "reference_app.asgi", "simulator.web", "stripe")
] + [getattr(harness.testing, name) for name in harness.testing.__all__]

ROOT = Path(__file__).parents[3]
REFERENCE_APP = ROOT / "reference_app" / "carom.toml"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A test suite of its own, with this plugin and no other."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return pytester


def run(suite: pytest.Pytester, *args: str) -> pytest.RunResult:
    return suite.runpytest_inprocess("-p", "harness.pytest_plugin", "--strict-markers", *args)


def test_loading_the_plugin_loads_nothing_that_takes_time() -> None:
    heavy = ("hypothesis", "simulator", "stripe", "harness.app", "harness.testing.house", "httpx")
    script = (
        "import sys, pytest; before = set(sys.modules); import harness.pytest_plugin; "
        "loaded = set(sys.modules) - before; "
        f"print([name for name in {heavy} if name in loaded], len(loaded))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    heavy_ones, _, count = told.stdout.rpartition(" ")
    assert heavy_ones == "[]"
    assert int(count) < 10


def test_each_test_has_an_account_of_its_own_as_its_marker_says(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest

        seen = []

        def test_first(stripe_sim, stripe_client):
            made = stripe_client.v1.customers.create({"email": "ada@example.org"})
            assert stripe_sim.event_types == ["customer.created"]
            assert stripe_sim.requests[0]["path"] == "/v1/customers"
            assert stripe_sim.control.world()["key"] == stripe_sim.key
            seen.append((stripe_sim.key, made.id))

        def test_second(stripe_sim, stripe_client):
            assert stripe_sim.events == []
            assert stripe_sim.key != seen[0][0]

        @pytest.mark.carom(seed=8, policy="held", start=1_800_000_000)
        def test_third(stripe_sim, stripe_client):
            assert stripe_sim.clock.now == 1_800_000_000
            stripe_sim.clock.advance(hours=1, seconds=1)
            stripe_sim.clock.advance_to(1_800_003_602)
            assert stripe_sim.clock.now == 1_800_003_602
            assert stripe_sim.control.world()["policy"] == "held"
            assert stripe_sim.control.world()["seed"] == 8
        """
    )
    run(suite).assert_outcomes(passed=3)


def test_webhooks_are_held_released_reordered_repeated_and_lost(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import json
        import pytest
        import stripe
        from harness.testing.webhooks import NoSuchWebhook

        def test_courier(stripe_client, webhooks):
            came = []

            def receive(headers, body):
                stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)
                came.append(json.loads(body)["data"]["object"]["email"])
                return 500 if len(came) == 1 else 200

            secret = webhooks.connect(stripe_client.v1.webhook_endpoints.create, receive)
            webhooks.hold("customer.created", nth=2)
            for name in "abcde":
                stripe_client.v1.customers.create({"email": f"{name}@example.org"})
            assert webhooks.pending == tuple(f"customer.created#{n}" for n in range(1, 6))
            webhooks.drop("customer.created", nth=5)
            webhooks.reorder("customer.created#4", "customer.created#3")
            webhooks.settle()
            assert [each[0] for each in came] == ["d", "c", "a", "d"]
            assert webhooks.pending == ("customer.created#2",)
            webhooks.release("customer.created", nth=2)
            webhooks.duplicate("customer.created", nth=1)
            assert [each[0] for each in came[4:]] == ["b", "a"]
            assert [each.state for each in webhooks.list("customer.created")] == (
                ["delivered"] * 4 + ["dropped"]
            )
            assert webhooks.list()[3].attempts == (500, 200)
            assert webhooks.list(state="dropped")[0].name == "customer.created#5"
            with pytest.raises(NoSuchWebhook, match=r"no customer.deleted is pending; there are: "):
                webhooks.reorder("customer.deleted")
            with pytest.raises(NoSuchWebhook, match=r"no invoice.paid was delivered yet"):
                webhooks.duplicate("invoice.paid")
            with pytest.raises(NoSuchWebhook, match=r"no customer.created#1 is pending"):
                webhooks.drop("customer.created", nth=1)
        """
    )
    run(suite).assert_outcomes(passed=1)


def test_without_an_app_the_simulator_sends_what_is_not_held(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        def test_nobody_listens(stripe_client, webhooks):
            webhooks.hold()
            stripe_client.v1.webhook_endpoints.create(
                {"url": "http://127.0.0.1:9/hook", "enabled_events": ["customer.created"]}
            )
            stripe_client.v1.customers.create({"email": "ada@example.org"})
            assert webhooks.settle() == []
            assert webhooks.list()[0].state == "held"
            (tried,) = webhooks.release()
            assert tried.attempts == (None,)
            assert webhooks.pending == ("customer.created#1",)
        """
    )
    run(suite).assert_outcomes(passed=1)


def test_a_story_that_the_app_cannot_play_is_told_when_it_is_drawn(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        import pytest
        from hypothesis import given, settings
        from harness.testing import calm, schedules
        from scenarios import Story, phrase_of, Step

        def step(words):
            phrase, subject = phrase_of("customer", words)
            return Step("customer", phrase.verb, words, subject)

        gold = Story("gold", "", (), {"ada": (step("signs up"), step("starts checkout of gold"))})
        lost = Story("lost", "", (), {"ada": (step("signs up"), step("cancels"))})

        @given(schedules(gold))
        def test_a_plan_that_is_not_there(schedule):
            schedule.check()

        @given(schedules(lost))
        def test_nothing_to_cancel(schedule):
            schedule.check()
        """
    )
    told = run(suite, "--carom-config", str(REFERENCE_APP))
    told.assert_outcomes(failed=2)
    text = told.stdout.str()
    assert 'CannotBeTold: story gold: the app has no plan "gold"' in text
    assert "CannotBeTold: story lost: ada: cancels -> could not: " in text


@pytest.mark.parametrize(
    ("args", "settings", "problem"),
    [
        ((7,), {}, "has names for all it takes"),
        ((), {"sede": 7}, "knows no sede; it has seed, policy, start"),
        ((), {"policy": "never"}, 'policy="never": the marker carom knows prompt or held'),
    ],
)
def test_a_marker_that_says_something_else_is_refused(
    args: tuple[object, ...], settings: dict[str, object], problem: str
) -> None:
    with pytest.raises(pytest.UsageError, match=problem):
        wanted_of(args, settings)


def test_a_marker_says_what_differs_from_the_usual() -> None:
    assert wanted_of((), {"seed": 9}) == Wanted(seed=9, policy="prompt", start=Wanted().start)


def test_the_scenario_marker_needs_its_fixture_and_a_name(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_a="import pytest\n@pytest.mark.scenario('cancel_now')\ndef test_a(): pass",
        test_b="import pytest\n@pytest.mark.scenario\ndef test_b(scenario_run): pass",
    )
    told = run(suite)
    told.assert_outcomes(errors=2)
    told.stdout.fnmatch_lines(
        [
            "*test_a has the marker scenario and needs its fixture, scenario_run",
            '*the marker scenario needs a name: scenario("cancel_at_period_end")',
        ]
    )


def test_a_configuration_that_is_not_there_is_told_by_name(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_a(billing_app): pass")
    told = run(suite, "--carom-config", "other.toml")
    told.assert_outcomes(errors=1)
    told.stdout.fnmatch_lines(["*other.toml: there is no such file*"])


def test_what_is_drawn_without_the_plugin_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("harness.testing.session._UNDER_WAY", [])
    from harness.testing import BillingStateMachine

    with pytest.raises(NoSession, match=r"which comes with the package carom"):
        BillingStateMachine()


def test_a_broken_app_is_told_with_its_steps_and_its_proof(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_MUTANT", "cancel_revokes_now")
    suite.makepyfile(
        """
        import pytest
        from hypothesis import given, settings
        from harness.testing import BillingStateMachine, calm, schedules

        few = settings(
            calm, max_examples=30, stateful_step_count=12, derandomize=True, database=None
        )

        @pytest.mark.scenario("cancel_at_period_end")
        def test_scenario(scenario_run):
            scenario_run.check()

        @few
        @given(schedules("cancel_at_period_end", most=4))
        def test_schedule(schedule):
            schedule.check()

        class Machine(BillingStateMachine):
            customers = ("ada",)
            portal = ("cancels",)

        TestMachine = Machine.TestCase
        TestMachine.settings = few
        """
    )
    told = run(suite, "--carom-config", str(REFERENCE_APP))
    told.assert_outcomes(failed=3)
    text = told.stdout.str()
    assert "cancel_at_period_end: paid-access-kept broken at" in text
    assert text.count("carom: the shortest schedule") == 2
    assert "Replay:  carom replay .carom/findings/paid-access-kept-" in text
    assert list(Path(suite.path, ".carom", "findings").glob("paid-access-kept-*.carom.json"))
    assert text.count("However: the app now shows no plan, canceled, no access") >= 3
    assert "state.act_in_portal(" in text
