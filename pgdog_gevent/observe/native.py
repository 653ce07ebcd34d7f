"""What a thread of the operating system may use: lock, queue and waiting as they were before the monkey patch.

gevent's own belong to the hub of the thread that uses them, and a second hub is not wanted.
"""

import os
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from gevent.monkey import get_original

T = TypeVar('T')

_POLLOUT: Final = 4


class Lock(Protocol):
    """A lock of ``_thread``."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool: ...

    def release(self) -> None: ...

    def __enter__(self) -> bool: ...

    def __exit__(self, *raised: object) -> None: ...


class Queue(Protocol[T]):
    """A ``queue.SimpleQueue``; ``get`` raises ``queue.Empty`` when its time is over."""

    def put(self, entry: T) -> None: ...

    def get(self, block: bool = True, timeout: float | None = None) -> T: ...


class Poll(Protocol):
    def register(self, descriptor: int, events: int) -> None: ...

    def poll(self, timeout: float | None = None) -> list[tuple[int, int]]: ...


make_lock: Callable[[], Lock] = get_original('_thread', 'allocate_lock')
make_nested_lock: Callable[[], Lock] = get_original('threading', 'RLock')
start_thread: Callable[[Callable[[], None], tuple[()]], int] = get_original('_thread', 'start_new_thread')
make_poll: Callable[[], Poll] = get_original('select', 'poll')


def make_queue() -> Queue[T]:
    """Return an empty queue.."""
    queue: Queue[T] = get_original('queue', 'SimpleQueue')()
    return queue


def write_all(descriptor: int, octets: bytes) -> None:
    """Write everything, however long it takes; the whole thread waits. Raises OSError."""
    rest = memoryview(octets)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            # Somebody else, with whom we share a terminal or a pipe, has made it non-blocking.
            poll = make_poll()
            poll.register(descriptor, _POLLOUT)
            poll.poll()
