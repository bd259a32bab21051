"""A recorded name and ours go together for good."""

from __future__ import annotations

from harness.fidelity.names import Names


def test_translates_whole_names_wherever_they_stand() -> None:
    names = Names()
    assert names.learn("cus_recorded", "cus_ours")
    assert names.translated("cus_recorded") == "cus_ours"
    assert (
        names.translated("/v1/customers/cus_recorded/sources") == "/v1/customers/cus_ours/sources"
    )
    assert names.translated("cus_recorded2") == "cus_recorded2"


def test_a_pair_is_exclusive_on_both_sides() -> None:
    names = Names()
    assert names.learn("a", "x")
    assert names.learn("a", "x")
    assert not names.learn("a", "y")
    assert not names.learn("b", "x")
