"""Every object is what the SDK's classes say it is."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from simulator.contract.schemas import schemas
from simulator.contract.validation import violations_of
from simulator.engine import Obj
from tests.forms import form

_sound: set[Hashable] = set()  # forms that were found to be valid: most objects have one of few


def check(objects: Iterable[Obj]) -> None:
    """Those of kinds that the SDK knows; the others never reach the wire by themselves."""
    for obj in objects:
        if obj["object"] not in schemas().objects or (seen := form(obj)) in _sound:
            continue
        faults = violations_of(obj, strict_keys=True)
        assert faults == [], f"{obj['object']} {obj.get('id')}: {faults}"
        _sound.add(seen)
