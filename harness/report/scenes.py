"""A run as scenes to draw: in four lanes, who sent what to whom, and what the app showed after it.

One value for all who draw: the HTML page, Mermaid and `carom explain`. A scene knows as much as its
source does: a finding's file has names and what was seen, a run that was listened to has every
exchange as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from harness.app.protocol import Exchange
from harness.explore.game import Taken
from harness.model.observation import Observation
from harness.model.oracle import differs

Lane = Literal["customer", "Stripe", "courier", "app"]
LANES: tuple[Lane, ...] = ("customer", "Stripe", "courier", "app")
MOST_SCENES = 2000
_LONGEST = 4000
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"})
_AT_THE_APP = re.compile(r"opens the portal|starts checkout|signs up|returns|opens the return page")


@dataclass(frozen=True, slots=True)
class Arrow:
    """One message, or a deed of one lane where both ends are the same. `details` unfold: a heading
    and a text each. `failed`: no answer, or one that is none of 2xx and 3xx.
    """

    source: Lane
    target: Lane
    label: str
    details: tuple[tuple[str, str], ...] = ()
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """What one customer must see and does see, in words."""

    customer: str
    expected: str
    shown: str
    right: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """One step. `instead` is what a friendly world would have done, if this departs from it; with
    `any_order` it may change places with the next.
    """

    number: int
    name: str
    sees: str
    arrows: tuple[Arrow, ...]
    created: tuple[str, ...] = ()
    strips: tuple[Strip, ...] = ()
    departs: bool = False
    instead: str = ""
    settling: bool = False
    any_order: bool = False

    @property
    def actor(self) -> str:
        return self.name.partition(": ")[0]

    @property
    def words(self) -> str:
        return self.name.partition(": ")[2]

    @property
    def answers(self) -> tuple[str, ...]:
        """What was seen besides entitlements and besides the answers that arrows carry."""
        shown = tuple(f"{strip.customer} " for strip in self.strips)
        carried = {arrow.label.rpartition("→ ")[2] for arrow in self.arrows}
        clauses = self.sees.split("; ") if shown else []
        return tuple(each for each in clauses if not each.startswith(shown) and each not in carried)


def scene_of_taken(number: int, taken: Taken, *, any_order: bool = False) -> Scene:
    """What the file of a finding says of a step."""
    return Scene(
        number=number,
        name=taken.choice.name,
        sees=taken.sees,
        arrows=(plain_arrow(taken.choice.name),),
        departs=bool(taken.index) and not taken.settling,
        settling=taken.settling,
        any_order=any_order,
    )


def plain_arrow(name: str) -> Arrow:
    """The one message that a step is about, as its name tells it."""
    actor, _, words = name.partition(": ")
    if actor in ("courier", "stranger"):
        return Arrow("courier", "app", words, failed="cannot reach" in words)
    if actor == "app":
        return Arrow("Stripe" if words.startswith("gets the answer") else "app", "app", words)
    if actor == "clock" or actor.startswith("support"):
        return Arrow("Stripe", "Stripe", f"{actor} {words}")
    return Arrow("customer", "app" if _AT_THE_APP.match(words) else "Stripe", words)


def arrows_of(
    name: str, exchanges: Sequence[Exchange], calls: Sequence[Mapping[str, Any]], webhook_path: str
) -> tuple[Arrow, ...]:
    """All messages of a step: what the app was asked, and what it asked Stripe for."""
    asked = [_exchange(name, each, webhook_path) for each in exchanges]
    called = [_call(each) for each in calls]
    plain = plain_arrow(name)
    if not asked or plain.source != asked[0].source or plain.target != "app":
        asked.insert(0, plain)
    return (*asked, *called)


def strips_of(observations: Iterable[Observation]) -> tuple[Strip, ...]:
    """The last moment of each customer in a step."""
    last = {each.user: each for each in observations}
    return tuple(
        Strip(
            customer=user,
            expected=each.expected.in_words(),
            shown="(signed out)" if each.shown is None else each.shown.in_words(),
            right=each.shown is None or differs(each.shown, each.expected) is None,
        )
        for user, each in last.items()
    )


def _exchange(name: str, exchange: Exchange, webhook_path: str) -> Arrow:
    request, reply = exchange
    path = urlsplit(request.url).path
    webhook = path == webhook_path and request.method == "POST"
    words = name.partition(": ")[2]
    told = words if webhook and words.startswith("delivers") else f"{request.method} {path}"
    if webhook:
        told = f"{_event_type(request.body) or path}" if words == "delivers everything" else told
    return Arrow(
        source="courier" if webhook else "customer",
        target="app",
        label=f"{told} → {reply.status}",
        details=(
            (f"{request.method} {path}", _headers(request.headers.items())),
            ("body", _readable(request.body)),
            (f"{reply.status}", _headers(reply.headers)),
            ("answer", _readable(reply.body)),
        ),
        failed=not 200 <= reply.status < 400,
    )


def _call(call: Mapping[str, Any]) -> Arrow:
    status = int(call["status"])
    details = [("parameters", json.dumps(call["params"], indent=2, ensure_ascii=False))]
    if call["idempotency_key"]:
        details.append(("Idempotency-Key", str(call["idempotency_key"])))
    if call["fault"]:
        details.append(("refused by Carom", str(call["fault"])))
    label = f"{call['method']} {call['path']} → {status}"
    return Arrow("app", "Stripe", label, tuple(details), failed=status >= 400)


def _event_type(body: bytes) -> str:
    try:
        return str(json.loads(body).get("type", ""))
    except (ValueError, AttributeError):
        return ""


def _headers(headers: Iterable[tuple[str, str]]) -> str:
    """Without what signs somebody in: reports are sent to others."""
    return "\n".join(
        f"{key}: {'(not shown)' if key.lower() in _SECRET else value}" for key, value in headers
    )


def _readable(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    with suppress(ValueError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    cut = f"\n... {len(text) - _LONGEST} characters more" if len(text) > _LONGEST else ""
    return text[:_LONGEST] + cut


def mermaid(scenes: Sequence[Scene]) -> str:
    """The sequence diagram as Mermaid text, for pull requests and job summaries."""
    lines = ["sequenceDiagram", *(f"    participant {lane}" for lane in LANES)]
    for scene in scenes:
        for arrow in scene.arrows:
            head = "-x" if arrow.failed else "->>"
            label = _mermaid_text(f"{scene.number} {arrow.label}")
            lines.append(f"    {arrow.source}{head}{arrow.target}: {label}")
        if scene.departs:
            instead = f", instead of {scene.instead}" if scene.instead else ""
            lines.append(f"    Note over courier: {_mermaid_text('departs' + instead)}")
        lines.append(f"    Note over app: {_mermaid_text(scene.sees or 'nothing')}")
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    """`;` ends a line of Mermaid, and `#` begins an entity."""
    return text.replace("#", "#35;").replace("; ", ", ").replace("\n", " ")
