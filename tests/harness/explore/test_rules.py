"""Which faults are on offer in a position; those that could show nothing are left out."""

from __future__ import annotations

from harness.explore.rules import Limits, Position, enabled

PAID = "ada/invoice.paid#1"


def names(at: Position) -> list[str]:
    return [choice.name for choice in enabled(at, Limits())]


def test_an_event_comes_twice_at_once_only_where_the_app_counts_something() -> None:
    twice = f"courier: delivers {PAID} twice at once"
    assert twice not in names(Position(waiting=[PAID]))
    assert twice not in names(Position(waiting=[PAID], counting=["bob"]))
    assert twice in names(Position(waiting=[PAID], counting=["ada"]))


def test_a_stranger_comes_to_the_return_page_when_all_else_is_over() -> None:
    trespass = "stranger: opens ada's return page"
    assert trespass not in names(Position(waiting=[PAID], back=["ada"]))
    assert trespass in names(Position(back=["ada"]))


def test_a_stranger_names_the_customer_when_all_else_is_over() -> None:
    pry = "stranger: asks for the portal of ada's customer"
    assert pry not in names(Position(waiting=[PAID], back=["ada"]))
    assert pry in names(Position(back=["ada"]))


def test_the_success_page_can_be_opened_while_a_checkout_page_is() -> None:
    arrives = "ada: opens the success page without having paid"
    assert arrives in names(Position(unpaid=["ada"]))
    assert arrives not in names(Position(back=["ada"]))
