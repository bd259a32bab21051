"""Which of our names stands for which recorded one.

A recording says `cus_TOnPTfYVb5cWQv` where our answer says `cus_3hSTxA9q...`. The pair is learnt
where both stand at the same place for the first time; from then on they must go together, and
later requests are sent with ours.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[A-Za-z0-9_]+")


class Names:
    """Pairs of recorded and own names: ids, secrets, number prefixes, whatever is drawn."""

    __slots__ = ("_ours", "_recorded")

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._recorded: dict[str, str] = {}

    def learn(self, recorded: str, ours: str) -> bool:
        """Take the two for the same; false if either is already known by another name."""
        if self._ours.get(recorded, ours) != ours or self._recorded.get(ours, recorded) != recorded:
            return False
        self._ours[recorded] = ours
        self._recorded[ours] = recorded
        return True

    def knows(self, recorded: str) -> bool:
        return recorded in self._ours

    def translated(self, text: str) -> str:
        """`text` with every recorded name in it replaced by ours."""
        if text in self._ours:
            return self._ours[text]
        return WORD.sub(lambda word: self._ours.get(word[0], word[0]), text)
