"""Other designs of the app that are as correct, each with what it promises instead.

A team may let the return page write, or keep nothing and ask Stripe each time. Neither is a bug, so
the contract has a profile for each: `writer` in `carom.toml`, which is the module's name with
dashes. `APP_VARIANT` serves one.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from fastapi import FastAPI

from reference_app.settings import Settings

NAMES = ("read_through", "webhook_and_return_sync")


def load(name: str) -> Callable[[Settings], FastAPI]:
    """The `create_app` of this variant, which must be one of `NAMES`."""
    if name not in NAMES:
        raise ValueError(f"there is no variant {name!r}; there are {', '.join(NAMES)}")
    module = import_module(f"reference_app.variants.{name}")
    return cast(Callable[[Settings], FastAPI], module.create_app)
