"""What is known of the functions of one database on one server; all its users share it."""

from collections.abc import Callable

from pgdog_gevent.router.functions import UNKNOWN, Functions


class KnownFunctions:
    """Written by whoever reads the server's catalog. Nobody waits for that: until then, nothing is known."""

    __slots__ = ('__weakref__', '_tell', 'current', 'sequences_are_read', 'times_forgotten')

    def __init__(self, tell: Callable[[], None] | None = None) -> None:
        """``tell`` is called when sequences begin to be read."""
        self._tell = tell
        self.current: Functions = UNKNOWN
        self.times_forgotten = 0
        self.sequences_are_read = False
        """Clients have asked with currval() or lastval() what was taken from sequences, or functions do."""

    def forget(self) -> None:
        """There may be other functions from now on."""
        self.current = UNKNOWN
        self.times_forgotten += 1

    def expire(self) -> None:
        """What has been read is too old."""
        self.current = UNKNOWN

    def learn(self, functions: Functions, times_forgotten: int) -> None:
        """Take what has been read, unless it was forgotten after the reading began."""
        if times_forgotten == self.times_forgotten:
            self.current = functions
            if functions.reads_sequences:
                self.read_sequences()

    def read_sequences(self) -> None:
        """Somebody asks, or may ask, what has been taken from sequences."""
        if not self.sequences_are_read:
            self.sequences_are_read = True
            if self._tell is not None:
                self._tell()
