"""Rows of several shards, given to one of them as arrays that it unnests: PostgreSQL itself goes on with them.

So what it computes, sorts and writes is by its own rules for types, collations and formats.
"""

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Final

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.execution.question import NO_TYPES, Question, Values
from pgdog_gevent.merge.arrays import Columns, binary_array
from pgdog_gevent.merge.description import BINARY, Column, Description, expanded
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.router.blueprint import Folded, SortColumn

ArrayOf = Callable[[int], int | None]
"""OID of a type to that of its array; ``None`` if its values cannot be unnested."""

_TEXTS: Final = frozenset({oids.TEXT, oids.VARCHAR, oids.BPCHAR, oids.NAME})
_int64 = Struct('!q').pack
_count = Struct('!H')
_uint32 = Struct('!I').pack


def folding(
    how: Folded, types: bytes, values: Values, columns: Columns, partial: Description, array_of: ArrayOf
) -> Question:
    """The question for the final answer. ``types`` are those of the client's parameters, as in Parse.

    Raises FeatureNotSupported for a column whose values cannot be carried.
    """
    own = how.parameters
    arrays = [_array_of(column, array_of) for column in partial.columns]
    carried = columns.encode([column.type_oid for column in partial.columns])
    formats = expanded(values.formats, len(values.parameters))[:own]
    return Question(
        how.final,
        types_of(first_types(types, own), arrays),
        Values(
            (*formats, *(BINARY for _ in arrays)),
            (*values.parameters[:own], *carried),
            values.result_formats,
        ),
    )


def sorting(
    order_by: Sequence[SortColumn], keys: Sequence[Column], columns: Columns, rows: int, array_of: ArrayOf
) -> Question:
    """Ask in which order rows come, by their numbers from 0; ``columns`` has their keys, by columns.

    Raises FeatureNotSupported if nobody knows how to sort them.
    """
    arrays = [_array_of(key, array_of) for key in keys]
    names = [f'k{number}' for number in range(len(keys))]
    terms = ', '.join(map(_term, names, order_by, keys))
    holders = ', '.join(f'${number + 2}' for number in range(len(keys)))
    sql = f'SELECT i FROM unnest($1, {holders}) AS __pgdog(i, {", ".join(names)}) ORDER BY {terms}'
    types = types_of(NO_TYPES, [oids.ARRAY_OF[oids.INT8], *arrays])
    numbers = binary_array(oids.INT8, map(_int64, range(rows)))
    carried = columns.encode([key.type_oid for key in keys])
    return Question(sql.encode(), types, Values((BINARY,), (numbers, *carried), (BINARY,)))


def first_types(types: bytes, count: int) -> bytes:
    """The types of the first parameters, as in Parse."""
    return _count.pack(count) + types[2 : 2 + 4 * count]


def types_of(types: bytes, more: Sequence[int]) -> bytes:
    """The same with these OIDs after them."""
    own = (len(types) - 2) // 4
    return _count.pack(own + len(more)) + types[2:] + b''.join(map(_uint32, more))


def _term(name: str, sort: SortColumn, key: Column) -> str:
    collation = ''
    if key.type_oid in _TEXTS:
        if sort.collation is None:
            raise FeatureNotSupported(
                'rows of several shards cannot be sorted: the collation of an expression in ORDER BY is not known',
                hint='Say it with COLLATE.',
            )
        collation = f' COLLATE {sort.collation}' if sort.collation else ''
    direction = 'DESC' if sort.descending else 'ASC'
    return f'{name}{collation} {direction} NULLS {"FIRST" if sort.nulls_first else "LAST"}'


def _array_of(column: Column, array_of: ArrayOf) -> int:
    found = array_of(column.type_oid)
    if found is None:
        raise FeatureNotSupported(
            f'values of several shards cannot be brought together: column "{column.name.decode(errors="replace")}" '
            f'has a type (OID {column.type_oid}) of which there is no array'
        )
    return found
