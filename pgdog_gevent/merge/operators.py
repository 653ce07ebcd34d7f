"""Streams of rows in, one stream of rows out. A stream may block when it is asked for its next row."""

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heapreplace
from itertools import chain, islice
from sys import maxsize
from typing import TypeVar

from pgdog_gevent.errors import ShardsDisagree
from pgdog_gevent.merge.sort_key import Row

AnyRow = TypeVar('AnyRow')


def concatenate(streams: Iterable[Iterator[AnyRow]]) -> Iterator[AnyRow]:
    """Put streams after one another."""
    return chain.from_iterable(streams)


def merge_sorted(streams: Iterable[Iterator[Row]]) -> Iterator[bytes]:
    """Merge streams, each sorted by its keys, into the bodies of all rows in that order.

    A stream is asked for its next row only after the last one has been used. Raises ShardsDisagree if one turns out
    not to be sorted: its server has another idea of the order.
    """
    heads = [(*row, stream) for stream in streams if (row := next(stream, None))]
    heap = [(key, number, body, stream) for number, (key, body, stream) in enumerate(heads)]
    heapify(heap)
    while heap:
        key, number, body, stream = heap[0]
        yield body
        row = next(stream, None)
        if row is None:
            heappop(heap)
            continue
        if row[0] < key:
            raise ShardsDisagree('a shard has sorted its rows in an order that this proxy does not know')
        heapreplace(heap, (row[0], number, row[1], stream))


def limit(rows: Iterator[AnyRow], count: int | None, offset: int) -> Iterator[AnyRow]:
    """Skip ``offset`` rows, then take ``count``, or all; no row is asked for after the last one that is taken."""
    if count == 0 or offset > maxsize:
        return iter(())
    stop = None if count is None or offset + count > maxsize else offset + count
    return islice(rows, offset, stop)
