"""The composition root: settings in, an ASGI app out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import CapacityLimiter
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from reference_app.accounts import Seal
from reference_app.billing import Billing
from reference_app.database import Database
from reference_app.engines import WEBHOOKS_AT_ONCE
from reference_app.memory import memory_of
from reference_app.settings import Settings
from reference_app.web import account_routes, api_routes, billing_routes, member_routes
from reference_app.web.context import Context
from reference_app.web.errors import render_errors
from reference_app.web.memory_routes import memory_routes
from reference_app.web.origin import SameOrigin

HERE = Path(__file__).parent


def create_app(settings: Settings, billing: type[Billing] = Billing) -> FastAPI:
    """The app of `settings`.

    `billing` is the seam for variants: a subclass with one method replaced.
    """
    database = Database(
        settings.database_url, settings.database_writer_url, instance=settings.instance
    )

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
        webhooks=CapacityLimiter(WEBHOOKS_AT_ONCE),
    )
    memory = memory_of(settings, database)
    if memory is not None:
        app.state.snapshot, app.state.restore = memory.snapshot, memory.restore
        if settings.memory_token:
            app.include_router(memory_routes(memory, settings.memory_token))
    # Routes are tried in order, so those come first that are asked for most.
    for routes in (api_routes, billing_routes, account_routes, member_routes):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.add_middleware(SameOrigin, origin=settings.app_url.rstrip("/"))
    render_errors(app)
    return app
