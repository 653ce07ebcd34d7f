"""Leave at a signal, but only where nothing is half done.

An exception out of a signal handler can come between the start of a server and the note that it has to be stopped;
so a signal is only remembered, except where the code says that it may be interrupted.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(SystemExit):
    """A signal asked us to leave. A SystemExit, since gevent's hub brings only those to the main greenlet quietly."""


class Interruption:
    """Whether a signal has asked us to leave; made by ``heed_signals``."""

    def __init__(self) -> None:
        self._asked = False
        self._may_raise = False

    def check(self) -> None:
        """Raise Stopped if a signal has come; to be called between steps."""
        if self._asked:
            raise Stopped(0)

    @contextmanager
    def anywhere(self) -> Iterator[None]:
        """Let a signal interrupt the ``with`` block wherever it is."""
        self.check()
        self._may_raise = True
        try:
            yield
        finally:
            self._may_raise = False

    def come(self, signum: int, frame: FrameType | None) -> None:
        """Take note of a signal; it is what the signal module calls."""
        self._asked = True
        if self._may_raise:
            self._may_raise = False
            raise Stopped(0)


@contextmanager
def heed_signals() -> Iterator[Interruption]:
    """Take the signals to stop for the length of the ``with`` block."""
    interruption = Interruption()
    before = {signum: signal.signal(signum, interruption.come) for signum in STOPPING}
    try:
        yield interruption
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
