"""The app cannot tell Carom from Stripe: one address in the environment is all that differs.

What this proves: no line of the app names Carom or an address of its own; everything that it is
told comes from the environment, at four known places, under known names; the address of Stripe goes
into the SDK's client and is looked at nowhere else; and no branch asks which kind of key, mode or
host it has. So the code that runs against Carom is the code that runs against Stripe. What it does
not prove is that Carom answers as Stripe does: that is measured on recordings of the real API.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import reference_app
from reference_app.settings import from_environment
from reference_app.web import create_app

FOLDER = Path(reference_app.__file__).parent
MODULES = sorted(
    path for path in FOLDER.rglob("*.py") if "mutants" not in path.relative_to(FOLDER).parts
)
# All that the app can be told, and by whom it would be set.
ENVIRONMENT = {
    "APP_INSTANCE": "who runs it, to name the database",
    "APP_MEMORY_TOKEN": "a test bench, to put the database back; about no other service",
    "APP_MUTANT": "a test bench, to serve a broken twin",
    "APP_URL": "who runs it",
    "APP_VARIANT": "a test bench, to serve another correct design",
    "DATABASE_OWNER_URL": "who makes the tables",
    "DATABASE_URL": "who runs it",
    "DATABASE_WRITER_URL": "who runs it",
    "SESSION_SECRET": "who runs it",
    "STRIPE_API_BASE": "who has Stripe elsewhere than at Stripe",
    "STRIPE_API_KEY": "who runs it, from Stripe's dashboard",
    "STRIPE_PORTAL_CONFIGURATION": "who runs it, from the seed",
    "STRIPE_WEBHOOK_SECRET": "who runs it, from Stripe's dashboard",
}
ENTRANCES = {"__main__.py", "asgi.py", "schema.py", "seed.py"}
TELLING = (
    "carom",
    "simulat",
    "localhost",
    "127.0.0.1",
    "12111",
    "sk_live",
    "livemode",
    "stripe.com",
)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def relative(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def documented(module: ast.Module) -> set[ast.AST]:
    """The docstrings, which may say what they like."""
    found: set[ast.AST] = set()
    for node in ast.walk(module):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            found.add(body[0].value)
    return found


def texts(path: Path) -> Iterator[str]:
    """Every string of the code that is not documentation."""
    module = tree(path)
    documentation = documented(module)
    for node in ast.walk(module):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in documentation:
            yield node.value


def names(path: Path) -> Iterator[str]:
    """Every name that the code reads, calls or imports."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Name():
                yield node.id
            case ast.Attribute():
                yield node.attr
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_code_names_carom_or_an_address(path: Path) -> None:
    words = [*texts(path), *names(path)]
    found = [word for word in words if any(telling in word.lower() for telling in TELLING)]
    # The one address: where the app itself listens when it is started by hand.
    assert found == (["127.0.0.1"] if relative(path) == "__main__.py" else [])


def test_templates_and_scripts_name_none_either() -> None:
    files = [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.js"), *FOLDER.rglob("*.css")]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8").lower()
        assert not any(telling in text for telling in TELLING), relative(path)


def test_the_environment_is_read_at_the_entrances_only() -> None:
    readers = {relative(path) for path in MODULES if {"environ", "getenv"} & set(names(path))}
    assert readers == ENTRANCES


def test_the_environment_has_these_names_and_no_others() -> None:
    found = {
        text
        for path in MODULES
        for text in texts(path)
        if text.isupper() and "_" in text and text.replace("_", "").isalnum()
    }
    assert found & {*ENVIRONMENT} == set(ENVIRONMENT)
    assert {text for text in found if text.startswith(("APP_", "DATABASE_", "STRIPE_"))} == {
        name for name in ENVIRONMENT if not name.startswith("SESSION")
    }


def test_the_readme_explains_every_one_of_them() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in ENVIRONMENT if f"`{name}`" not in text] == []


def test_the_address_of_stripe_is_only_handed_on() -> None:
    """From the environment to the settings to the SDK; nobody asks what it is."""
    uses = {relative(path) for path in MODULES if "stripe_api_base" in set(names(path))}
    assert uses == {"settings.py", "billing/billing.py"}
    uses = {relative(path) for path in MODULES if "api_base" in set(names(path))}
    assert uses == {"billing/client.py"}


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_branch_asks_which_key_or_mode_it_has(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Match):
            question = node.subject if isinstance(node, ast.Match) else node.test
            asked = {each.attr for each in ast.walk(question) if isinstance(each, ast.Attribute)}
            assert not asked & {"stripe_api_key", "stripe_api_base", "stripe_webhook_secret"}


def test_without_an_address_it_is_stripes_own(tmp_path: Path) -> None:
    environment = {
        "APP_URL": "https://baize.example",
        "DATABASE_URL": f"sqlite:///{tmp_path}/app.db",
        "STRIPE_API_KEY": "sk_test_mode",
        "STRIPE_WEBHOOK_SECRET": "whsec_test_mode",
    }
    addresses = []
    for extra in ({}, {"STRIPE_API_BASE": "http://stripe.test:1"}):
        app = create_app(from_environment({**environment, **extra}))
        context = app.state.context
        addresses.append(context.billing.stripe._requestor._options.base_addresses.get("api"))
        context.database.close()
    assert addresses == ["https://api.stripe.com", "http://stripe.test:1"]
