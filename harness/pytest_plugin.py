"""The pytest plugin: a local Stripe, an app and its webhooks as fixtures.

What it needs is loaded when a test asks for it; a test run without such a test pays for a few
function definitions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.testing import session

if TYPE_CHECKING:
    import stripe

    from harness.testing import BillingApp, ScenarioRun, StripeSim, Webhooks
    from harness.testing.house import House

MARKERS = {
    "carom(seed=7, policy='prompt', start=1767960000)": (
        "how the account of this test is set; ids follow from the seed, policy 'held' keeps all "
        "webhooks back, start is Unix seconds."
    ),
    "scenario(name, ...)": (
        "run these scenarios, Carom's own by name, others by path; the fixture scenario_run is the "
        "result, once for each."
    ),
}
SETTINGS = ("seed", "policy", "start")
POLICIES = ("prompt", "held")
HOUSE = pytest.StashKey["House"]()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the marker `carom` says. `start` is in Unix seconds: 2026-01-09 12:00:00 UTC."""

    seed: int = 7
    policy: str = "prompt"
    start: int = 1_767_960_000


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("carom", "a local Stripe, and an app under test")
    group.addoption(
        "--carom-config",
        metavar="FILE",
        help="Carom's description of the app (default: the ini value carom_config, carom.toml).",
    )
    group.addoption(
        "--carom-start",
        action="store_true",
        help="Start the app by its command, even where it could be called in this process.",
    )
    parser.addini("carom_config", "Carom's description of the app.", "string", "carom.toml")


def pytest_configure(config: pytest.Config) -> None:
    for marker, told in MARKERS.items():
        config.addinivalue_line("markers", f"{marker}: {told}")
    session.begin(lambda: _house(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    session.end()
    house = config.stash.get(HOUSE, None)
    if house is not None:
        house.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each scenario that its marker names."""
    marker = metafunc.definition.get_closest_marker("scenario")
    if marker is None:
        return
    if "scenario_run" not in metafunc.fixturenames:
        name = metafunc.function.__name__
        pytest.fail(f"{name} has the marker scenario and needs its fixture, scenario_run", False)
    if not marker.args:
        pytest.fail('the marker scenario needs a name: scenario("cancel_at_period_end")', False)
    names = [Path(str(each)).stem for each in marker.args]
    metafunc.parametrize("scenario_run", marker.args, ids=names, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Any:
    """A failure that has a schedule shows it."""
    report = yield
    if call.excinfo is not None:
        for fault in _each(call.excinfo.value):
            report.sections.extend(getattr(fault, "carom_sections", ()))
    return report


@pytest.fixture
def stripe_sim(request: pytest.FixtureRequest) -> Iterator[StripeSim]:
    """A fresh account of a local Stripe: `url`, `key`, `clock`, `events`, `control`.

    Beside `billing_app` it is the account of that app.
    """
    if "billing_app" in request.fixturenames:
        sim = request.getfixturevalue("billing_app").stripe_sim
    else:
        wanted = _wanted(request.node)
        sim = _house(request.config).account(
            f"sk_test_{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:24]}",
            seed=wanted.seed,
            policy=wanted.policy,
            start=wanted.start,
        )
    yield sim
    sim.close()


@pytest.fixture
def stripe_client(stripe_sim: StripeSim) -> stripe.StripeClient:
    """Stripe's own client, on the account of `stripe_sim`."""
    import stripe

    return stripe.StripeClient(stripe_sim.key, base_addresses={"api": stripe_sim.url})


@pytest.fixture
def billing_app(request: pytest.FixtureRequest) -> BillingApp:
    """The app of `carom.toml`, where nobody has signed up yet.

    It is called in this process if it has an ASGI factory, else started, once for all tests.
    """
    from harness.testing.billing_app import BillingApp

    wanted = _wanted(request.node)
    premises = _house(request.config).premises(wanted.seed)
    return BillingApp(premises, prompt=wanted.policy == "prompt", start=wanted.start)


@pytest.fixture
def webhooks(request: pytest.FixtureRequest) -> Webhooks:
    """The courier of this test: hold, release, reorder, duplicate, drop, list.

    It brings webhooks to `billing_app` if the test has that, else to where `connect` says, or to
    the endpoints that are registered.
    """
    if "billing_app" in request.fixturenames:
        return request.getfixturevalue("billing_app").webhooks  # type: ignore[no-any-return]
    from harness.testing.webhooks import Webhooks

    sim = request.getfixturevalue("stripe_sim")
    return Webhooks(sim.local, prompt=_wanted(request.node).policy == "prompt")


@pytest.fixture
def scenario_run(request: pytest.FixtureRequest) -> ScenarioRun:
    """The result of the scenario that the marker `scenario` names; its timeline is in the report
    of a test that fails.
    """
    from harness.testing.scenario_run import run_scenario
    from scenarios import find

    if not hasattr(request, "param"):
        raise pytest.UsageError('scenario_run needs a marker: scenario("cancel_at_period_end")')
    wanted = _wanted(request.node)
    premises = _house(request.config).premises(wanted.seed)
    run = run_scenario(premises, find(str(request.param)), wanted.seed)
    request.node.add_report_section("setup", "carom", run.text)
    return run


def _house(config: pytest.Config) -> House:
    """The house of this test run, built when it is first asked for."""
    house = config.stash.get(HOUSE, None)
    if house is None:
        from harness.testing.house import House

        given = config.getoption("--carom-config")
        path = Path(given) if given else config.rootpath / config.getini("carom_config")
        house = House(path, in_process=not config.getoption("--carom-start"))
        config.stash[HOUSE] = house
    return house


def _wanted(node: pytest.Item) -> Wanted:
    marker = node.get_closest_marker("carom")
    return Wanted() if marker is None else wanted_of(marker.args, marker.kwargs)


def wanted_of(args: tuple[object, ...], settings: Mapping[str, Any]) -> Wanted:
    """The settings of a marker; `UsageError` says what is wrong with them."""
    if args:
        raise pytest.UsageError("the marker carom has names for all it takes: carom(seed=7)")
    for name in settings:
        if name not in SETTINGS:
            known = ", ".join(SETTINGS)
            raise pytest.UsageError(f"the marker carom knows no {name}; it has {known}")
    wanted = Wanted(**settings)
    if wanted.policy not in POLICIES:
        known = " or ".join(POLICIES)
        raise pytest.UsageError(f'policy="{wanted.policy}": the marker carom knows {known}')
    return wanted


def _each(fault: BaseException) -> Iterator[BaseException]:
    """The exception, or all that a group holds."""
    if isinstance(fault, BaseExceptionGroup):
        for inner in fault.exceptions:
            yield from _each(inner)
    else:
        yield fault
