"""Refusals of the control API. They are Carom's own, so they need not look like Stripe's."""

from __future__ import annotations


class ControlError(Exception):
    """A request that cannot be done, and why; `param` names the field that is at fault."""

    def __init__(self, message: str, *, status: int = 400, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.param = param
