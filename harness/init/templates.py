"""Templates for common stacks: how such an app is usually started, and what to know of it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.init.answers import Answers, Door

KEYS = {
    "STRIPE_API_BASE": "{stripe_url}",
    "STRIPE_SECRET_KEY": "{stripe_key}",
    "STRIPE_WEBHOOK_SECRET": "{webhook_secret}",
}
FORM = Door("/signup", form={"email": "{email}", "password": "{password}"})
JSON = Door("/api/signup", json='{"email": "{email}", "password": "{password}"}')
CHECKOUT = Door("/billing/checkout", form={"lookup_key": "{lookup_key}"})
FORGERY = (
    "This stack refuses a POST that lacks its CSRF token. Let the app, in the environment of this",
    "file only, take a header for a signed-in user and exempt such requests from the check.",
)


@dataclass(frozen=True, slots=True)
class Template:
    """`title` is the stack's own name; `answers` are what is usual there."""

    title: str
    answers: Answers


TEMPLATES: Mapping[str, Template] = {
    "fastapi": Template(
        "FastAPI",
        Answers(
            command=("{python}", "-m", "uvicorn", "app.main:app", "--port", "{port}"),
            env={"DATABASE_URL": "sqlite:///{scratch}/app.db", **KEYS},
            sign_in=FORM,
            checkout=CHECKOUT,
            remarks=(
                "Faster than a process: the app in Carom's own, by a factory without arguments.",
                'asgi = "app.main:create_app"',
            ),
            sdk='stripe.StripeClient(key, base_addresses={"api": os.environ["STRIPE_API_BASE"]})',
        ),
    ),
    "django": Template(
        "Django",
        Answers(
            command=("{python}", "manage.py", "runserver", "--noreload", "{port}"),
            env={"DATABASE_URL": "sqlite:///{scratch}/app.db", **KEYS},
            setup=("{python}", "manage.py", "migrate", "--noinput"),
            headers={"X-Test-User": "{email}"},
            checkout=CHECKOUT,
            webhook="/webhooks/stripe/",
            remarks=FORGERY,
            sdk='stripe.StripeClient(key, base_addresses={"api": os.environ["STRIPE_API_BASE"]})',
        ),
    ),
    "flask": Template(
        "Flask",
        Answers(
            command=("{python}", "-m", "flask", "--app", "app", "run", "--port", "{port}"),
            env={"DATABASE_URL": "sqlite:///{scratch}/app.db", **KEYS},
            sign_in=FORM,
            checkout=CHECKOUT,
            sdk='stripe.StripeClient(key, base_addresses={"api": os.environ["STRIPE_API_BASE"]})',
        ),
    ),
    "express": Template(
        "Express",
        Answers(
            command=("node", "server.js"),
            env={"PORT": "{port}", "DATABASE_PATH": "{scratch}/app.db", **KEYS},
            sign_in=FORM,
            checkout=CHECKOUT,
            sdk='new Stripe(key, { protocol: "http", host: "127.0.0.1", port: base.port })',
        ),
    ),
    "rails": Template(
        "Rails",
        Answers(
            command=("bin/rails", "server", "-p", "{port}", "-P", "{scratch}/server.pid"),
            ready="/up",
            env={"RAILS_ENV": "test", "DATABASE_URL": "sqlite3:{scratch}/app.sqlite3", **KEYS},
            setup=("bin/rails", "db:prepare"),
            sign_in=FORM,
            checkout=CHECKOUT,
            remarks=(
                "In the environment `test` Rails does not ask forms for their CSRF token, unless",
                "config/environments/test.rb says otherwise.",
            ),
            sdk='Stripe.api_base = ENV["STRIPE_API_BASE"]',
        ),
    ),
    "laravel": Template(
        "Laravel",
        Answers(
            # Without --no-reload, `artisan serve` keeps the environment from the app.
            command=("php", "artisan", "serve", "--port={port}", "--no-reload"),
            ready="/up",
            env={"DB_CONNECTION": "sqlite", "DB_DATABASE": "{scratch}/app.sqlite", **KEYS},
            setup=("php", "artisan", "migrate", "--force"),
            headers={"X-Test-User": "{email}"},
            checkout=CHECKOUT,
            webhook="/stripe/webhook",
            remarks=FORGERY,
            sdk="new \\Stripe\\StripeClient(['api_key' => $key, 'api_base' => $base])",
        ),
    ),
    "next": Template(
        "Next.js",
        Answers(
            command=("npx", "next", "start", "--port", "{port}"),
            env={"DATABASE_URL": "file:{scratch}/app.db", **KEYS},
            sign_in=JSON,
            portal=Door("/api/billing/portal"),
            checkout=Door("/api/billing/checkout", json='{"lookup_key": "{lookup_key}"}'),
            webhook="/api/webhooks/stripe",
            remarks=("`next start` serves what `next build` has made: build before you check.",),
            sdk='new Stripe(key, { protocol: "http", host: "127.0.0.1", port: base.port })',
        ),
    ),
}


def guess(folder: Path) -> str | None:
    """The template that the files of a folder speak of, or `None`."""
    for name, speaks in _SIGNS.items():
        if speaks(folder):
            return name
    return None


def _requires(folder: Path, package: str) -> bool:
    """Whether a Python project names the package among what it needs."""
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        wanted = project.get("project", {}).get("dependencies", [])
    except (OSError, ValueError):
        wanted = []
    listed = folder / "requirements.txt"
    if listed.is_file():
        wanted = [*wanted, *listed.read_text(encoding="utf-8", errors="replace").splitlines()]
    return any(str(line).lower().startswith(package) for line in wanted)


def _depends(folder: Path, package: str) -> bool:
    """The same for a Node project."""
    try:
        found = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and package in (found.get("dependencies") or {})


_SIGNS: Mapping[str, Callable[[Path], bool]] = {
    "django": lambda folder: (folder / "manage.py").is_file(),
    "laravel": lambda folder: (folder / "artisan").is_file(),
    "rails": lambda folder: (folder / "bin" / "rails").is_file(),
    "next": lambda folder: _depends(folder, "next"),
    "express": lambda folder: _depends(folder, "express"),
    "fastapi": lambda folder: _requires(folder, "fastapi"),
    "flask": lambda folder: _requires(folder, "flask"),
}
