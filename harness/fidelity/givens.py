"""What existed in the recording account before: found from what the recording mentions.

An id that a request or an answer mentions before any recorded request made it is a given. Its
object is taken from the first answer that shows it whole; of a product, often only an invoice line
tells the name. Nothing here knows the name of a recording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from harness.fidelity.answers import Obj, objects, texts
from harness.fidelity.kinds import prefix_of
from harness.fidelity.recording import Interaction, Recording

OLDER = 60
"""Seconds: what was created longer than this before the first answer that shows it, and was in no
earlier answer, existed before."""

KINDS: Mapping[str, str] = {
    "acct": "account",
    "cus": "customer",
    "in": "invoice",
    "pi": "payment_intent",
    "ch": "charge",
    "pm": "payment_method",
    "price": "price",
    "prod": "product",
    "promo": "promotion_code",
    "sub": "subscription",
    "txr": "tax_rate",
}
CHOSEN: Mapping[str, str] = {
    "coupon": "coupon",
    "plan": "price",
    "price": "price",
    "product": "product",
}
"""Parameters and fields whose ids an account may choose itself, and what they name."""

# "1 user × Test Subscription (at $10.00 / month)", "Free trial for 2 × Default".
LINE = re.compile(r"(?:Free trial for )?\d+(?: (?P<unit>[^×]+?))? × (?P<name>.+?)(?: \(at .*\))?")


@dataclass(frozen=True, slots=True)
class Given:
    """One object that was there before.

    `account` is the connected account that holds it, `shown` the object as an answer shows it
    (empty if none does), `number` the interaction that mentions it first, `by` the customer it
    belongs to where that is known, and `default` says that it is this customer's default.
    """

    kind: str
    id: str
    account: str | None
    number: int
    shown: Obj
    by: str | None = None
    default: bool = False

    @property
    def created(self) -> int | None:
        found = self.shown.get("created")
        return found if isinstance(found, int) else None


@dataclass(frozen=True, slots=True)
class Mention:
    """An id in a request, and the kind of object it names."""

    kind: str
    id: str


def givens(recording: Recording) -> list[Given]:
    """The givens in the order in which they are first needed, owners before what they own."""
    shown = _objects(recording)
    company = _Company(recording, shown, _made(recording))
    found: dict[tuple[str | None, str, str], Given] = {}
    seen: set[str] = set()
    for number, interaction in enumerate(recording.interactions):
        if interaction.key is not None or interaction.refused:
            continue
        holder = interaction.account
        owner = _owner(interaction)
        wanted = [mention for mention in mentions(interaction) if mention.id not in seen]
        wanted += [mention for mention in _older(interaction) if mention.id not in seen]
        for mention in wanted:
            place = None if mention.kind == "account" else holder
            given = Given(
                mention.kind,
                mention.id,
                place,
                number,
                shown.get((mention.kind, mention.id), {}),
                owner if mention.kind == "payment_method" else None,
            )
            for each in company.of(given):
                found.setdefault((each.account, each.kind, each.id), each)
        # What is only looked at may refer to more that was there before.
        if interaction.method != "GET" or not wanted:
            seen.update(texts(interaction.response))
    ranks = {kind: rank for rank, kind in enumerate(ORDER)}
    return sorted(found.values(), key=lambda given: (given.number, ranks.get(given.kind, 99)))


ORDER = (
    "account",
    "product",
    "price",
    "coupon",
    "promotion_code",
    "tax_rate",
    "customer",
    "payment_method",
    "subscription",
)
"""Owners before what they own."""


def mentions(interaction: Interaction) -> Iterator[Mention]:
    """The objects that a request names: in its path, its parameters and its Stripe-Account."""
    if interaction.account is not None:
        yield Mention("account", interaction.account)
    for part in interaction.path.split("/"):
        yield from _named(part, "")
    for name, value in interaction.params:
        words = re.findall(r"[^\[\]]+", name)
        last = next((word for word in reversed(words) if not word.isdigit()), name)
        if not name.startswith("expand"):
            yield from _named(value, last)


def _named(text: str, named: str) -> Iterator[Mention]:
    prefix = prefix_of(text)
    if prefix is not None and prefix in KINDS:
        yield Mention(KINDS[prefix], text)
    elif prefix is None and named in CHOSEN and text:
        yield Mention(CHOSEN[named], text)


def _objects(recording: Recording) -> dict[tuple[str, str], Obj]:
    """The first answer to each object, by kind and id; a price is better told than its plan."""
    found: dict[tuple[str, str], Obj] = {}
    plans: dict[tuple[str, str], Obj] = {}
    for interaction in recording.interactions:
        for obj in objects(interaction.response):
            kind, name = obj["object"], obj["id"]
            (plans if kind == "plan" else found).setdefault(
                ("price" if kind == "plan" else kind, name), obj
            )
    return plans | found


def _older(interaction: Interaction) -> Iterator[Mention]:
    """Objects in an answer that are older than it, and the products and coupons they refer to."""
    for obj in objects(interaction.response):
        kind = "price" if obj["object"] == "plan" else obj["object"]
        created = obj.get("created")
        if kind in ORDER and isinstance(created, int) and created < interaction.at - OLDER:
            yield Mention(kind, obj["id"])


@dataclass(frozen=True, slots=True)
class _Company:
    """Finds what a given cannot be without."""

    recording: Recording
    shown: Mapping[tuple[str, str], Obj]
    made: frozenset[str]

    def of(self, given: Given) -> Iterator[Given]:
        """The given, with the product behind a price, the customer of a subscription, and the
        default payment method of a customer.
        """
        obj = given.shown
        match given.kind:
            case "customer":
                settings = obj.get("invoice_settings") or {}
                for each in self._other(
                    given, "payment_method", settings, "default_payment_method"
                ):
                    yield replace(each, by=given.id, default=True)
            case "price":
                for each in self._other(given, "product", obj, "product"):
                    told = {**_product(each.id, self.recording), "created": given.created}
                    yield replace(each, shown=told)
            case "product" if not obj:
                given = replace(given, shown=_product(given.id, self.recording))
            case "subscription":
                for each in self._other(given, "customer", obj, "customer"):
                    yield from self.of(each)
        yield given

    def _other(self, given: Given, kind: str, obj: Obj, field: str) -> Iterator[Given]:
        """The object that a field names, unless a recorded request made it."""
        name = obj.get(field)
        if isinstance(name, str) and name not in self.made:
            yield replace(given, kind=kind, id=name, shown=self.shown.get((kind, name), {}))


def _made(recording: Recording) -> frozenset[str]:
    """Ids of what the recorded requests made: their answers have it, and their paths have not."""
    return frozenset(
        name
        for interaction in recording.interactions
        if interaction.method == "POST"
        and isinstance(interaction.response, dict)
        and isinstance(name := interaction.response.get("id"), str)
        and name not in interaction.path.split("/")
    )


def _product(product: str, recording: Recording) -> Obj:
    """A product as the lines of invoices tell of it."""
    for interaction in recording.interactions:
        for obj in objects(interaction.response):
            if obj["object"] == "product" and obj["id"] == product:
                return obj
            if obj["object"] == "line_item" and product in texts(obj):
                told = LINE.fullmatch(obj.get("description") or "")
                if told is not None:
                    return {"name": told["name"], "unit_label": told["unit"]}
    return {}


def _owner(interaction: Interaction) -> str | None:
    """The customer that a request is about."""
    named = [each.id for each in mentions(interaction) if each.kind == "customer"]
    return named[0] if named else None
