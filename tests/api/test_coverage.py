"""Every endpoint of the SDK is accounted for, at one of three levels."""

from __future__ import annotations

from simulator.api.coverage import coverage, family_of
from simulator.contract import route_table


def test_every_endpoint_is_accounted_for() -> None:
    found = coverage()
    routes = [key for family in found.families for key in family.routes]
    assert sorted(routes) == sorted(route.key for route in route_table().routes)
    assert sum(found.totals().values()) == len(routes)


def test_most_have_behaviour_or_state() -> None:
    totals = coverage().totals()
    assert totals["simulated"] >= 130
    assert totals["simulated"] + totals["stored"] > 2 * totals["shaped"]


def test_a_family_holds_what_stands_under_a_resource() -> None:
    names = {route.path: family_of(route) for route in route_table().routes}
    assert names["/v1/customers/{customer}/tax_ids/{id}"] == "/v1/customers"
    assert names["/v1/test_helpers/issuing/cards/{card}/shipping/ship"] == "/v1/issuing/cards"
    assert names["/v1/test_helpers/test_clocks"] == "/v1/test_helpers/test_clocks"
    assert names["/v2/core/vault/us_bank_accounts/{id}"] == "/v2/core/vault/us_bank_accounts"


def test_the_levels_are_what_one_would_say() -> None:
    levels = {key: level for family in coverage().families for key, level in family.routes.items()}
    assert levels["POST /v1/subscriptions"] == "simulated"
    assert levels["GET /v1/customers/search"] == "simulated"
    assert levels["POST /v1/payouts"] == "stored"
    assert levels["POST /v1/payouts/{payout}/cancel"] == "stored"
    assert levels["GET /v1/disputes"] == "simulated"
    assert levels["GET /v1/reviews"] == "shaped"
    assert levels["POST /v1/terminal/readers/{reader}/process_payment_intent"] == "shaped"
