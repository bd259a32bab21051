"""`carom init`: writes a first carom.toml, by asking and by looking at the app."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from harness.app.config import ConfigError, load_config
from harness.commands.ending import usage
from harness.commands.options import CONFIG, ConfigOption
from harness.init import TEMPLATES, Answers, Door, Found, guess, probe, text_of
from harness.init.probing import NothingThere
from harness.model.invariants import INVARIANTS
from harness.report import console
from scenarios import suggestion

KEY, PORT, SECRET = "sk_test_carom", 12111, "whsec_carom"
NAMES = "|".join(TEMPLATES)
_PLAIN = re.compile(r"[\w{}@%+=:,./-]+")


def init_command(
    config: ConfigOption = CONFIG,
    template: Annotated[
        str | None,
        typer.Option("--template", help="What the app is made with.", metavar=NAMES),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing: take what is usual and what is found.")
    ] = False,
    looked_at: Annotated[
        str | None,
        typer.Option("--probe", help="Look at the app where it runs now.", metavar="URL"),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header", help='Signs a user in for --probe: "Cookie: session=..."; may be repeated.'
        ),
    ] = None,
    attach: Annotated[
        bool, typer.Option("--attach", help="Check the app where it runs, never start it.")
    ] = False,
) -> None:
    """Write a carom.toml, by asking, from a template and from a running app."""
    if config.exists():
        usage(f"{config} is there already. Remove it, or name another file with --config.")
    if not config.parent.is_dir():
        usage(f"{config}: there is no folder {config.parent}.")
    if attach and looked_at is None:
        usage("--attach needs --probe URL: where the app runs.")
    try:
        answers = TEMPLATES[_chosen(template, config.parent, yes)].answers
        found = _probed(looked_at, header or ()) if looked_at else Found()
        answers = _with(answers, found)
        if attach and looked_at:
            answers = replace(answers, url=_origin(looked_at), command=())
        if not yes:
            answers = _asked(answers)
    except typer.Abort:
        usage("\nNo answer came, so nothing was written. With --yes nothing is asked.")
    text = text_of(answers, key=KEY, port=PORT, secret=SECRET)
    config.write_text(text, encoding="utf-8")
    try:
        load_config(config, INVARIANTS)
    except ConfigError as fault:
        config.unlink()
        usage(f"{fault}\nNothing was written.")
    _told(config, found, looked_at)


def _chosen(template: str | None, folder: Path, yes: bool) -> str:
    guessed = guess(folder)
    if template is None and yes:
        template = guessed
        if template is None:
            usage(f"{folder}: nothing here says what the app is made with. Say --template {NAMES}.")
    if template is None:
        template = typer.prompt(f"What is the app made with? ({NAMES})", default=guessed)
    if template not in TEMPLATES:
        usage(f"--template: there is no {template}. {suggestion(template, TEMPLATES)}")
    return template


def _probed(url: str, headers: Sequence[str]) -> Found:
    given: dict[str, str] = {}
    for header in headers:
        name, colon, value = header.partition(":")
        if not colon or not name.strip():
            usage(f'--header: "{header}" is no header; say for example "Cookie: session=abc".')
        given[name.strip()] = value.strip()
    try:
        return probe(_origin(url), given)
    except NothingThere as fault:
        usage(f"--probe: {fault}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        usage(f'--probe: "{url}" is no address; say for example http://127.0.0.1:8000.')
    return f"{parts.scheme}://{parts.netloc}"


def _with(answers: Answers, found: Found) -> Answers:
    """The template's answers, with what was found in the place of what is usual."""
    return replace(
        answers,
        ready=found.ready or answers.ready,
        webhook=found.webhook or answers.webhook,
        entitlement=found.entitlement or answers.entitlement,
        pointers=_pointers(answers.pointers, found.pointers),
    )


def _pointers(usual: Mapping[str, str], found: Mapping[str, str]) -> Mapping[str, str]:
    """What the app shows, and of what it does not show only what every app must."""
    if not found:
        return usual
    return {**{name: usual[name] for name in ("plan", "access")}, **found}


def _asked(answers: Answers) -> Answers:
    """Each answer as somebody gives it, with the one that we have as what is offered."""
    ask = typer.prompt
    if answers.url is None:
        command = ask("Command that starts the app", default=_joined(answers.command))
        answers = replace(answers, command=_words(command))
    plans = ask("Plans, with the lookup keys of their prices", default=_pairs(answers.plans))
    answers = replace(answers, plans=_plans(plans))
    answers = replace(answers, ready=ask("Path that says the app is up", default=answers.ready))
    if answers.sign_in is not None:
        path = ask("Path to which a new user signs up", default=answers.sign_in.path)
        answers = replace(answers, sign_in=replace(answers.sign_in, path=path))
    pointers = dict(answers.pointers)
    answers = replace(
        answers,
        portal=_at(answers.portal, ask("Path that opens the portal", default=answers.portal.path)),
        checkout=_at(
            answers.checkout, ask("Path that starts a checkout", default=answers.checkout.path)
        ),
        webhook=ask("Path of the webhook endpoint", default=answers.webhook),
        entitlement=ask("Path of the entitlement's JSON", default=answers.entitlement),
    )
    pointers["plan"] = ask("JSON pointer of the plan in it", default=pointers["plan"])
    pointers["access"] = ask("JSON pointer of whether there is access", default=pointers["access"])
    return replace(answers, pointers=pointers)


def _joined(command: Sequence[str]) -> str:
    """As somebody would type it: braces need no quotes here."""
    return " ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in command)


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError as fault:
        usage(f"{command}: {fault}.")


def _at(door: Door, path: str) -> Door:
    return replace(door, path=path)


def _pairs(plans: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={lookup_key}" for name, lookup_key in plans.items())


def _plans(text: str) -> Mapping[str, str]:
    plans: dict[str, str] = {}
    for pair in text.split(","):
        name, equals, lookup_key = (part.strip() for part in pair.partition("="))
        if not (name and equals and lookup_key):
            usage(f'"{pair.strip()}" is no plan; say for example pro=pro_monthly.')
        plans[name] = lookup_key
    return plans


def _told(config: Path, found: Found, looked_at: str | None) -> None:
    screen = console()
    screen.print(f"{config} is written.", style="bold green", soft_wrap=True)
    if looked_at:
        shown = ", ".join(f"{name} at {pointer}" for name, pointer in found.pointers.items())
        for what, value in (
            ("says that it is up at", found.ready),
            ("takes webhooks at", found.webhook),
            ("shows an entitlement at", found.entitlement and f"{found.entitlement} ({shown})"),
        ):
            said = f"  it {what} {value}" if value else f"  not found: where it {what} ..."
            screen.print(said, markup=False, soft_wrap=True)
    screen.print("Read through it, then:  carom check" + _named(config), soft_wrap=True)


def _named(config: Path) -> str:
    return "" if config == CONFIG else f" --config {config}"
