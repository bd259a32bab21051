"""What a recording must not keep: keys, secrets, addresses of pages, and people's emails on demand.

A secret is replaced by a digest of itself: the same secret is the same text throughout, and nothing
leads back from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from harness.fidelity.kinds import HIDDEN_URL
from harness.fidelity.recording import Pairs
from harness.fidelity.upstream import UNUSABLE_KEY

LIVE = re.compile(r"\b(?:sk|rk|pk)_live_")
KEY = re.compile(r"\b((?:[sprek]k_(?:test|live)|whsec)_)([A-Za-z0-9*]+)")
CLIENT_SECRET = re.compile(r"(_secret_)([A-Za-z0-9]+)")
REFUSED_KEY = re.compile(r"(Invalid API Key provided: )(\S+)")
URL = re.compile(r"https?://[^\s\"'<>)]*[^\s\"'<>),.]")
PUBLIC = re.compile(r"https?://(?:docs\.stripe\.com|stripe\.com/docs)\b")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

WIDTH = 25


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Cleans the parameters and the body of one exchange."""

    hides_emails: bool = False

    def params(self, params: Pairs) -> Pairs:
        """Parameters keep their URLs: they are the application's own."""
        return tuple((name, self._secrets(value)) for name, value in params)

    def body(self, value: Any) -> Any:
        """The parsed body of an answer, without what must not be kept."""
        if isinstance(value, dict):
            return {key: self.body(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.body(item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        text = REFUSED_KEY.sub(rf"\g<1>{UNUSABLE_KEY}", text)
        return self._secrets(URL.sub(_hidden, text))

    def _secrets(self, text: str) -> str:
        text = CLIENT_SECRET.sub(lambda found: found[1] + _digest(found[2]), text)
        text = KEY.sub(lambda found: found[1] + _digest(found[2]), text)
        return EMAIL.sub(_nobody, text) if self.hides_emails else text


def _hidden(url: re.Match[str]) -> str:
    """`<url>`, and the path where it points to public documentation."""
    if not PUBLIC.match(url[0]):
        return HIDDEN_URL
    path = re.sub(r"https?://[^/]+", "", url[0])
    return HIDDEN_URL + re.split(r"[?#]", path)[0]


def _nobody(email: re.Match[str]) -> str:
    return f"{_digest(email[0])[:12]}@example.org"


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()[:WIDTH]
