"""Values of new rows that one shard returns and the others are given, column by column, as arrays.

Those of PostgreSQL's own types are carried as they are; what has another number on each shard, or no array, as text.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.pgtypes import oids
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Catalog, Column, TableKind, TypeKind
from pgdog_gevent.router.deparse import expression
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import target
from pgdog_gevent.router.once import system_column
from pgdog_gevent.router.places import place
from pgdog_gevent.router.varying import calls_users, names_object

_HELPER: Final = '__pgdog_new_'
_TABLES: Final = frozenset({TableKind.TABLE, TableKind.PARTITIONED})
_OBJECTS: Final = frozenset(
    {
        oids.REGCLASS, oids.REGCOLLATION, oids.REGCONFIG, oids.REGDICTIONARY, oids.REGNAMESPACE, oids.REGOPER,
        oids.REGOPERATOR, oids.REGPROC, oids.REGPROCEDURE, oids.REGROLE, oids.REGTYPE,
    }
)  # fmt: skip
"""A number in binary format, which is another thing on each server; a name as text."""
_NOT_CARRIED: Final = frozenset(
    {oids.ACLITEM, oids.CID, oids.INT2VECTOR, oids.OIDVECTOR, oids.PG_SNAPSHOT, oids.TID, oids.TXID_SNAPSHOT, oids.XID}
)
_EXACT_AS_TEXT: Final = frozenset(
    {
        oids.BOOL, oids.BPCHAR, oids.BYTEA, oids.CIDR, oids.INET, oids.INT2, oids.INT4, oids.INT8, oids.JSON,
        oids.JSONB, oids.NUMERIC, oids.TEXT, oids.UUID, oids.VARCHAR,
    }
)  # fmt: skip
"""Elements of arrays that are read as what was written, whatever the settings of the session."""


def elements_of(columns: Iterable[Column], catalog: Catalog) -> tuple[int, ...] | None:
    """The types in which values of columns are carried; ``None`` if one might not be the same afterwards."""
    found = [_carried(column, catalog) for column in columns]
    elements = tuple(element for element in found if element is not None)
    return elements if len(elements) == len(found) else None


def from_arrays(columns: int) -> str:
    """FROM what is carried, as ``u`` with columns ``c1``, ``c2``..."""
    numbers = range(1, columns + 1)
    arrays, names = ', '.join(f'${n}' for n in numbers), ', '.join(f'c{n}' for n in numbers)
    # With several arguments it is PostgreSQL's own only without schema: that is how the parser knows it.
    unnest = 'unnest' if columns > 1 else 'pg_catalog.unnest'
    return f'{unnest}({arrays}) AS u({names})'


def return_carried(
    statement: pg.InsertStmt | pg.UpdateStmt | pg.DeleteStmt,
    columns: Sequence[Column],
    elements: Sequence[int],
    catalog: Catalog,
) -> None:
    """Have a statement return columns of its table, after what it returns to the client."""
    name = statement.relation.alias.aliasname or statement.relation.relname
    for number, (column, element) in enumerate(zip(columns, elements, strict=True), 1):
        value = expression(_told(f'{quoted(name)}.{quoted(column.name)}', column, element, catalog))
        statement.returning_clause.exprs.append(target(value, f'{_HELPER}{number}'))


def _told(name: str, column: Column, element: int, catalog: Catalog) -> str:
    """A new value in the type in which it is carried."""
    if element == column.type_oid:
        return name
    plain = catalog.plain_type(column.type_oid)
    as_it_is = plain is not None and plain.oid == element
    return f'CAST({name} AS {plain.key if as_it_is and plain is not None else "pg_catalog.text"})'


def given(name: str, column: Column, element: int, catalog: Catalog) -> str:
    """A carried value as what the column has."""
    return name if element == _plain(column.type_oid, catalog) else f'CAST({name} AS {column.type_name})'


def _carried(column: Column, catalog: Catalog) -> int | None:
    """The type in which values of a column are carried; ``None`` if they might not be the same afterwards."""
    oid = _plain(column.type_oid, catalog)
    if oid in oids.ARRAY_OF and oid not in _OBJECTS | _NOT_CARRIED:
        return oid
    return oids.TEXT if oid in _OBJECTS or _is_exact_as_text(oid, catalog) else None


def _is_exact_as_text(oid: int, catalog: Catalog) -> bool:
    """Whether it is an enum, or an array whose elements are read as what was written."""
    found = catalog.types.get(oid)
    if found is not None and found.kind is TypeKind.ENUM:
        return True
    element = oids.ELEMENT_OF.get(oid, 0 if found is None else found.element)
    return element in _EXACT_AS_TEXT or (element != 0 and _is_enum(element, catalog))


def _is_enum(oid: int, catalog: Catalog) -> bool:
    found = catalog.types.get(oid)
    return found is not None and found.kind is TypeKind.ENUM


def _plain(oid: int, catalog: Catalog) -> int:
    found = catalog.plain_type(oid)
    return oid if found is None else found.oid


def may_do_more(message: Message, known: Known) -> bool:
    """Whether more may come of a part of a statement than what it writes, or other than on one server."""
    match message:
        case pg.FuncCall():
            return calls_users(message, known.catalog)
        case pg.A_Expr():
            return bool(message.name) and message.name[-1].string.sval in known.catalog.functions.operators
        case pg.RangeVar():
            table = place(message, known).table
            return table is not None and table.kind not in _TABLES
        case pg.TypeCast():
            return names_object(message)
        case pg.ColumnRef():
            return system_column(message)
    return isinstance(message, pg.RangeTableSample | pg.CurrentOfExpr)


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
