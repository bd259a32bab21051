"""Worlds are opened by name, and the one asked for least recently goes first."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from simulator.api import Accounts
from simulator.api.accounts import Limits
from simulator.api.keys import name_of, parts_of
from simulator.contract import StripeError
from simulator.engine import World
from tests.api.shop import Shop, make_world


@dataclass
class House:
    """Accounts with room for three, and a day of patience."""

    now: float = 0.0
    busy: set[str] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts = Accounts(
            make_world,
            limits=Limits(worlds=3, idle_seconds=100),
            in_use=lambda world: world.key in self.busy,
            on_gone=lambda world: self.gone.append(world.key),
            clock=lambda: self.now,
        )

    def open(self, *names: str) -> list[World]:
        return [self.accounts.open(name) for name in names]


@pytest.fixture
def house() -> House:
    return House()


def test_a_name_opens_the_same_world_again(house: House) -> None:
    first, again = house.open("a", "a")
    assert first is again


def test_the_least_recently_used_goes_first(house: House) -> None:
    house.open("a", "b", "c", "a", "d")
    assert house.gone == ["b"]
    assert list(house.accounts.last_used()) == ["c", "a", "d"]


def test_one_in_use_never_goes(house: House) -> None:
    house.busy.add("a")
    house.open("a", "b", "c", "d")
    assert house.gone == ["b"]
    house.busy |= {"c", "d"}
    house.open("e", "f")
    assert house.gone == ["b", "e"]
    assert len(house.accounts) == 4


def test_an_idle_one_goes_and_a_fresh_one_answers(house: House) -> None:
    (old,) = house.open("a")
    house.now = 100
    assert house.open("a") == [old]
    house.now = 201
    (fresh,) = house.open("a")
    assert fresh is not old
    assert house.gone == ["a"]


def test_an_idle_one_in_use_stays(house: House) -> None:
    (old,) = house.open("a")
    house.busy.add("a")
    house.now = 1000
    assert house.open("a") == [old]


def test_looking_lets_idle_ones_go_but_the_latest(house: House) -> None:
    house.open("a", "b")
    house.now = 101
    assert house.accounts.last_used() == {"b": 101}
    assert house.accounts.find("a") is None
    assert house.gone == ["a"]


def test_a_reset_makes_a_world_the_latest(house: House) -> None:
    (old,) = house.open("a")
    house.open("b")
    assert house.accounts.reset("a") is not old
    assert list(house.accounts.last_used()) == ["b", "a"]


def test_a_header_opens_a_world_of_its_own(shop: Shop) -> None:
    customer = shop.customer()
    path = f"/v1/customers/{customer}"
    assert shop.get(path, carom_world="worker-1").status == 404
    shop.post("/v1/customers", carom_world="worker-1")
    assert len(shop.world.find("customer")) == 1
    name = name_of({"authorization": "Bearer sk_test_shop", "carom-world": "worker-1"})
    assert parts_of(name) == ("sk_test_shop", "worker-1")
    assert len(shop.accounts.open(name).find("customer")) == 1


@pytest.mark.parametrize("world", ["", "a b", "é", "x" * 65, "a/b"])
def test_a_name_that_no_world_can_have_is_refused(shop: Shop, world: str) -> None:
    reply = shop.get("/v1/customers", carom_world=world)
    assert reply.status == 400
    assert "header Carom-World" in reply.error["message"]
    with pytest.raises(StripeError):
        name_of({"authorization": "Bearer sk_test_a", "carom-world": world})
