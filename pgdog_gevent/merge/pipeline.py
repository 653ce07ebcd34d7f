"""The rows of several shards become those of one answer, as a plan says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.merge.description import BINARY, Column, Description
from pgdog_gevent.merge.operators import concatenate, limit, merge_sorted
from pgdog_gevent.merge.sort_key import SortKey, row_reader
from pgdog_gevent.pgtypes.order import order_of


@dataclass(frozen=True, slots=True)
class SortColumn:
    """How rows are sorted by one of the helper columns."""

    descending: bool = False
    nulls_first: bool = False
    collation_is_c: bool = False
    """Whether text there sorts by its bytes."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of rows that have one more column at the end, in binary format, for each one of ``order_by``."""

    order_by: tuple[SortColumn, ...] = ()
    limit: int | None = None
    offset: int = 0


def merged(merge: Merge, description: Description, streams: Iterable[Iterator[bytes]]) -> Iterator[bytes]:
    """Return DataRow bodies for the client, from those of each shard.

    ``description`` is of the rows as shards send them. Raises FeatureNotSupported, before any row is read, if a type
    cannot be sorted here; the rows may raise ShardsDisagree and ProtocolViolation.
    """
    if merge.order_by:
        read = row_reader(sort_keys(merge, description), len(description.columns))
        rows = merge_sorted([map(read, stream) for stream in streams])
    else:
        rows = concatenate(streams)
    return limit(rows, merge.limit, merge.offset)


def sorts_here(merge: Merge, description: Description) -> bool:
    """Return whether rows with these columns can be sorted here."""
    first = len(description.columns) - len(merge.order_by)
    columns = zip(merge.order_by, description.columns[first:], strict=True)
    return all(order_of(column.type_oid, collation_is_c=sort.collation_is_c) is not None for sort, column in columns)


def sort_keys(merge: Merge, description: Description) -> list[SortKey]:
    """Return how to sort the last columns. Raises FeatureNotSupported for a type that has no order here."""
    first = len(description.columns) - len(merge.order_by)
    return list(map(_sort_key, merge.order_by, description.columns[first:]))


def _sort_key(sort: SortColumn, column: Column) -> SortKey:
    if column.format != BINARY:
        raise ValueError(f'column to sort by is not in binary format: {column}')
    order = order_of(column.type_oid, collation_is_c=sort.collation_is_c)
    if order is None:
        raise FeatureNotSupported(f'rows of several shards cannot be sorted by a type with OID {column.type_oid}')
    return SortKey(order, sort.descending, sort.nulls_first)
