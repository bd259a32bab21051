"""Parameters that Stripe accepted in recorded traffic are accepted.

Set CAROM_RECORDINGS to a folder of recordings: JSON files with `interactions`, each with `method`,
`path`, `params` (a list of name and value) and `status`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from simulator.api.forms import decode
from simulator.contract import StripeError, accept, parameters, route_table

RECORDINGS = os.environ.get("CAROM_RECORDINGS", "")

pytestmark = pytest.mark.skipif(
    not RECORDINGS, reason="CAROM_RECORDINGS names no folder of recorded traffic"
)


def accepted() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(Path(RECORDINGS).glob("*.json")):
        for interaction in json.loads(file.read_text())["interactions"]:
            if interaction["status"] == 200:
                yield file.stem, interaction


def test_what_stripe_accepted_is_accepted() -> None:
    seen, refused = 0, []
    for name, interaction in accepted():
        method, path = interaction["method"], interaction["path"]
        found = route_table().match(method, path)
        assert found is not None, (name, method, path)
        seen += 1
        try:
            accept(
                parameters(found[0]),
                decode(urlencode([tuple(pair) for pair in interaction["params"]])),
            )
        except StripeError as error:
            refused.append(f"{name}: {found[0].key} {interaction['version']}: {error}")
    assert seen > 0
    assert refused == []
