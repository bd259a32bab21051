"""The World: one Stripe account, and the only way to change it.

A change goes through `insert`, `change` or `remove` inside a transaction. The World keeps the
indexes, notes the events, and on success appends them to the ledger in Stripe's order; an exception
leaves no trace. It does no I/O and reads no clock but its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from simulator.engine.agenda import ACCOUNT, Agenda
from simulator.engine.clock import Clock, VirtualClock
from simulator.engine.ids import Ids
from simulator.engine.index import Index, Paths
from simulator.engine.ledger import Happening, Ledger, RequestInfo, id_prefix, in_order
from simulator.engine.objects import Obj
from simulator.engine.settings import Settings

Duty = Callable[["World", str], None]
"""Something the agenda does: it gets the World and the id that the entry is about."""


class Block:
    """An open transaction. A transition whose order depends on its outcome sets `order` inside.

    A class and not a generator, because every write opens one.
    """

    __slots__ = ("_world", "first", "order", "undo_from")

    def __init__(self, world: World, order: Sequence[str]) -> None:
        self._world = world
        self.order = order
        self.first = self.undo_from = 0

    def __enter__(self) -> Block:
        self._world.enter(self)
        return self

    def __exit__(
        self, _: type[BaseException] | None, fault: BaseException | None, __: TracebackType | None
    ) -> None:
        self._world.leave(self, fault)


@dataclass(frozen=True, slots=True)
class Laws:
    """What the billing room teaches a World.

    Its duties by name, by which paths each kind is found, and what follows from a change: `after`
    names, for a kind, the duty that is done once for each object of it that was inserted, changed
    or removed, when all else of the API call or of the agenda's entry is done, as part of it. Such
    a duty compares the state with what it left, since it is also called where nothing came of it.
    """

    duties: Mapping[str, Duty] = field(default_factory=dict)
    paths: Paths = field(default_factory=dict)
    after: Mapping[str, Duty] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A World as it was at one moment. Nothing changes `world`: it is only ever forked."""

    world: World


def _alone(_account: str) -> World | None:
    """What `relatives` says in a World that knows no other: there is none of that id."""
    return None


class World:
    """One account's objects, time, agenda and events; the module's docstring tells of writing.

    `relatives` finds the World of another account by its id: the platform's, or a connected one's.
    """

    def __init__(
        self,
        *,
        key: str,
        seed: int,
        clock: Clock,
        laws: Laws,
        settings: Settings | None = None,
    ) -> None:
        self.key = key
        self.seed = seed
        self.clock = clock
        self.laws = laws
        self.settings = settings or Settings()
        self.ids = Ids(seed, key, clock.now)
        self.account = self.ids.account
        self.opened = clock.now()  # when the account was made
        self.agenda = Agenda()
        self.ledger = Ledger()
        self.request: RequestInfo | None = None
        self.relatives: Callable[[str], World | None] = _alone
        self._objects: dict[tuple[str, str], Obj] = {}
        self._kept: dict[str, Obj] = {}
        self._index = Index(laws.paths)
        self._moments: dict[str, int] = {}
        self._happenings: list[Happening] = []
        self._undo: list[Callable[[], object]] = []
        self._touched: dict[tuple[str, str], None] = {}
        self._depth = 0

    # --- copies --------------------------------------------------------------------------------

    def fork(self, key: str | None = None) -> World:
        """A World with the same past, under `key` if that is given.

        Neither sees what happens in the other from now on. Both give the next object the same id,
        unless the fork has a key of its own: tokens in the addresses of hosted pages would no
        longer tell them apart. A real clock is the same one for both.
        """
        assert not self._depth, "a World cannot be forked inside a transaction"
        twin = copy(self)
        twin.key = key or self.key
        if isinstance(self.clock, VirtualClock):
            twin.clock = VirtualClock(self.clock.instant)
        twin.ids = self.ids.copy(twin.clock.now, branch=key)
        twin.agenda, twin.ledger = self.agenda.copy(), self.ledger.copy()
        twin._index = self._index.copy()
        twin._objects, twin._kept = self._objects.copy(), self._kept.copy()
        twin._moments, twin._happenings, twin._undo, twin._touched = {}, [], [], {}
        return twin

    def snapshot(self) -> Snapshot:
        """This moment, to come back to as often as one likes."""
        return Snapshot(self.fork())

    def restore(self, snapshot: Snapshot) -> None:
        """Be as the World of the snapshot was, ids to come and virtual time included.

        The key, the settings and the relatives stay as they are.
        """
        assert not self._depth, "a World cannot be restored inside a transaction"
        past = snapshot.world.fork()
        self.clock, self.ids = past.clock, past.ids
        self.agenda, self.ledger = past.agenda, past.ledger
        self._index, self._objects, self._kept = past._index, past._objects, past._kept

    # --- reading -------------------------------------------------------------------------------

    @property
    def events(self) -> list[Obj]:
        """Event objects, oldest first."""
        return self.ledger.events

    def now(self, timeline: str = ACCOUNT) -> int:
        """Unix seconds on the account's timeline or on a test clock's.

        While the agenda runs, this is the instant at which the entry was due. What outlives its
        test clock, such as a paid invoice, lives in the account's time from then on.
        """
        moment = self._moments.get(timeline)
        if moment is not None:
            return moment
        test_clock = self._objects.get(("test_helpers.test_clock", timeline))
        if test_clock is None:
            return self.clock.now()
        frozen: int = test_clock["frozen_time"]
        return frozen

    def get(self, kind: str, name: str) -> Obj | None:
        return self._objects.get((kind, name))

    def find(self, kind: str, path: str = "", value: str = "") -> Sequence[Obj]:
        """All of a kind, or those whose indexed `path` equals `value`; newest first."""
        return list(self.walk(kind, path, value))

    def walk(
        self, kind: str, path: str = "", value: str = "", *, below: int | None = None
    ) -> Iterator[Obj]:
        """Like `find`, lazily, starting with the first object older than serial `below`."""
        for name in self._index.older(kind, path, value, below):
            yield self._objects[kind, name]

    def walk_up(self, kind: str, path: str = "", value: str = "", *, above: int) -> Iterator[Obj]:
        """Oldest first, starting with the first object newer than serial `above`."""
        for name in self._index.newer(kind, path, value, above):
            yield self._objects[kind, name]

    def serial(self, kind: str, name: str) -> int | None:
        """The place of an object in the order of creation."""
        return self._index.serial(kind, name)

    def count(self, kind: str, path: str = "", value: str = "") -> int:
        return self._index.count(kind, path, value)

    # --- writing -------------------------------------------------------------------------------

    def insert(self, obj: Obj, *events: str) -> Obj:
        """Hold a new object and note what happened, each with the object as it is now."""
        if not self._depth:
            with self.transaction():
                return self.insert(obj, *events)
        key = (obj["object"], obj["id"])
        assert key not in self._objects, key
        self._objects[key] = obj
        self._index.add(obj)
        self._undo.append(lambda: self._take_out(obj))
        self._touch(*key)
        self._note(obj, events)
        return obj

    def change(self, kind: str, name: str, changes: Obj, *events: str) -> Obj:
        """Replace an object by itself with `changes`; returns the new one."""
        if not self._depth:
            with self.transaction():
                return self.change(kind, name, changes, *events)
        key = (kind, name)
        before = self._objects[key]
        after = {**before, **changes}
        self._objects[key] = after
        self._index.move(before, after)
        self._undo.append(lambda: self._put_back(before, after))
        self._touch(kind, name)
        self._note(after, events, before)
        return after

    def remove(self, kind: str, name: str, *events: str) -> None:
        """Forget an object; the events show it as it last was."""
        if not self._depth:
            with self.transaction():
                return self.remove(kind, name, *events)
        key = (kind, name)
        obj = self._objects[key]
        serial = self._index.serial(kind, name)
        assert serial is not None
        del self._objects[key]
        self._index.discard(obj)
        self._undo.append(lambda: self._restore(obj, serial))
        self._touch(kind, name)
        self._note(obj, events)

    def emit(self, event_type: str, snapshot: Obj, before: Obj | None = None) -> None:
        """Note an event about something that is not kept, such as an upcoming invoice.

        `before` is what it was, where the event tells what changed.
        """
        with self.transaction():
            self._note(snapshot, (event_type,), before)

    def keep(self, name: str, **facts: Any) -> None:
        """Remember private facts that never reach the wire, such as a webhook's secret."""
        before = self._kept.get(name)
        self._kept[name] = {**(before or {}), **facts}
        if self._depth:
            self._undo.append(
                lambda: (
                    self._kept.pop(name) if before is None else self._kept.update({name: before})
                )
            )

    def kept(self, name: str) -> Mapping[str, Any]:
        return self._kept.get(name, {})

    def schedule(self, at: int, duty: str, subject: str, timeline: str = ACCOUNT) -> None:
        """Put a duty on the agenda of a timeline, `at` Unix seconds of that timeline."""
        assert duty in self.laws.duties, duty
        due = self.agenda.add(timeline, at, duty, subject)
        if self._depth:
            self._undo.append(lambda: self.agenda.withdraw(timeline, due))

    def transaction(self, order: Sequence[str] = ()) -> Block:
        """All of it or nothing.

        `order` is the order in which Stripe sends the events of the block. A fault whose `commits`
        is true leaves what was done: a declined payment keeps its invoice, its attempt and events.
        """
        return Block(self, order)

    def enter(self, block: Block) -> None:
        """Note where the world stood when the block began."""
        block.first, block.undo_from = len(self._happenings), len(self._undo)
        self._depth += 1

    def leave(self, block: Block, fault: BaseException | None) -> None:
        """Keep what the block did, or take it back; what follows from it may still fail too."""
        try:
            if fault is None or getattr(fault, "commits", False):
                self._close(block.first, block.order)
            else:
                self._roll_back(block.first, block.undo_from)
        except BaseException as late:
            if not getattr(late, "commits", False):
                self._roll_back(block.first, block.undo_from)
            raise
        finally:
            self._depth -= 1

    # --- time ----------------------------------------------------------------------------------

    def next_due(self, timeline: str = ACCOUNT) -> int | None:
        """When the agenda of a timeline has something to do next."""
        due = self.agenda.next(timeline)
        return due.at if due else None

    def run_until(self, instant: int, timeline: str = ACCOUNT) -> None:
        """Do all that is due up to and including `instant`, in order, each at its own time.

        A virtual account clock then stands at `instant`. Duties may add entries; those due in time
        are done too. A duty that fails leaves no trace and stays on the agenda.
        """
        clock = self.clock
        moves = timeline == ACCOUNT and isinstance(clock, VirtualClock)
        while (due := self.agenda.next(timeline)) is not None and due.at <= instant:
            if moves:
                assert isinstance(clock, VirtualClock)
                clock.advance_to(max(due.at, clock.instant))
            self._moments[timeline] = due.at
            try:
                with self.transaction():
                    self._take_from_agenda(timeline)
                    self.laws.duties[due.duty](self, due.subject)
                    self._see_to_what_follows()
            finally:
                del self._moments[timeline]
        if moves:
            assert isinstance(clock, VirtualClock)
            clock.advance_to(max(instant, clock.instant))

    # --- inside --------------------------------------------------------------------------------

    def _note(self, obj: Obj, events: Sequence[str], before: Obj | None = None) -> None:
        for event_type in events:
            self._happenings.append(Happening(event_type, obj, before))

    def _close(self, first: int, order: Sequence[str]) -> None:
        if order:
            self._happenings[first:] = in_order(self._happenings[first:], order)
        if self._depth == 1:
            self._see_to_what_follows()
            self._commit()

    def _roll_back(self, first: int, undo_from: int) -> None:
        while len(self._undo) > undo_from:
            self._undo.pop()()
        del self._happenings[first:]
        if self._depth == 1:
            self._touched.clear()

    def _touch(self, kind: str, name: str) -> None:
        if kind in self.laws.after:
            self._touched[kind, name] = None

    def _see_to_what_follows(self) -> None:
        """The laws' `after`, in order of first touch; what a duty touches comes last."""
        while self._touched:
            kind, name = next(iter(self._touched))
            del self._touched[kind, name]
            self.laws.after[kind](self, name)

    def _take_from_agenda(self, timeline: str) -> None:
        due = self.agenda.pop(timeline)
        self._undo.append(lambda: self.agenda.put_back(timeline, due))

    def _take_out(self, obj: Obj) -> None:
        self._index.discard(obj)
        del self._objects[obj["object"], obj["id"]]

    def _restore(self, obj: Obj, serial: int) -> None:
        self._objects[obj["object"], obj["id"]] = obj
        self._index.restore(obj, serial)

    def _put_back(self, before: Obj, after: Obj) -> None:
        self._objects[before["object"], before["id"]] = before
        self._index.move(after, before)

    def _commit(self) -> None:
        self._undo.clear()
        if not self._happenings:
            return
        happenings, self._happenings = self._happenings, []
        request, created = self.request or RequestInfo(), self.clock.now()
        asked: Obj = {"id": request.id, "idempotency_key": request.idempotency_key}
        for event_type, data in self.ledger.data_of(happenings):
            event: Obj = {
                "id": self.ids.new(id_prefix(event_type)),
                "object": "event",
                "api_version": self.settings.api_version,
                "created": created,
                "data": data,
                "livemode": False,
                "pending_webhooks": 0,
                "request": asked,
                "type": event_type,
            }
            self._objects["event", event["id"]] = event
            self._index.add(event)
            self.ledger.append(event)
