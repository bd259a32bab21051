"""One transition: what leads up to it, what is done, and the events of that alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.billing.account import Account


@dataclass(frozen=True, slots=True)
class Transition:
    """What is true before, the act that is tried, and the types of its events in their order.

    `changed` names, for each `*.updated` type, the attributes that its `previous_attributes` hold.
    """

    name: str
    before: Callable[[Account], Any]
    act: Callable[[Account, Any], Any]
    told: list[str]
    changed: dict[str, set[str]] = field(default_factory=dict)
