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
    "email": r"[a-z0-9.]+@[a-z0-9.]+",
    "ending": r"cancel|pause",
    "forgery": r"unsigned|with a wrong signature|with a signature of yesterday|altered",
    "last": r"[1-9][0-9]{0,3}",
    "mode": r"classic|flexible",
    "n": r"[1-9][0-9]{0,3}",
    "nth": r"[1-9][0-9]?(?:st|nd|rd|th)",
    "outcome": r"canceled|unpaid|past_due",
    "plan": r"[a-z][a-z0-9_-]*",
    "recording": r"[A-Za-z0-9_./-]+\.jsonl",
    "type": r"[a-z0-9_]+(?:\.[a-z0-9_]+)+",
    "unit": r"seconds?|minutes?|hours?|days?",
    "version": r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(?:\.[a-z]+)?",
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
        Phrase("start_twice", "starts checkout of {plan}, clicking twice"),
        Phrase("start_in_new_tab", "starts checkout of {plan} in another tab"),
        Phrase("other_tab", "goes to the other tab"),
        Phrase("pay", "pays with {card}"),
        Phrase("pay_at_bank", "pays with {card} and confirms it at the bank"),
        Phrase("try_to_pay", "tries to pay with {card}"),
        Phrase("abandon", "abandons checkout"),
        Phrase("open_portal", "opens the portal"),
        Phrase("old_portal_link", "opens the old link to the portal"),
        Phrase("cancel", "cancels"),
        Phrase("renew", "undoes the cancellation"),
        Phrase("switch", "switches to {plan}"),
        Phrase("change_card", "changes the card to {card}"),
        Phrase("pay_invoice", "pays the open invoice with {card}"),
        Phrase("return", "returns"),
        Phrase("return", "returns {n} times"),
    ),
    "stranger": (
        Phrase("open_return", "opens the customer's return page, signed in as somebody else"),
        Phrase("open_signed_out", "opens the portal without being signed in"),
    ),
    "support": (
        Phrase("subscribe", "subscribes the customer to {plan} in {mode} billing mode"),
        Phrase("subscribe_declined", "subscribes the customer to {plan}, and the card is declined"),
        Phrase("subscribe_at_bank", "subscribes the customer to {plan}, and the bank must agree"),
        Phrase("subscribe_beside", "subscribes the customer to an add-on and {plan}"),
        Phrase("subscribe_free", "subscribes the customer to {plan} free of charge"),
        Phrase("trial", "gives the customer {n} days of {plan} on trial"),
        Phrase("trial_no_card", "gives the customer {n} days of {plan} on trial, then to {ending}"),
        Phrase("end_trial", "ends the trial now"),
        Phrase("resume", "resumes the subscription"),
        Phrase("cancel_now", "cancels the subscription now"),
        Phrase("cancel_later", "cancels the subscription at period end"),
        Phrase("cancel_in", "cancels the subscription in {n} days"),
        Phrase("renew", "undoes the cancellation"),
        Phrase("switch", "switches the subscription to {plan}"),
        Phrase("schedule", "schedules {plan} for the next period"),
        Phrase("quantity", "changes the quantity to {n}"),
        Phrase("yearly", "switches the subscription to yearly payment"),
        Phrase("new_price", "gives {plan} a new price with the same lookup key"),
        Phrase("pause", "pauses the collection of payments"),
        Phrase("unpause", "resumes the collection of payments"),
        Phrase("after_retries", "has subscriptions end {outcome} after the last retry"),
        Phrase("refund", "refunds the latest payment"),
        Phrase("email", "changes the customer's e-mail to {email}"),
        Phrase("delete", "deletes the customer"),
        Phrase("other_product", "sells the customer another product"),
        Phrase("other_customer", "sells another product to somebody else"),
        Phrase("version", "moves the endpoint to API version {version}"),
    ),
    "courier": (
        Phrase("deliver_all", "delivers everything"),
        Phrase("deliver_all_backwards", "delivers everything, newest first"),
        Phrase("deliver_all_again", "delivers everything again"),
        Phrase("deliver_two_signatures", "delivers everything, signed with an old secret, too"),
        Phrase("deliver", "delivers {type}"),
        Phrase("deliver", "delivers the {nth} {type}"),
        Phrase("deliver_again", "delivers {type} again"),
        Phrase("deliver_again", "delivers the {nth} {type} again"),
        Phrase("miss", "cannot reach the app with {type}"),
        Phrase("refuse", "delivers {type}, and Stripe refuses the app"),
        Phrase("lose", "loses {type} for good"),
        Phrase("forge", "delivers {type} {forgery}"),
        Phrase("foreign", "delivers news of another product's customer"),
        Phrase("unknown", "delivers an event of a type that is new"),
    ),
    "clock": (
        Phrase("to_period_end", "moves to the end of the period"),
        Phrase("before_period_end", "moves to the last second of the period"),
        Phrase("forward", "moves {n} {unit}"),
    ),
    "app": (Phrase("restart", "restarts"),),
    "recording": (Phrase("bring", "brings events {n} to {last} of {recording}"),),
}

ACTORS: tuple[str, ...] = (*PHRASES, "expect")


def phrase_of(actor: str, words: str) -> tuple[Phrase, dict[str, str]] | None:
    """The phrase of this actor that the words fill, and what fills its slots."""
    for phrase in PHRASES[actor]:
        subject = phrase.match(words)
        if subject is not None:
            return phrase, subject
    return None
