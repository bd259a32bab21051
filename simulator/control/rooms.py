"""All routes of the control API."""

from __future__ import annotations

from fastapi import APIRouter

from simulator.control import dashboard, faults, holds, routes, worlds

router = APIRouter()
for part in (routes, worlds, faults, holds, dashboard):
    router.include_router(part.router)
