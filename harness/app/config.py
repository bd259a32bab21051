"""`carom.toml`: what the harness has to know about an app, as frozen values.

Every fault is a `ConfigError` with file, line and key: a configuration that is read at all is
complete.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from harness.app import placeholders
from harness.app.toml_reader import ConfigError, Table, line_of, read_toml

Writer = Literal["webhook-only", "webhook-and-return-sync", "read-through"]
WRITERS: tuple[Writer, ...] = ("webhook-only", "webhook-and-return-sync", "read-through")
STATUSES = (
    "active",
    "canceled",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
)
METHODS = ("GET", "POST", "PUT", "PATCH")
JUDGED_BY: Mapping[str, tuple[str, ...]] = {
    "grant-once": ("granted",),
    "no-local-proration": ("amount",),
    "plan-fidelity": ("seats", "limit"),
}
"""Invariants about something that few apps show: one of these fields of `[entitlement]`."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How the app comes to run: a `command` to start, an `asgi` factory to call, or a `url` where
    it is.

    `directory` is absolute. `ready` is a path that answers below 500 once the app serves; both
    limits are seconds, the second for one answer. `setup`
    is a command that runs before; `setup_env` names variables of the app and the patterns that
    find their values in what it prints.
    """

    command: tuple[str, ...]
    asgi: str | None
    url: str | None
    ready: str
    ready_within: float
    answers_within: float
    directory: Path
    env: Mapping[str, str]
    setup: tuple[str, ...]
    setup_env: Mapping[str, str]
    memory: MemoryHook | None = None


@dataclass(frozen=True, slots=True)
class MemoryHook:
    """Where a started app gives all that it remembers (GET) and takes it back (PUT), as bytes."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stripe:
    """Fixed values for an app that runs already and cannot be told others; else all are `None`."""

    key: str | None
    port: int | None
    webhook_secret: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of the app: its price at Stripe, the word by which the app shows it, and what it
    allows of whatever it is that the app limits.
    """

    name: str
    lookup_key: str
    shown_as: str
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the app. `url` is the JSON pointer of the address in its answer."""

    method: str
    path: str
    form: Mapping[str, str]
    json: str | None
    headers: Mapping[str, str]
    url: str


@dataclass(frozen=True, slots=True)
class EntitlementView:
    """Where the app's JSON shows an entitlement (field -> JSON pointer), and how its words map to
    ours.
    """

    path: str
    pointers: Mapping[str, str]
    plans: Mapping[str, str]
    statuses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What reasonable teams decide differently: who writes, which statuses grant, how long it may
    lag. `grant` is what each payment adds to what the app counts as `granted`, if it counts.
    """

    writer: Writer = "webhook-only"
    grants: frozenset[str] = frozenset({"active", "trialing", "past_due"})
    lag: float = 0.0
    grant: int = 0


@dataclass(frozen=True, slots=True)
class Config:
    path: Path
    launch: Launch
    stripe: Stripe
    plans: Mapping[str, Plan]
    sign_up: Call
    portal: Call
    checkout: Call
    webhook_path: str
    webhook_events: tuple[str, ...]
    never_shows: tuple[str, ...]
    entitlement: EntitlementView
    promises: tuple[str, ...]
    profile: Profile
    text: str = field(default="", repr=False)

    def place(self, table: str, key: str) -> str:
        """`carom.toml:43: [entitlement] plan`, for messages."""
        line = line_of(self.text, table, key)
        where = str(self.path) if line is None else f"{self.path}:{line}"
        return f"{where}: [{table}] {key}"

    def with_arguments(self, extra: Iterable[str]) -> Config:
        """The same, with words appended to the app's command."""
        launch = replace(self.launch, command=(*self.launch.command, *extra))
        return replace(self, launch=launch)


def load_config(path: Path, promises: Iterable[str]) -> Config:
    """The configuration in the file. `promises` are the names of the invariants there are."""
    text, values = read_toml(path)
    root = Table(values, text, path)
    webhook = root.table("webhook", required=True)
    config = Config(
        path=path,
        launch=_launch(root),
        stripe=_stripe(root.table("stripe")),
        plans=_plans(root),
        sign_up=_call(root.table("sign_in", required=True), placeholders.USER, sign_in=True),
        portal=_call(root.table("portal", required=True), placeholders.USER),
        checkout=_call(
            root.table("checkout", required=True), placeholders.USER | placeholders.PLAN
        ),
        webhook_path=_path(webhook, "path"),
        webhook_events=webhook.texts("events", ("*",)),
        never_shows=_return(root.table("return")),
        entitlement=_entitlement(root.table("entitlement", required=True)),
        promises=_promises(root, tuple(promises)),
        profile=_profile(root.table("profile")),
        text=text,
    )
    webhook.finish()
    root.finish()
    _check_fixed_values(config, root)
    return config


def _launch(root: Table) -> Launch:
    app = root.table("app", required=True)
    setup = root.table("setup")
    launch = Launch(
        command=app.texts("command", ()),
        asgi=app.optional_text("asgi"),
        url=_origin(app, "url"),
        ready=_path(app, "ready", "/"),
        ready_within=app.seconds("ready_within", 20.0),
        answers_within=app.seconds("answers_within", 10.0),
        directory=app.path_beside("directory"),
        env=app.words("env"),
        setup=setup.texts("command", ()),
        setup_env=setup.words("env"),
        memory=_memory(app.table("memory")) if "memory" in app else None,
    )
    if not (launch.command or launch.asgi or launch.url):
        problem = "[app] must say how the app comes to run: command, asgi or url."
        raise app.error("command", problem)
    for table, key, texts in (
        (app, "command", launch.command),
        (app, "env", launch.env.values()),
        (setup, "command", launch.setup),
    ):
        for text in texts:
            _check_placeholders(table, key, text, placeholders.LAUNCH)
    for name, pattern in launch.setup_env.items():
        try:
            re.compile(pattern)
        except re.error as fault:
            raise setup.error("env", f"[setup.env] {name} is no pattern: {fault}.") from fault
    app.finish()
    setup.finish()
    return launch


def _memory(table: Table) -> MemoryHook:
    hook = MemoryHook(_path(table, "path"), table.words("headers"))
    for text in hook.headers.values():
        _check_placeholders(table, "headers", text, placeholders.LAUNCH)
    table.finish()
    return hook


def _stripe(table: Table) -> Stripe:
    stripe = Stripe(
        key=table.optional_text("key"),
        port=table.integer("port") if "port" in table else None,
        webhook_secret=table.optional_text("webhook_secret"),
    )
    if stripe.key is not None and not stripe.key.startswith("sk_test_"):
        raise table.error("key", "[stripe] key must begin with sk_test_; live keys are refused.")
    table.allow("key", "port", "webhook_secret")
    table.finish()
    return stripe


def _check_fixed_values(config: Config, root: Table) -> None:
    stripe = config.stripe
    if config.launch.url and not (stripe.key and stripe.port and stripe.webhook_secret):
        problem = (
            "an app that runs already ([app] url) needs [stripe] key, port and webhook_secret, "
            "the ones it was started with."
        )
        raise root.error("stripe", problem)


def _plans(root: Table) -> Mapping[str, Plan]:
    tables = root.table("plans", required=True)
    plans = {}
    for name in tables:
        table = tables.table(name)
        limit = table.integer("limit") if "limit" in table else None
        plans[name] = Plan(name, table.text("lookup_key"), table.text("shown_as", name), limit)
        table.finish()
    if not plans:
        raise root.error("plans", "[plans] has no plan; add for example [plans.basic].")
    return plans


def _call(table: Table, known: frozenset[str], *, sign_in: bool = False) -> Call:
    # Signing in may need no request at all, only a header (a token, a cookie) on all others.
    wordless = sign_in and "path" not in table and "headers" in table
    call = Call(
        method=table.choice("method", METHODS, "POST"),
        path="" if wordless else _path(table, "path"),
        form=table.words("form"),
        json=table.optional_text("json"),
        headers=table.words("headers"),
        url="" if sign_in else _pointer(table, "url", "/url"),
    )
    if call.form and call.json is not None:
        raise table.error("json", "a request has a form or json, not both.")
    for key, texts in (
        ("form", call.form.values()),
        ("headers", call.headers.values()),
        ("json", (call.json or "",)),
    ):
        for text in texts:
            _check_placeholders(table, key, text, known)
    table.finish()
    return call


def _return(table: Table) -> tuple[str, ...]:
    never_shows = table.texts("never_shows", ())
    table.finish()
    return never_shows


def _entitlement(table: Table) -> EntitlementView:
    required = ("plan", "access")
    optional = (
        "status",
        "winding_down",
        "cancel_at_period_end",
        "cancel_at",
        "period_end",
        "pending",
        "granted",
        "seats",
        "limit",
        "amount",
    )
    pointers = {name: _pointer(table, name) for name in required}
    pointers |= {name: _pointer(table, name) for name in optional if name in table}
    view = EntitlementView(
        path=_path(table, "path"),
        pointers=pointers,
        plans=table.words("plans"),
        statuses=table.words("statuses"),
    )
    table.allow(*optional)
    table.finish()
    return view


def promised(names: Iterable[str], pointers: Container[str]) -> tuple[str, ...]:
    """Those of the invariants that can be judged by what the app shows."""
    return tuple(
        name
        for name in names
        if name not in JUDGED_BY or any(field in pointers for field in JUDGED_BY[name])
    )


def _promises(root: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    """All there are, unless some are named; but what an app does not show it does not promise."""
    table = root.table("promises")
    usual = promised(names, set(root.table("entitlement")))
    promises = table.choices("invariants", names, usual)
    table.finish()
    return promises


def _profile(table: Table) -> Profile:
    usual = Profile()
    writer = table.choice("writer", WRITERS, usual.writer)
    profile = Profile(
        writer=next(known for known in WRITERS if known == writer),
        grants=frozenset(table.choices("grants", STATUSES, sorted(usual.grants))),
        lag=table.seconds("lag", usual.lag),
        grant=table.integer("grant", usual.grant),
    )
    table.finish()
    return profile


def _path(table: Table, key: str, default: str | None = None) -> str:
    path = table.text(key, default)
    if not path.startswith("/"):
        raise table.error(key, f'"{path}" must be a path of the app and begin with "/".')
    return path


def _pointer(table: Table, key: str, default: str | None = None) -> str:
    pointer = table.text(key, default)
    if not pointer.startswith("/"):
        raise table.error(key, f'"{pointer}" is no JSON pointer; it begins with "/", as in "/url".')
    return pointer


def _origin(table: Table, key: str) -> str | None:
    url = table.optional_text(key)
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise table.error(key, f'"{url}" must be an origin such as "http://127.0.0.1:8000".')
    return f"{parts.scheme}://{parts.netloc}"


def _check_placeholders(table: Table, key: str, text: str, known: frozenset[str]) -> None:
    problem = placeholders.unknown(text, known)
    if problem is not None:
        raise table.error(key, problem)


__all__ = [
    "STATUSES",
    "WRITERS",
    "Call",
    "Config",
    "ConfigError",
    "EntitlementView",
    "Launch",
    "MemoryHook",
    "Plan",
    "Profile",
    "Stripe",
    "Writer",
    "load_config",
]
