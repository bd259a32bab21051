"""The route table holds every endpoint of the installed SDK."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.contract import RouteTable, route_table
from simulator.contract.routes import Route, load
from simulator.contract.source import cache_folder, installed


def test_every_endpoint_of_the_sdk_is_there() -> None:
    paths = [route.path for route in route_table().routes]
    assert sum(path.startswith("/v1/") for path in paths) >= 550
    assert sum(path.startswith("/v2/") for path in paths) >= 90


@pytest.mark.parametrize(
    ("method", "path", "template", "values"),
    [
        ("GET", "/v1/customers", "/v1/customers", {}),
        ("POST", "/v1/customers/cus_1", "/v1/customers/{customer}", {"customer": "cus_1"}),
        (
            "DELETE",
            "/v1/subscriptions/sub_1",
            "/v1/subscriptions/{subscription_exposed_id}",
            {"subscription_exposed_id": "sub_1"},
        ),
        ("POST", "/v1/invoices/create_preview", "/v1/invoices/create_preview", {}),
        ("POST", "/v1/invoices/in_1", "/v1/invoices/{invoice}", {"invoice": "in_1"}),
        ("GET", "/v1/invoices/search", "/v1/invoices/search", {}),
        ("POST", "/v1/billing_portal/sessions", "/v1/billing_portal/sessions", {}),
        ("GET", "/v1/quotes/qt_1/pdf", "/v1/quotes/{quote}/pdf", {"quote": "qt_1"}),
        ("GET", "/v1/coupons/25%25%20off", "/v1/coupons/{coupon}", {"coupon": "25% off"}),
        ("GET", "/v2/core/events/evt_1", "/v2/core/events/{id}", {"id": "evt_1"}),
    ],
)
def test_a_path_finds_its_route(
    method: str, path: str, template: str, values: dict[str, str]
) -> None:
    found = route_table().match(method, path)
    assert found is not None
    assert (found[0].path, found[1]) == (template, values)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/customers/"),
        ("GET", "/v1/not_a_resource"),
        ("PUT", "/v1/customers/cus_1"),
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/v1//customers"),
    ],
)
def test_anything_else_finds_none(method: str, path: str) -> None:
    assert route_table().match(method, path) is None


def test_a_known_path_is_known_whatever_the_method() -> None:
    assert route_table().knows_path("/v1/customers/cus_1")
    assert not route_table().knows_path("/v1/customers/cus_1/bogus")


def test_a_route_names_its_parameters_and_its_result() -> None:
    found = route_table().match("GET", "/v1/customers")
    assert found is not None
    assert found[0] == Route(
        "GET",
        "/v1/customers",
        "stripe.params._customer_list_params:CustomerListParams",
        "ListObject[Customer]",
    )


def test_a_literal_segment_wins_but_does_not_hide_the_placeholder() -> None:
    table = RouteTable(
        [
            Route("GET", "/v1/things/{thing}", None, "Thing"),
            Route("GET", "/v1/things/search", None, "Thing"),
            Route("GET", "/v1/things/{thing}/parts", None, "Thing"),
        ]
    )
    search = table.match("GET", "/v1/things/search")
    parts = table.match("GET", "/v1/things/search/parts")
    assert search is not None
    assert search[1] == {}
    assert parts is not None
    assert parts[1] == {"thing": "search"}


@pytest.mark.parametrize("left_behind", [b"", b"{", b'{"a": 1}', b"[[1]]", b"\xff"])
def test_a_broken_cache_is_made_anew(tmp_path: Path, left_behind: bytes) -> None:
    load(installed(), tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(left_behind)
    assert len(load(installed(), tmp_path).routes) == len(route_table().routes)
    assert file.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [file]


def test_a_disk_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert load(installed(), in_the_way / "carom").routes


def test_the_cache_lives_in_the_users_cache_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "carom"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "carom"
