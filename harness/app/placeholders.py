"""The `{words}` that `carom.toml` may use, and their filling in.

Only lower-case words in braces are placeholders, so JSON in a text needs no escaping.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scenarios import suggestion

LAUNCH = frozenset(
    {"app_url", "port", "python", "scratch", "stripe_key", "stripe_url", "webhook_secret"}
)
USER = frozenset({"email", "organisation", "password", "user"})
PLAN = frozenset({"lookup_key", "plan"})

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def unknown(text: str, known: frozenset[str]) -> str | None:
    """What is wrong with the placeholders of the text, or `None`."""
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            return f"the placeholder {{{name}}} is not known here. {suggestion(name, known)}"
    return None


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder replaced; the loader has made sure that all of them are
    known.
    """
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def fill_all(texts: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {key: fill(text, values) for key, text in texts.items()}
