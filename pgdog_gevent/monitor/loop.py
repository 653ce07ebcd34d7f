"""A step that is taken again and again, in a greenlet of its own."""

import logging
from collections.abc import Callable

import gevent
from gevent.event import Event

log = logging.getLogger(__name__)


class Loop:
    """Runs ``step`` every ``interval`` seconds until stopped, and whenever it is woken.

    A step that raises is logged and counted; the loop goes on.
    """

    def __init__(self, name: str, interval: float, step: Callable[[], None]) -> None:
        self.name = name
        self.interval = interval
        """May be changed: what it is when a step ends is the time until the next one."""
        self.failures = 0
        self._step = step
        self._due = Event()
        self._greenlet: gevent.Greenlet[[], None] | None = None

    @property
    def timing(self) -> tuple[str, float]:
        """Name and interval."""
        return self.name, self.interval

    def start(self) -> None:
        """Take the first step one interval from now."""
        self._greenlet = gevent.spawn(self._run)

    def wake(self) -> None:
        """Take the next step now. Does not wait."""
        self._due.set()

    def stop(self) -> None:
        """Stop, in the middle of a step if there is one."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def _run(self) -> None:
        while True:
            self._due.wait(self.interval)
            self._due.clear()
            try:
                self._step()
            except Exception:
                self.failures += 1
                log.exception('%s: step failed', self.name)
