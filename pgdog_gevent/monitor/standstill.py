"""Deadlocks over several shards: who waits for whom at each server, and whose waiting ends only by an error.

A server sees that one backend waits for another one. It cannot see that two backends of different servers belong to
one transaction, which the proxy says there by *claims*: advisory locks that everybody can read. Whoever reads the locks
of all shards sees the circles that go through several, and so do all workers of all proxies; each ends a transaction of
its own if that is the one that all agree on. What goes round at one server is ended by that server.

Servers are not read at one moment. What was true before and after a reading was true all the while, because a wait and
a transaction can be told from the next ones of the same backend: so what several readings have in common is a picture
of one moment.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

PID_BITS: Final = 22
_MOMENT_BITS: Final = 10
TRANSACTION_BITS: Final = 20
MAGIC: Final = 0x5D7
"""The highest 12 bits of the key of a claim."""
MAGIC_SHIFT: Final = PID_BITS + _MOMENT_BITS + TRANSACTION_BITS

Place = tuple[int, int]
"""A backend: the shard, and its process there."""


class Claim(NamedTuple):
    """What an advisory lock says: a backend, at a ``moment``, has a part in a transaction over several shards."""

    pid: int
    moment: int
    """Which of the backend's transactions it is, or none: a number that is not the same for the next ones."""
    transaction: int
    """A number by chance, the same on all shards."""

    @property
    def key(self) -> int:
        """Of the advisory lock; a bigint."""
        number = (MAGIC << PID_BITS | self.pid) << _MOMENT_BITS | self.moment
        return number << TRANSACTION_BITS | self.transaction

    @classmethod
    def of_key(cls, key: int) -> 'Claim':
        moment = key >> TRANSACTION_BITS
        pid = moment >> _MOMENT_BITS
        return cls(_lowest(pid, PID_BITS), _lowest(moment, _MOMENT_BITS), _lowest(key, TRANSACTION_BITS))


class Wait(NamedTuple):
    """A backend that waits for another one."""

    pid: int
    blocker: int
    lock: bytes
    """What it waits for, and since when: another one if it waits once more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The locks of one server, read at once."""

    waits: frozenset[Wait] = frozenset()
    transactions: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    """By backend, the local number of the transaction that it is in, if it is in one."""
    claims: frozenset[Claim] = frozenset()

    def moment(self, pid: int) -> int:
        """As in a Claim."""
        return _lowest(self.transactions.get(pid, 0), _MOMENT_BITS)

    @property
    def parts(self) -> Mapping[int, int]:
        """The transactions over several shards, by backend; what was claimed of one that is over is void."""
        claims = [claim for claim in self.claims if claim.moment == self.moment(claim.pid)]
        times = Counter(claim.transaction for claim in claims)
        return {claim.pid: claim.transaction for claim in claims if times[claim.transaction] == 1}


class Edge(NamedTuple):
    """As Wait, at whichever server."""

    waiter: Place
    blocker: Place
    lock: bytes


@dataclass(frozen=True, slots=True)
class Sight:
    """Who waits for whom on all shards, and which backends are parts of which transaction."""

    edges: frozenset[Edge]
    parts: frozenset[tuple[Place, int]]

    def __and__(self, other: 'Sight') -> 'Sight':
        """What is the same in another one."""
        return Sight(self.edges & other.edges, self.parts & other.parts)


def sight(readings: Mapping[int, Reading]) -> Sight:
    """What the readings of all shards say together."""
    return Sight(
        frozenset(
            Edge((shard, wait.pid), (shard, wait.blocker), wait.lock)
            for shard, reading in readings.items()
            for wait in reading.waits
        ),
        frozenset(
            ((shard, pid), transaction)
            for shard, reading in readings.items()
            for pid, transaction in reading.parts.items()
        ),
    )


def victims(seen: Sight) -> dict[int, tuple[Edge, ...]]:
    """The transactions that have to end, each with a circle of which it is part: the same for all who see the same.

    Of those that wait for one another it is the one with the greatest number.
    """
    graph = _Graph(seen)
    circles = {transaction: circle for transaction in graph.transactions if (circle := graph.circle(transaction))}
    reached = {transaction: graph.reached(transaction) for transaction in circles}
    return {
        transaction: circle
        for transaction, circle in circles.items()
        if all(
            other <= transaction
            for other in circles
            if other in reached[transaction] and transaction in reached[other]
        )
    }


Node = int | Place
"""A transaction over several shards, or a backend that has no part in any."""


class _Graph:
    """Who waits for whom, where all backends of a transaction are one."""

    def __init__(self, seen: Sight) -> None:
        self._transaction = dict(seen.parts)
        self._places: dict[int, list[Place]] = {}
        for place, transaction in sorted(seen.parts):
            self._places.setdefault(transaction, []).append(place)
        self._from: dict[Place, list[Edge]] = {}
        for edge in sorted(seen.edges):
            self._from.setdefault(edge.waiter, []).append(edge)

    @property
    def transactions(self) -> Iterable[int]:
        return self._places

    def circle(self, transaction: int) -> tuple[Edge, ...]:
        """A way from one backend of it to another one; empty if there is none."""
        ways = (self._way(edge, transaction) for place in self._places[transaction] for edge in self._edges_of(place))
        return next(filter(None, ways), ())

    def _way(self, first: Edge, transaction: int) -> tuple[Edge, ...]:
        """The shortest one that begins with an edge, and comes back at another backend."""
        ways: list[tuple[Edge, ...]] = [(first,)]
        seen: set[Node] = {transaction}
        for way in ways:
            node = self._node(way[-1].blocker)
            if node == transaction and way[-1].blocker != first.waiter:
                return way
            if node not in seen:
                seen.add(node)
                ways += [(*way, edge) for edge in self._out(node)]
        return ()

    def reached(self, transaction: int) -> set[Node]:
        """All that it waits for, and what these wait for."""
        reached: set[Node] = set()
        nodes: list[Node] = [transaction]
        for node in nodes:
            found = {self._node(edge.blocker) for edge in self._out(node)} - reached
            reached |= found
            nodes += found
        return reached

    def _node(self, place: Place) -> Node:
        return self._transaction.get(place, place)

    def _out(self, node: Node) -> Iterator[Edge]:
        for place in self._places[node] if isinstance(node, int) else (node,):
            yield from self._edges_of(place)

    def _edges_of(self, place: Place) -> Iterable[Edge]:
        return self._from.get(place, ())


def described(circle: Iterable[Edge]) -> str:
    """It in words, as PostgreSQL reports a deadlock."""
    return '\n'.join(
        f'Process {edge.waiter[1]} waits on shard {edge.waiter[0]}; blocked by process {edge.blocker[1]}.'
        for edge in circle
    )


def _lowest(number: int, bits: int) -> int:
    return number & ((1 << bits) - 1)
