"""On which shards the cursors of a session are: DECLARE makes one on a shard, and FETCH has to find it there.

What is remembered may be out of date (a savepoint has been rolled back, DECLARE has failed). That does no harm where a
cursor is only asked for: the shard says that there is none. Before the name is given to another shard, it is asked.
"""

from collections.abc import Callable

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.router.set_config import quote_literal


class Cursors:
    """The cursors that SQL has declared, by their names."""

    __slots__ = ('_holdings', '_reach', '_shards', '_with_hold')

    def __init__(self, holdings: Holdings, reach: Callable[[int], BackendConnection]) -> None:
        self._holdings = holdings
        self._reach = reach
        self._shards: dict[str, int] = {}
        self._with_hold: set[str] = set()

    def __len__(self) -> int:
        return len(self._shards)

    def find(self, name: str) -> int | None:
        """The shard that has a cursor, if any has; ``None`` if none has."""
        return self._shards.get(name)

    def locate(self, name: str) -> int | None:
        """Likewise, also of one that a function has opened. Raises ServerError, ServerLost."""
        shard, held = self.find(name), self._holdings.shards
        if shard is not None or len(held) < 2:
            return shard
        return next((other for other in held if self._has(other, name)), None)

    def declare(self, name: str, shard: int, *, with_hold: bool) -> None:
        """A shard is about to make one."""
        self._shards[name] = shard
        self._with_hold.discard(name)
        if with_hold:
            self._with_hold.add(name)

    def exists(self, name: str) -> bool:
        """Ask the shard that should have it. Raises ServerError, ServerLost."""
        shard = self.find(name)
        return shard is not None and self._has(shard, name)

    def _has(self, shard: int, name: str) -> bool:
        return bool(self._reach(shard).run(b'SELECT 1 FROM pg_catalog.pg_cursors WHERE name = ' + quote_literal(name)))

    def end_transaction(self) -> None:
        """Only those WITH HOLD outlive it, and the connection that has them."""
        if self._shards:
            kept = self._holdings.shards
            self._with_hold = {name for name in self._with_hold if self._shards[name] in kept}
            self._shards = {name: self._shards[name] for name in self._with_hold}
