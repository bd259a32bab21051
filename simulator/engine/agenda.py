"""What Stripe will do later, in the order in which it is due.

An entry is data (an instant, the name of a duty, the id it is about), so that a World can be copied
and replayed. A duty checks for itself whether it still applies; nothing is ever taken back from the
agenda except by a rollback.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

ACCOUNT = "account"
"""The timeline of the account itself; every other timeline is named by the id of a test clock."""


class Due(NamedTuple):
    """One thing to do: at `at` (Unix seconds), ties in the order in which they were noted."""

    at: int
    sequence: int
    duty: str
    subject: str


class Agenda:
    """Due entries of every timeline of one account."""

    __slots__ = ("_heaps", "_sequence", "_withdrawn")

    def __init__(self) -> None:
        self._heaps: dict[str, list[Due]] = {}
        self._sequence = 0
        self._withdrawn: set[int] = set()  # sequence numbers of what still lies in a heap

    def copy(self) -> Agenda:
        """The same entries, to go on from separately."""
        twin = Agenda()
        twin._heaps = {timeline: heap.copy() for timeline, heap in self._heaps.items()}
        twin._sequence = self._sequence
        twin._withdrawn = self._withdrawn.copy()
        return twin

    def add(self, timeline: str, at: int, duty: str, subject: str) -> Due:
        self._sequence += 1
        due = Due(at, self._sequence, duty, subject)
        heapq.heappush(self._heaps.setdefault(timeline, []), due)
        return due

    def withdraw(self, timeline: str, due: Due) -> None:
        """Forget an entry whose transaction was rolled back.

        Every preview of an invoice does that, so it may not search the heap: an entry that did not
        stay at its end is passed over when its turn comes.
        """
        heap = self._heaps[timeline]
        if heap[-1] is due:
            heap.pop()
        else:
            self._withdrawn.add(due.sequence)

    def next(self, timeline: str) -> Due | None:
        heap = self._heaps.get(timeline)
        while heap and heap[0].sequence in self._withdrawn:
            self._withdrawn.remove(heapq.heappop(heap).sequence)
        return heap[0] if heap else None

    def pop(self, timeline: str) -> Due:
        """Take off what `next` gives, which there must be."""
        due = self.next(timeline)
        assert due is not None, timeline
        return heapq.heappop(self._heaps[timeline])

    def put_back(self, timeline: str, due: Due) -> None:
        """Undo a `pop` whose transaction was rolled back."""
        heapq.heappush(self._heaps.setdefault(timeline, []), due)

    def drop(self, timeline: str) -> None:
        """Forget a timeline, as when its test clock is deleted."""
        self._heaps.pop(timeline, None)

    def entries(self, timeline: str) -> list[Due]:
        """All entries of a timeline, soonest first."""
        heap = self._heaps.get(timeline, ())
        return sorted(due for due in heap if due.sequence not in self._withdrawn)
