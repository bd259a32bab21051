"""All that is not Stripe's API, as one FastAPI application: the hosted pages and the control API.

The composition root makes it when it is first asked for: who only calls Stripe's API need not wait
until FastAPI is loaded.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Protocol

from fastapi import FastAPI

from simulator.control.desk import Desks
from simulator.control.rooms import router as control_api
from simulator.control.wire import add_refusals
from simulator.pages import Hooks, add_problem_pages
from simulator.pages import router as hosted_pages


class House(Desks, Hooks, Protocol):
    """What the pages and the control API need of the simulator behind them."""


def web_app(house: House) -> FastAPI:
    """The application over the accounts of `house`."""
    app = FastAPI(
        title="Carom's control API",
        version=version("carom"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/_carom/openapi.json",
    )
    app.state.desks = house
    app.state.hooks = house
    # Routes are tried in order, and the pages are what is asked for most.
    app.include_router(hosted_pages)
    app.include_router(control_api)
    add_refusals(app)
    add_problem_pages(app)
    return app
