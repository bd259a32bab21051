"""Ids have the shapes of recorded traffic and come from the seed alone."""

from __future__ import annotations

import re

import pytest

from simulator.engine import Ids

AT = 1_762_799_407
PREFIXES = ["cus", "prod", "si", "sub", "in", "il", "ii", "pm", "pi", "ch", "txn", "evt", "evt_3"]


def ids(seed: int = 1, key: str = "sk_test_a", at: int = AT) -> Ids:
    return Ids(seed, key, lambda: at)


@pytest.mark.parametrize("prefix", ["cus", "prod", "si"])
def test_customers_products_and_items_have_fourteen_characters(prefix: str) -> None:
    assert re.fullmatch(rf"{prefix}_[0-9A-Za-z]{{14}}", ids().new(prefix))


@pytest.mark.parametrize("prefix", ["sub", "in", "il", "ii", "inpay", "price", "pm", "bps", "evt"])
def test_most_ids_begin_with_1_and_carry_the_account(prefix: str) -> None:
    made = ids()
    name = made.new(prefix)
    assert re.fullmatch(rf"{prefix}_1[0-9A-Za-z]{{23}}", name)
    assert made.account[-10:] in name


@pytest.mark.parametrize("prefix", ["pi", "ch", "txn", "re"])
def test_payment_ids_begin_with_3(prefix: str) -> None:
    assert re.fullmatch(rf"{prefix}_3[0-9A-Za-z]{{23}}", ids().new(prefix))


def test_events_about_payments_begin_with_3_too() -> None:
    assert re.fullmatch(r"evt_3[0-9A-Za-z]{23}", ids().new("evt_3"))


def test_the_other_shapes() -> None:
    made = ids()
    assert re.fullmatch(r"acct_1[0-9A-Za-z]{15}", made.account)
    assert re.fullmatch(r"req_[0-9A-Za-z]{14}", made.request())
    assert re.fullmatch(r"whsec_[0-9A-Za-z]{32}", made.webhook_secret())
    assert re.fullmatch(r"pi_3x_secret_[0-9A-Za-z]{25}", made.secret("pi_3x"))
    session = made.checkout_session()
    assert session.startswith("cs_test_a1")
    assert len(session) == 66
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made.uuid()
    )


def test_ids_made_later_sort_later() -> None:
    earlier, later = ids(at=AT).new("sub"), ids(at=AT + 3600).new("sub")
    assert earlier[:10] < later[:10]


def _some(made: Ids) -> list[str]:
    return [made.account, *(made.new(prefix) for prefix in PREFIXES), made.token(8), made.uuid()]


def test_the_same_seed_and_key_give_the_same_ids() -> None:
    assert _some(ids()) == _some(ids())


def test_another_seed_or_another_key_gives_others() -> None:
    one, two, three = _some(ids()), _some(ids(seed=2)), _some(ids(key="sk_test_b"))
    for mine, other, third in zip(one, two, three, strict=True):
        assert len({mine, other, third}) == 3


def test_ids_do_not_repeat() -> None:
    made = ids()
    assert len({made.new("cus") for _ in range(2000)}) == 2000
