"""The composition root: settings in, an ASGI app out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from reference_app.accounts import Seal
from reference_app.billing import Billing
from reference_app.database import Database
from reference_app.memory import Memory
from reference_app.settings import Settings
from reference_app.web import account_routes, api_routes, billing_routes
from reference_app.web.context import Context
from reference_app.web.errors import render_errors
from reference_app.web.origin import SameOrigin

HERE = Path(__file__).parent


def create_app(settings: Settings, billing: type[Billing] = Billing) -> FastAPI:
    """The app of `settings`.

    `billing` is the seam for variants: a subclass with one method replaced.
    """
    database = Database(settings.database_url, settings.instance)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    app = FastAPI(title="Baize", openapi_url=None, lifespan=lifespan)
    app.state.context = Context(
        settings=settings,
        database=database,
        billing=billing(settings, database),
        seal=Seal(settings.session_secret),
    )
    if database.engine.dialect.name == "sqlite":
        memory = Memory(database.engine)
        app.state.snapshot, app.state.restore = memory.snapshot, memory.restore
    for routes in (account_routes, billing_routes, api_routes):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.add_middleware(SameOrigin, origin=settings.app_url.rstrip("/"))
    render_errors(app)
    return app
