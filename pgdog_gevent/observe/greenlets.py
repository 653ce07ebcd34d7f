"""How many greenlets there are: what is left when all clients have gone shows a leak."""

from weakref import WeakSet

from gevent import Greenlet


class Greenlets:
    """Those started since this was made that are alive, or held by somebody after their end.

    gevent calls back for each greenlet that the process starts; one of these is enough, and it lasts.
    """

    def __init__(self) -> None:
        self._started: WeakSet[Greenlet[..., object]] = WeakSet()
        Greenlet.add_spawn_callback(self._started.add)

    def __len__(self) -> int:
        return len(self._started)
