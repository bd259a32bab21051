"""The words a scenario may use: one table of phrases, each with the verb it stands for.

`schema.json` holds the same phrases as patterns (a test compares them), so that an editor can
complete them; `carom` runs what the verb says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

SLOTS: Mapping[str, str] = {
    "card": r"[0-9][0-9 ]{11,22}",
    "mode": r"classic|flexible",
    "n": r"[1-9][0-9]{0,3}",
    "nth": r"[1-9][0-9]?(?:st|nd|rd|th)",
    "plan": r"[a-z][a-z0-9_-]*",
    "type": r"[a-z0-9_]+(?:\.[a-z0-9_]+)+",
    "unit": r"seconds?|minutes?|hours?|days?",
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """`words` with `{slots}`, e.g. `starts checkout of {plan}`, and the verb they stand for."""

    verb: str
    words: str

    @property
    def pattern(self) -> str:
        """An anchored regular expression with plain groups, as JSON Schema knows them."""
        return "^" + self._expression("({})") + "$"

    def match(self, words: str) -> dict[str, str] | None:
        found = re.fullmatch(self._expression("(?P<{name}>{})"), words)
        return found.groupdict() if found else None

    def _expression(self, group: str) -> str:
        parts = re.split(r"\{(\w+)\}", self.words)
        return "".join(
            group.format(SLOTS[part], name=part)
            if place % 2
            else re.escape(part).replace(r"\ ", " ")
            for place, part in enumerate(parts)
        )


PHRASES: Mapping[str, tuple[Phrase, ...]] = {
    "customer": (
        Phrase("sign_up", "signs up"),
        Phrase("start_checkout", "starts checkout of {plan}"),
        Phrase("pay", "pays with {card}"),
        Phrase("abandon", "abandons checkout"),
        Phrase("open_portal", "opens the portal"),
        Phrase("cancel", "cancels"),
        Phrase("renew", "undoes the cancellation"),
        Phrase("switch", "switches to {plan}"),
        Phrase("change_card", "changes the card to {card}"),
        Phrase("return", "returns"),
        Phrase("return", "returns {n} times"),
    ),
    "support": (
        Phrase("subscribe", "subscribes the customer to {plan} in {mode} billing mode"),
        Phrase("cancel_now", "cancels the subscription now"),
        Phrase("cancel_later", "cancels the subscription at period end"),
        Phrase("renew", "undoes the cancellation"),
    ),
    "courier": (
        Phrase("deliver_all", "delivers everything"),
        Phrase("deliver_all_backwards", "delivers everything, newest first"),
        Phrase("deliver_all_again", "delivers everything again"),
        Phrase("deliver", "delivers {type}"),
        Phrase("deliver", "delivers the {nth} {type}"),
        Phrase("deliver_again", "delivers {type} again"),
        Phrase("deliver_again", "delivers the {nth} {type} again"),
    ),
    "clock": (
        Phrase("to_period_end", "moves to the end of the period"),
        Phrase("before_period_end", "moves to the last second of the period"),
        Phrase("forward", "moves {n} {unit}"),
    ),
}

ACTORS: tuple[str, ...] = (*PHRASES, "expect")


def phrase_of(actor: str, words: str) -> tuple[Phrase, dict[str, str]] | None:
    """The phrase of this actor that the words fill, and what fills its slots."""
    for phrase in PHRASES[actor]:
        subject = phrase.match(words)
        if subject is not None:
            return phrase, subject
    return None
