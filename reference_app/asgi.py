"""The app for a server that builds it itself: `uvicorn --factory reference_app.asgi:create`."""

from __future__ import annotations

import os

from fastapi import FastAPI

from reference_app import mutants
from reference_app.settings import from_environment
from reference_app.web import create_app


def create() -> FastAPI:
    """The app of the environment, which must name its public origin in APP_URL.

    APP_MUTANT names a broken twin to make instead.
    """
    settings = from_environment(os.environ)
    mutant = os.environ.get("APP_MUTANT")
    return mutants.load(mutant)(settings) if mutant else create_app(settings)
