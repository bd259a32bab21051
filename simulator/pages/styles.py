"""The pages' one style sheet."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from simulator.pages.rendering import STYLE_PATH, style

router = APIRouter(include_in_schema=False)


@router.get(STYLE_PATH)
async def style_sheet() -> Response:
    """Its address carries a digest of its content, so it may be kept for good."""
    return Response(
        style(),
        media_type="text/css",
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )
