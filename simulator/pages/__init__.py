"""The hosted pages: Customer Portal, Checkout, invoices."""

from __future__ import annotations

from fastapi import APIRouter

from simulator.pages import checkout, invoices, portal, receipts, styles, three_d_secure
from simulator.pages.hooks import Hooks
from simulator.pages.problems import add_problem_pages

__all__ = ["Hooks", "add_problem_pages", "router"]

router = APIRouter()
for room in (portal, checkout, invoices, receipts, styles, three_d_secure):
    router.include_router(room.router)
