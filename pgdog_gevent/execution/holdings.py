"""The server connections that a session holds of several shards, one of which is in hand."""

from collections.abc import Callable, Iterator

import gevent
from gevent import Greenlet

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.execution.binding import Binding, Held


class Holdings:
    """Owns what ``binding`` has set aside. What works with one shard works with the binding, and need not know."""

    __slots__ = ('_aside', 'binding', 'parts')

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self._aside: dict[int, Held] = {}
        self.parts = False
        """A connection is lost that the session was tied to, and it has to end."""

    def turn_to(self, shard: int) -> None:
        """Have the connection of a shard in hand, or none if none is held."""
        binding = self.binding
        if binding.shard == shard:
            return
        held = binding.set_aside()
        if held is not None:
            self._aside[binding.shard] = held
        binding.turn_to(shard)
        if shard in self._aside:
            binding.take_up(self._aside.pop(shard))

    @property
    def shards(self) -> tuple[int, ...]:
        """Those of which a connection is held, in order."""
        in_hand = () if self.binding.connection is None else (self.binding.shard,)
        return tuple(sorted((*self._aside, *in_hand)))

    @property
    def others(self) -> bool:
        """Whether any are held that are not in hand."""
        return bool(self._aside)

    @property
    def tied_to_others(self) -> bool:
        """Whether the session is tied to any that is not in hand."""
        return any(held.pinned for held in self._aside.values())

    @property
    def connections(self) -> tuple[BackendConnection, ...]:
        """Those that are held, the one in hand last."""
        in_hand = self.binding.connection
        return (*(held.connection for held in self._aside.values()), *(() if in_hand is None else (in_hand,)))

    def each(self) -> Iterator[int]:
        """Have the connection of each shard in hand, one after the other."""
        for shard in self.shards:
            self.turn_to(shard)
            yield shard

    def connection(self, shard: int) -> BackendConnection | None:
        """The connection that is held of a shard."""
        if shard == self.binding.shard:
            return self.binding.connection
        held = self._aside.get(shard)
        return None if held is None else held.connection

    @property
    def lent(self) -> Iterator[tuple[int, Pool, BackendConnection]]:
        """Those that are held, with the shard and who has lent them."""
        for shard, held in self._aside.items():
            yield shard, held.pool, held.connection
        if self.binding.connection is not None:
            yield self.binding.shard, self.binding.pool, self.binding.connection

    def waiting_since(self, moment: float) -> bool:
        """Whether there are several, and one owes an answer since then, in seconds since the epoch."""
        connections = self.connections if self._aside else ()
        return len(connections) > 1 and any(each.busy and each.request_at <= moment for each in connections)

    def cancel(self) -> 'Greenlet[..., None] | None':
        """As ``BackendConnection.cancel``, of all."""
        sent = [greenlet for connection in self.connections if (greenlet := connection.cancel()) is not None]
        return gevent.spawn(_await_all, sent) if sent else None

    def cancel_with(self, error: bytes) -> None:
        """As ``BackendConnection.cancel_with``, of all."""
        for connection in self.connections:
            if connection.busy:
                connection.cancel_with(error)

    def let_go(self, answer: Callable[[], None]) -> None:
        """As ``Binding.let_go``, of all."""
        for _ in self.each():
            self.binding.let_go(answer)

    def end(self) -> None:
        """The client has gone, or its transaction has failed: give all back as they are; the pools clean them."""
        for _ in self.each():
            self.binding.end()

    def discard_all_but(self, shard: int) -> None:
        """DISCARD ALL is about the whole session, wherever it has left something; at ``shard`` the client does it."""
        for _ in self.each():
            connection = self.binding.connection
            if connection is not None and self.binding.shard != shard and connection.settled:
                connection.run(b'DISCARD ALL')
                connection.forget_session()
                self.binding.look_again()

    def end_others(self) -> bool:
        """Likewise those that are not in hand; false if a session that was tied to one of them cannot go on."""
        in_hand, tied = self.binding.shard, self.tied_to_others
        for shard in tuple(self._aside):
            self.turn_to(shard)
            self.binding.end()
        self.turn_to(in_hand)
        return not tied


def _await_all(greenlets: list['Greenlet[..., None]']) -> None:
    gevent.joinall(greenlets)
