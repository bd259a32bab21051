"""Our answers have the keys, the nulls and the types of recorded ones.

Set CAROM_RECORDINGS to a folder of recordings: JSON files with `interactions`, each with `method`,
`path`, `params` (a list of name and value), `at`, `status` and `response`. The same requests are
made here, with our ids in place of the recorded ones, and answered in the newest API version.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from simulator.api import Request
from simulator.engine import Obj
from tests.billing.account import KEY, Account, open_account

RECORDINGS = os.environ.get("CAROM_RECORDINGS", "")

pytestmark = pytest.mark.skipif(
    not RECORDINGS, reason="CAROM_RECORDINGS names no folder of recorded traffic"
)

NAMES = [
    "billing_portal_session",
    "cancel_now_when_on_trial",
    "cancel_now_when_scheduled_for_cancellation",
    "stripe_can_swap_and_invoice_a_subscription",
    "stripe_handles_card_declined",
    "stripe_handles_exception_when_creating_a_customer",
    "stripe_handles_exception_when_creating_a_subscription",
    "stripe_trial_period_options",
]

NEWER = "newer than the recording's API version"
METHODS = "the recording account has more payment methods switched on"
ALLOWED = {
    "*.customer_account: only here": NEWER,
    "billing_portal.session.after_expiration: only here": NEWER,
    "invoice.amount_paid_off_stripe: only here": NEWER,
    "invoice.status_details: only here": NEWER,
    "line_item.quantity_decimal: only here": NEWER,
    "line_item.subtotal: only here": NEWER,
    "payment_intent.allowed_payment_method_types: only here": NEWER,
    "payment_intent.payment_record: only here": NEWER,
    "subscription.billing_schedules: only here": NEWER,
    "subscription.status_details: only here": NEWER,
    "subscription.trial_settings.end_behavior.billing_cycle_anchor: only here": NEWER,
    "subscription_item.current_trial: only here": NEWER,
    "payment_intent.payment_method_options.*: absent here": METHODS,
    "payment_intent.payment_method_types: 5 of them, here 1": METHODS,
}


class Replay:
    """One recording, made again on an account of ours."""

    def __init__(self, recording: Obj) -> None:
        self.interactions = recording["interactions"]
        self.account: Account = open_account(start=self.interactions[0]["at"])
        self.ours: dict[str, str] = {}
        self.differences: list[str] = []
        self.compared = 0
        for price in _prices(recording):
            self._sell(price)

    def _sell(self, price: Obj) -> None:
        """What existed in the recording account before: its prices."""
        recurring = {"interval": price["recurring"]["interval"]}
        product = self.account.post("products", name="Test Subscription", unit_label="user")
        made = self.account.post(
            "prices",
            product=product["id"],
            currency=price["currency"],
            unit_amount=price["unit_amount"],
            tax_behavior=price["tax_behavior"],
            nickname=price["nickname"] or "",
            recurring=recurring,
        )
        self.ours[price["id"]] = made["id"]

    def run(self) -> None:
        for interaction in self.interactions:
            if self._begins_elsewhere(interaction):
                continue
            self.account.pass_to(max(interaction["at"], self.account.world.now()))
            status, answer = self._ask(interaction)
            where = f"{interaction['method']} {interaction['path'].rsplit('/', 1)[0]}"
            if status != interaction["status"]:
                self.differences.append(f"{where}: {interaction['status']} here {status} {answer}")
                continue
            self.compared += 1
            self._compare(interaction["response"], answer, "")

    def _begins_elsewhere(self, interaction: Obj) -> bool:
        """Whether it is about an object that no recorded request has made."""
        parts = [*interaction["path"].split("/"), *(value for _, value in interaction["params"])]
        foreign = [p for p in parts if _is_id(p) and p not in self.ours]
        return bool(foreign)

    def _ask(self, interaction: Obj) -> tuple[int, Obj]:
        path = "/".join(self.ours.get(part, part) for part in interaction["path"].split("/"))
        pairs = [(name, self.ours.get(value, value)) for name, value in interaction["params"]]
        form, in_body = urlencode(pairs), interaction["method"] == "POST"
        answer = self.account.api.answer(
            Request(
                method=interaction["method"],
                path=path,
                query="" if in_body else form,
                headers={"authorization": f"Bearer {KEY}"},
                body=form.encode() if in_body else b"",
            )
        )
        return answer.status, orjson.loads(answer.body)

    def _compare(self, recorded: Any, ours: Any, path: str) -> None:
        if isinstance(recorded, dict) and isinstance(ours, dict):
            path = recorded.get("object", path) if recorded.get("object") != "list" else path
            for key in recorded.keys() | ours.keys():
                here = f"{path}.{key}"
                if key not in ours:
                    self.differences.append(f"{here}: absent here")
                elif key not in recorded:
                    self.differences.append(f"{here}: only here")
                else:
                    self._compare(recorded[key], ours[key], here)
        elif isinstance(recorded, list) and isinstance(ours, list):
            if len(recorded) != len(ours):
                self.differences.append(f"{path}: {len(recorded)} of them, here {len(ours)}")
            for one, other in zip(recorded, ours, strict=False):
                self._compare(one, other, f"{path}[]")
        elif type(recorded) is not type(ours):
            self.differences.append(f"{path}: {_kind(recorded)}, here {_kind(ours)}")
        elif isinstance(recorded, str) and _is_id(recorded):
            self.ours[recorded] = ours


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _is_id(text: str) -> bool:
    """`cus_...`, but not `pm_card_visa`."""
    prefix, _, tail = text.partition("_")
    return prefix in ("cus", "pm", "sub", "si", "in", "pi", "ch") and tail.isalnum()


def _prices(found: Any) -> Iterator[Obj]:
    """Every price that the answers show."""
    if isinstance(found, dict):
        if found.get("object") == "price":
            yield found
        for value in found.values():
            yield from _prices(value)
    elif isinstance(found, list):
        for value in found:
            yield from _prices(value)


@pytest.mark.parametrize("name", NAMES)
def test_answers_have_the_shape_of_recorded_ones(name: str) -> None:
    replay = Replay(json.loads((Path(RECORDINGS) / f"{name}.json").read_text()))
    replay.run()
    assert replay.compared > 0
    unexplained = {
        difference
        for difference in replay.differences
        if not any(fnmatch(difference, pattern) for pattern in ALLOWED)
    }
    assert sorted(unexplained) == []
