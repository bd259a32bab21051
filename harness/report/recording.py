"""A run on disk: Stripe's event log and the webhook bodies, one JSON document a line.

The bytes are a function of seed, scenario and app: no port, no wall-clock time, no signature is
in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def write_lines(path: Path, documents: Iterable[Mapping[str, Any]]) -> int:
    """Writes the documents with sorted keys, and returns how many there were."""
    lines = [
        json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        for document in documents
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return len(lines)
