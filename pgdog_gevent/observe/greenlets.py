"""How many greenlets there are: what is left when all clients have gone shows a leak."""

from weakref import WeakSet

from gevent import Greenlet


class Greenlets:
    """Those started since this was made that have not ended.

    gevent calls back for each greenlet that the process starts; one of these is enough, and it lasts.
    """

    def __init__(self) -> None:
        self._started: WeakSet[Greenlet[..., object]] = WeakSet()
        Greenlet.add_spawn_callback(self._started.add)

    def __len__(self) -> int:
        # An error that has ended one may be garbage that holds it for a while.
        return sum(not greenlet.dead for greenlet in self._started)
