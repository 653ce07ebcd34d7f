"""Writes log lines to a descriptor that may be slow, blocked, full or closed, without anybody waiting for it.

Whoever logs puts an event into a queue; a thread of the operating system takes it out, gives it its form and writes
it. A greenlet would not do: a write to a disk or a pipe that blocks stops the hub, and with it all clients. What is
too much for the queue is dropped and counted, and the count is written as soon as writing works again.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty
from typing import Final

from pgdog_gevent.observe.log_lines import Event, Form
from pgdog_gevent.observe.native import Lock, Queue, make_lock, make_queue, start_thread, write_all
from pgdog_gevent.observe.repeats import Repeats

QUEUE_BYTES: Final = 8_000_000
"""How much may wait to be written; what comes on top is dropped."""
BATCH: Final = 500
"""Most lines in one write."""

Complain = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Manner:
    """How lines are written."""

    form: Form
    dedup_window: float = 0.0
    dedup_threshold: int = 0


@dataclass(frozen=True, slots=True)
class Redirect:
    """An order: close the descriptor and go on with another."""

    descriptor: int


@dataclass(frozen=True, slots=True)
class Flush:
    """An order: release the lock once all that came before is written."""

    done: Lock


@dataclass(frozen=True, slots=True)
class Close:
    """An order: write what there is, close the descriptor, and end."""


Entry = Event | Manner | Redirect | Flush | Close


class Backlog:
    """How much waits to be written, and how many lines were lost; for any thread."""

    def __init__(self, limit: int, lost: int = 0) -> None:
        self._lock = make_lock()
        self._limit = limit
        self._waiting = 0
        self.lost = lost

    def admits(self, size: int) -> bool:
        """Count bytes in, unless there are too many already: then a line is lost."""
        with self._lock:
            if self._waiting >= self._limit:
                self.lost += 1
                return False
            self._waiting += size
            return True

    def written(self, size: int, lost: int = 0) -> None:
        """Count bytes out, with as many lines as have been lost on the way."""
        with self._lock:
            self._waiting -= size
            self.lost += lost


class LineWriter:
    """Writes events to one descriptor, which it owns, in the order in which they came.

    Nothing but ``flush`` ever waits, and nothing raises. After a fork the child begins with an empty queue.
    ``complain`` is told, by the writing thread, what it cannot write.
    """

    def __init__(
        self, descriptor: int, manner: Manner, complain: Complain | None = None, limit: int = QUEUE_BYTES
    ) -> None:
        self._descriptor = descriptor
        self._manner = manner
        self._complain = complain
        self._limit = limit
        self._begin(lost=0)

    @property
    def lost(self) -> int:
        """Lines that were not written: too many at a time, or the descriptor did not take them."""
        return self._backlog.lost

    def write(self, event: Event) -> None:
        """Leave an event to be written."""
        if self._pid != os.getpid():
            self._begin(lost=self.lost)
        if self._backlog.admits(event.size):
            self._queue.put(event)

    def change(self, manner: Manner) -> None:
        """Write what comes from now on in another manner."""
        self._manner = manner
        self._queue.put(manner)

    def redirect(self, descriptor: int) -> None:
        """Write what comes from now on to another descriptor; the old one is closed."""
        if self._pid != os.getpid():
            # The thread that would close it is that of the parent.
            os.close(self._descriptor)
        self._descriptor = descriptor
        self._queue.put(Redirect(descriptor))

    def flush(self, timeout: float) -> bool:
        """Block the process, hub and all, until everything is written or the time is over; say whether it is."""
        if self._pid != os.getpid():
            return True
        done = make_lock()
        done.acquire()
        self._queue.put(Flush(done))
        return done.acquire(timeout=timeout)

    def close(self) -> None:
        """End once everything is written; does not wait for it."""
        self._queue.put(Close())

    def _begin(self, lost: int) -> None:
        self._pid = os.getpid()
        self._queue: Queue[Entry] = make_queue()
        self._backlog = Backlog(self._limit, lost)
        scribe = _Scribe(self._queue, self._backlog, self._descriptor, self._manner, self._complain)
        start_thread(scribe.run, ())


class _Scribe:
    """The thread's side of a LineWriter."""

    def __init__(
        self, queue: Queue[Entry], backlog: Backlog, descriptor: int, manner: Manner, complain: Complain | None
    ) -> None:
        self._queue = queue
        self._backlog = backlog
        self._descriptor = descriptor
        self._complain = complain
        self._told = backlog.lost
        self._failing = False
        self._events: list[Event] = []
        """To be written next."""
        self._taken = 0
        """Bytes of the backlog that will be accounted for with the next write."""
        self._adopt(manner)

    def run(self) -> None:
        """Do what comes through the queue, until Close."""
        while not isinstance(entry := self._next(), Close):
            if isinstance(entry, Event):
                self._take(entry)
            else:
                self._obey(entry)
        self._events += self._repeats.close()
        self._put()
        os.close(self._descriptor)

    def _next(self) -> Entry | None:
        """Return the next entry; ``None`` when it is time for a summary. Writes before it waits."""
        if len(self._events) < BATCH:
            try:
                return self._queue.get(block=False)
            except Empty:
                pass
        self._put()
        try:
            return self._queue.get(timeout=self._patience())
        except Empty:
            return None

    def _patience(self) -> float | None:
        end = self._repeats.next_end
        return None if end is None else max(0.0, end - time.monotonic())

    def _take(self, event: Event) -> None:
        self._taken += event.size
        now = time.monotonic()
        self._events += self._repeats.over(now)
        if self._repeats.passes(event, now):
            self._events.append(event)

    def _obey(self, order: Manner | Redirect | Flush | None) -> None:
        self._events += self._repeats.over(time.monotonic()) if order is None else self._repeats.close()
        self._put()
        match order:
            case Manner():
                self._adopt(order)
            case Redirect():
                os.close(self._descriptor)
                self._descriptor = order.descriptor
            case Flush():
                order.done.release()

    def _adopt(self, manner: Manner) -> None:
        self._form = manner.form
        self._repeats = Repeats(manner.dedup_window, manner.dedup_threshold)

    def _put(self) -> None:
        if self._events:
            written = self._written(self._events)
            self._backlog.written(self._taken, lost=0 if written else len(self._events))
        else:
            self._backlog.written(self._taken)
        self._events, self._taken = [], 0
        if not self._failing and (untold := self._backlog.lost - self._told):
            self._tell(untold)

    def _written(self, events: list[Event]) -> bool:
        """Write, and say whether that was possible."""
        lines = ''.join(f'{self._form(event)}\n' for event in events)
        try:
            # A lone surrogate has no bytes; written like this, it is right in JSON, too.
            write_all(self._descriptor, lines.encode(errors='backslashreplace'))
        except OSError as error:
            if not self._failing:
                self._say(f'cannot write: {error.strerror}')
            self._failing = True
        else:
            self._failing = False
        return not self._failing

    def _tell(self, untold: int) -> None:
        message = f'lines are missing here that could not be written in time, or at all: {untold}'
        if self._written([Event(time.time(), 'WARN', __name__, message)]):
            self._told += untold
            self._say(f'lines were lost: {untold}')

    def _say(self, message: str) -> None:
        if self._complain is not None:
            self._complain(message)
