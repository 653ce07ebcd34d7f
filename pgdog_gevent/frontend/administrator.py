"""A client of the admin database, and how others can end its session."""

import gevent
from greenlet import getcurrent

from pgdog_gevent.errors import ShuttingDown
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.observe.snapshot import ClientView


class Administrator:
    """Belongs to the greenlet that makes it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._greenlet = getcurrent()

    def kill(self, reason: str) -> None:
        """End the session now."""
        gevent.kill(self._greenlet, ShuttingDown(reason))

    def view(self) -> ClientView:
        """A row of SHOW CLIENTS."""
        return self.client.view()
