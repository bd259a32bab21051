"""What a user can be told of that does not work."""

from __future__ import annotations


class Refusal(Exception):
    """`status` and `code` are for programs, `message` is for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
