"""Which mutants there are: the modules of this folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from fastapi import FastAPI

from reference_app.settings import Settings

CreateApp = Callable[[Settings], FastAPI]


def names() -> list[str]:
    """The mutants, in alphabetical order."""
    here = Path(__file__).parent
    return sorted(path.stem for path in here.glob("*.py") if not path.stem.startswith("_"))


def load(name: str) -> CreateApp:
    """The `create_app` of this mutant, which must be one of `names()`."""
    return cast(CreateApp, import_module(f"reference_app.mutants.{name}").create_app)
