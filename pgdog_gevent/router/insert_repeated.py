"""INSERT into a table that all shards have, of rows that only a server can compute: one does, the others get these.

That is for ``INSERT ... SELECT`` whose rows, or their defaults, would not be the same everywhere: a sequence for each
row of ``unnest($1)``, an order, a LIMIT. The first shard does it and returns its new rows, column by column; the others
insert them from arrays.
"""

from itertools import chain
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.pgtypes import oids
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Repeated
from pgdog_gevent.router.catalog import Catalog, Column, Table, TableKind, TypeKind
from pgdog_gevent.router.deparse import deparsed, expression
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import messages, target
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


def repeated(insert: pg.InsertStmt, table: Table, known: Known) -> Repeated | None:
    """How the new rows of one shard become those of all; ``None`` if it cannot be said, or if more may be done.

    Raises NotProvable.
    """
    columns = [column for column in table.columns if not column.generated]
    found = [_carried(column, known.catalog) for column in columns]
    elements = tuple(element for element in found if element is not None)
    if not columns or len(elements) < len(columns) or not _only_inserts(insert, columns, known):
        return None
    first = pg.InsertStmt()
    first.CopyFrom(insert)
    name = insert.relation.alias.aliasname or insert.relation.relname
    for number, (column, element) in enumerate(zip(columns, elements, strict=True), 1):
        value = expression(_told(f'{_quoted(name)}.{_quoted(column.name)}', column, element, known.catalog))
        first.returning_clause.exprs.append(target(value, f'{_HELPER}{number}'))
    return Repeated(deparsed(pg.Node(insert_stmt=first)), _rest(table, columns, elements, known.catalog), elements)


def _rest(table: Table, columns: list[Column], elements: tuple[int, ...], catalog: Catalog) -> bytes:
    """The INSERT of the others: the columns are parameters."""
    into = f'{_quoted(table.schema)}.{_quoted(table.name)} ({", ".join(_quoted(column.name) for column in columns)})'
    numbers = range(1, len(columns) + 1)
    given = (_given(f'u.c{n}', *each, catalog) for n, each in enumerate(zip(columns, elements, strict=True), 1))
    arrays, names = ', '.join(f'${n}' for n in numbers), ', '.join(f'c{n}' for n in numbers)
    # With several arguments it is PostgreSQL's own only without schema: that is how the parser knows it.
    unnest = 'unnest' if len(columns) > 1 else 'pg_catalog.unnest'
    source = f'{unnest}({arrays}) AS u({names})'
    return f'INSERT INTO {into} OVERRIDING SYSTEM VALUE SELECT {", ".join(given)} FROM {source}'.encode()


def _told(name: str, column: Column, element: int, catalog: Catalog) -> str:
    """A new value in the type in which it is carried."""
    if element == column.type_oid:
        return name
    plain = catalog.plain_type(column.type_oid)
    as_it_is = plain is not None and plain.oid == element
    return f'CAST({name} AS {plain.key if as_it_is and plain is not None else "pg_catalog.text"})'


def _given(name: str, column: Column, element: int, catalog: Catalog) -> str:
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


def _only_inserts(insert: pg.InsertStmt, columns: list[Column], known: Known) -> bool:
    """Whether nothing comes of it but new rows of its table, of which each is returned."""
    defaults = (expression(column.default) for column in columns if column.default is not None)
    calls = (message for value in defaults for message in messages(value) if isinstance(message, pg.FuncCall))
    return not insert.HasField('on_conflict_clause') and not any(
        _may_do_more(part, known) for part in chain(messages(insert), calls)
    )


def _may_do_more(message: Message, known: Known) -> bool:
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
    return isinstance(message, pg.LockingClause | pg.RangeTableSample | pg.CurrentOfExpr)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
