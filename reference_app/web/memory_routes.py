"""The whole database as bytes, for a test bench in another process. Off unless APP_MEMORY_TOKEN is
set, and then for those only who know it: a deployment in production has no such variable.
"""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Response

from reference_app.memory import Memory
from reference_app.web.context import RawBody


def memory_routes(memory: Memory, token: str) -> APIRouter:
    """GET gives all that the app remembers, PUT takes it back."""

    def known(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(404)

    router = APIRouter(prefix="/memory", dependencies=[Depends(known)])

    @router.get("")
    def snapshot() -> Response:
        return Response(memory.snapshot(), media_type="application/octet-stream")

    @router.put("", status_code=204)
    def restore(kept: RawBody) -> None:
        memory.restore(kept)

    return router
