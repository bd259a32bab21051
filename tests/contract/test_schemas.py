"""The SDK's resource classes as JSON Schemas, and what each event type is about."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.contract import object_schema, response_schema, route_table, schemas
from simulator.contract.classes import ClassReader
from simulator.contract.schemas import load
from simulator.contract.source import installed

CLASS = '''
class Thing(StripeObject):
    OBJECT_NAME: ClassVar[Literal["thing"]] = "thing"

    class Part(StripeObject):
        size: Optional[int]

    created: int
    """
    Time at which the object was created. Measured in seconds since the Unix epoch.
    """
    from_: str
    kind: Union[Literal["a", "b"], str]
    maybe: Optional[Literal["x"]]
    object: Literal["thing"]
    owner: Optional[ExpandableField["Owner"]]
    parts: List[Part]
    prices: UntypedStripeObject[Part]
    price: Decimal
    related: ListObject["Owner"]
    whole: Optional["Owner"]
    _secret: str
    _field_remappings = {"from_": "from"}
'''


@pytest.fixture(scope="module")
def thing() -> Any:
    reader = ClassReader(str.lower, v2=False)
    (definition,) = ast.parse(CLASS).body
    assert isinstance(definition, ast.ClassDef)
    schema = reader.read(definition, {})
    Draft202012Validator.check_schema(schema)
    return schema


def test_what_is_not_optional_is_required(thing: Any) -> None:
    assert thing["required"] == [
        "created",
        "from",
        "kind",
        "object",
        "parts",
        "prices",
        "price",
        "related",
    ]


def test_enumerations_are_closed_only_where_the_class_closes_them(thing: Any) -> None:
    fields = thing["properties"]
    assert fields["kind"] == {"type": "string", "x-enum": ["a", "b"]}
    assert fields["maybe"] == {"enum": ["x", None]}
    assert fields["object"] == {"const": "thing"}


def test_a_reference_is_an_id_or_the_object(thing: Any) -> None:
    owner = thing["properties"]["owner"]
    assert owner["type"] == ["string", "object", "null"]
    assert owner["then"] == {"$ref": "urn:carom:owner"}
    assert owner["x-expandable"] == ["owner"]
    assert thing["properties"]["whole"]["type"] == ["object", "null"]


def test_lists_hashes_decimals_and_times(thing: Any) -> None:
    fields = thing["properties"]
    part = {"type": "object", "properties": {"size": {"type": ["integer", "null"]}}}
    assert fields["parts"] == {"type": "array", "items": part}
    assert fields["prices"] == {"type": "object", "additionalProperties": part}
    assert fields["price"] == {"type": "string", "format": "decimal"}
    assert fields["created"] == {"type": "integer", "format": "unix-time"}
    assert fields["related"]["required"] == ["object", "data", "has_more", "url"]


def test_every_class_becomes_a_valid_schema() -> None:
    known = schemas().objects
    assert len(known) > 180
    for name in sorted(known)[::6]:  # checking all of them takes seconds
        Draft202012Validator.check_schema(known[name])
    for schema in known.values():
        for reference in _references(schema):
            assert reference.removeprefix("urn:carom:") in known


def test_every_route_says_what_it_answers() -> None:
    silent = [route.key for route in route_table().routes if not response_schema(route)]
    assert silent == ["GET /v1/quotes/{quote}/pdf", "POST /v2/billing/meter_event_stream"]


def test_objects_go_by_their_wire_names() -> None:
    assert object_schema("billing_portal.session")["title"] == "Session"
    assert object_schema("v2.core.account")["title"] == "Account"
    with pytest.raises(KeyError):
        object_schema("nothing")


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("customer.subscription.updated", "subscription"),
        ("charge.dispute.created", "dispute"),
        ("invoice.upcoming", "invoice"),
        ("issuing_card.created", "issuing.card"),
        ("treasury.outbound_payment.posted", "treasury.outbound_payment"),
        ("source.transaction.created", "source_transaction"),
        ("customer.source.created", None),
    ],
)
def test_what_an_event_is_about(event_type: str, kind: str | None) -> None:
    found = schemas().subjects.get(event_type)
    assert found == kind or (kind is None and found in schemas().objects)


def test_nearly_every_event_type_has_a_subject() -> None:
    types = schemas().event_types
    assert len(types) > 250
    assert len([each for each in types if each not in schemas().subjects]) < 8


def test_they_are_kept_on_disk(tmp_path: Path) -> None:
    made = load(installed(), tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.name.startswith(f"schemas-{installed().version}-")
    again = load(installed(), tmp_path)
    assert again.kept()[:3] == made.kept()[:3]


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for item in value.values() for found in _references(item)]
