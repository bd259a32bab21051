"""The text of a `carom.toml`, with a comment for each key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from harness.init.answers import Answers, Door

OPTIONAL = {
    "status": "/status",
    "winding_down": "/winding_down",
    "cancel_at_period_end": "/cancel_at_period_end",
    "cancel_at": "/cancel_at",
    "period_end": "/current_period_end",
    "pending": "/pending",
}


def text_of(answers: Answers, *, key: str = "", port: int = 0, secret: str = "") -> str:
    """The whole file. `key`, `port` and `secret` are what an app that runs already was given."""
    parts = [
        _head(),
        _launch(answers),
        _setup(answers),
        _fixed(key, port, secret) if answers.url else (),
        _plans(answers.plans),
        _sign_in(answers),
        _door("portal", "Sends the user to Stripe's Customer Portal.", answers.portal),
        _door("checkout", "Sends the user to Stripe Checkout for a plan.", answers.checkout),
        _webhook(answers.webhook),
        _return(),
        _entitlement(answers),
        _profile(),
    ]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def _head() -> Iterator[str]:
    yield "# How Carom starts this app, acts as one of its users, and reads what it shows."
    yield "#   carom check"


def _launch(answers: Answers) -> Iterator[str]:
    yield "[app]"
    if answers.url:
        yield "# Where the app runs. It must use the key, port and secret of [stripe] below."
        yield f"url = {_text(answers.url)}"
    else:
        yield "# Starts the app; {port} is a free port, {python} the Python that runs Carom."
        yield f"command = {_list(answers.command)}"
    yield from (f"# {remark}" for remark in answers.remarks)
    yield "# Where the command runs, seen from this file."
    yield f"directory = {_text(answers.directory)}"
    yield "# A path that answers with less than 500 once the app serves."
    yield f"ready = {_text(answers.ready)}"
    if answers.url:
        return
    yield ""
    yield "# The app's environment. {app_url} is its public address, {scratch} a folder that is"
    yield "# gone after the run. The app must hand {stripe_url} to Stripe's SDK:"
    yield f"#   {answers.sdk}"
    yield "[app.env]"
    yield from (f"{_key(name)} = {_text(value)}" for name, value in answers.env.items())


def _setup(answers: Answers) -> Iterator[str]:
    what = "Runs before the app starts, in its environment: the database, and the plans' prices"
    if answers.setup:
        yield f"# {what}"
        yield "# at Stripe, with the lookup keys below. One command; put several into a script."
        yield "[setup]"
        yield f"command = {_list(answers.setup)}"
    else:
        yield f"# {what}"
        yield "# at Stripe, with the lookup keys below."
        yield "# [setup]"
        yield '# command = ["{python}", "seed.py"]'


def _fixed(key: str, port: int, secret: str) -> Iterator[str]:
    yield "# What the running app was started with: its key, and where it looks for Stripe."
    yield "[stripe]"
    yield f"key = {_text(key)}"
    yield f"port = {port}"
    yield f"webhook_secret = {_text(secret)}"


def _plans(plans: Mapping[str, str]) -> Iterator[str]:
    yield "# The app's plans: the lookup key of the price at Stripe, and the app's word for it."
    for number, (name, lookup_key) in enumerate(plans.items()):
        if number:
            yield ""
        yield f"[plans.{_key(name)}]"
        yield f"lookup_key = {_text(lookup_key)}"
        yield f"shown_as = {_text(name)}"


def _sign_in(answers: Answers) -> Iterator[str]:
    yield "# Makes a new user with an organisation of their own, and signs them in. There are"
    yield "# {user}, {email}, {password} and {organisation}; cookies are kept."
    yield "[sign_in]"
    if answers.sign_in is not None:
        yield from _request(answers.sign_in)
    if answers.headers:
        yield "# Sent with every request of that user."
        told = ", ".join(f"{_key(k)} = {_text(v)}" for k, v in answers.headers.items())
        yield f"headers = {{ {told} }}"


def _door(table: str, what: str, door: Door) -> Iterator[str]:
    yield f"# {what} The answer is a redirect,"
    yield "# or JSON in which `url` points to the address."
    yield f"[{table}]"
    yield from _request(door)
    yield 'url = "/url"'


def _request(door: Door) -> Iterator[str]:
    yield 'method = "POST"'
    yield f"path = {_text(door.path)}"
    if door.form:
        told = ", ".join(f"{_key(k)} = {_text(v)}" for k, v in door.form.items())
        yield f"form = {{ {told} }}"
    if door.json is not None:
        yield f"json = {_text(door.json)}"


def _webhook(path: str) -> Iterator[str]:
    yield "# Where Stripe's events go, and which the endpoint is registered for."
    yield "[webhook]"
    yield f"path = {_text(path)}"
    yield 'events = ["*"]'


def _return() -> Iterator[str]:
    yield "# Words that a page of the app must never show to somebody who has just paid."
    yield "[return]"
    yield 'never_shows = ["Choose a plan"]'


def _entitlement(answers: Answers) -> Iterator[str]:
    yield "# Where the app's JSON says what the signed-in user may use. Each value is a JSON"
    yield "# pointer into that answer. Carom judges what is named here, and no more."
    yield "[entitlement]"
    yield f"path = {_text(answers.entitlement)}"
    for name, pointer in answers.pointers.items():
        yield f"{name} = {_text(pointer)}"
    for name, pointer in OPTIONAL.items():
        if name not in answers.pointers:
            yield f"# {name} = {_text(pointer)}"
    yield ""
    yield "# The app's words for plans where they differ; Carom calls the absence of a plan none."
    yield "[entitlement.plans]"
    yield 'free = "none"'


def _profile() -> Iterator[str]:
    yield "# What reasonable teams decide differently. `writer`: who may change the entitlement"
    yield "# (webhook-only, webhook-and-return-sync, read-through); `grants`: which statuses give"
    yield "# access; `lag`: seconds that the app may take after a webhook."
    yield "[profile]"
    yield 'writer = "webhook-only"'
    yield 'grants = ["active", "trialing", "past_due"]'
    yield "lag = 0"


def _text(value: str) -> str:
    # A JSON string is a TOML string, but for DEL, which no path or command has.
    return json.dumps(value, ensure_ascii=False)


def _list(words: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, words))}]"


def _key(name: str) -> str:
    bare = all(c.isascii() and (c.isalnum() or c in "_-") for c in name)
    return name if name and bare else _text(name)
