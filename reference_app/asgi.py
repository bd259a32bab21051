"""The app for a server that builds it itself: `uvicorn --factory reference_app.asgi:create`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fastapi import FastAPI

from reference_app import mutants, variants
from reference_app.settings import from_environment
from reference_app.web import create_app

if TYPE_CHECKING:
    import stripe


def create(http_client: stripe.HTTPClient | None = None) -> FastAPI:
    """The app of the environment, which must name its public origin in APP_URL.

    APP_MUTANT names a broken twin to make instead, APP_VARIANT another correct design.
    `http_client` carries all calls to Stripe, for a test bench in the same process.
    """
    settings = from_environment(os.environ, http_client=http_client)
    if mutant := os.environ.get("APP_MUTANT"):
        return mutants.load(mutant)(settings)
    if variant := os.environ.get("APP_VARIANT"):
        return variants.load(variant)(settings)
    return create_app(settings)
