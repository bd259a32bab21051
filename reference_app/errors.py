"""What can go wrong in a way that the caller should hear about: a status, a code and a sentence.

Each room has its own subclasses; `web/errors.py` renders all of them, as JSON or as a page.
"""

from __future__ import annotations

from typing import ClassVar


class AppError(Exception):
    """Carries what an HTTP answer needs. `code` is for programs, `message` for people."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
