"""Where the rows of the tables that a statement names are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Name, Table, TableKind
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.rules import ShardKey


class Standing(Enum):
    """Where the rows of a relation are."""

    SHARDED = 'each row on one shard, by its key'
    EVERYWHERE = 'the same rows on all shards'
    ONE_SHARD = 'all rows on one shard'
    KEYLESS = 'it has rows of sharded tables, but which are where is not known'
    SYSTEM = 'each shard has its own: a system catalogue, a sequence'
    UNKNOWN = 'the catalogue does not have it'


@dataclass(frozen=True, slots=True)
class Place:
    """A relation and where its rows are."""

    standing: Standing
    table: Table | None = None
    key: ShardKey | None = None
    """Of those SHARDED."""
    shard: int = 0
    """Of those on ONE_SHARD."""


_VIEWS: Final = frozenset({TableKind.VIEW, TableKind.MATERIALIZED_VIEW})
_NO_TABLES: Final = frozenset({TableKind.COMPOSITE})
_UNKNOWN: Final = Place(Standing.UNKNOWN)


def place(relation: pg.RangeVar, known: Known) -> Place:
    """Where the rows of ``relation`` are; it must be no name of a CTE."""
    if relation.relpersistence == 't' or relation.catalogname:
        return _UNKNOWN
    table = known.catalog.table(relation.schemaname or None, relation.relname, known.search_path)
    return _UNKNOWN if table is None or table.kind in _NO_TABLES else place_of_table(table, known)


def place_of_table(table: Table, known: Known) -> Place:
    """Where the rows of ``table`` are."""
    if table.system or table.kind is TableKind.SEQUENCE:
        return Place(Standing.SYSTEM, table)
    if table.kind in _VIEWS:
        return _place_of_view(table, known)
    key = _key_of(table, known, frozenset())
    if key is not None:
        standing = Standing.KEYLESS if table.column(key.column) is None else Standing.SHARDED
        return Place(standing, table, key)
    if any(_key_of(child, known, frozenset({table.key})) for child in known.catalog.children(table)):
        return Place(Standing.KEYLESS, table)
    return _place_by_schema(table, known)


def _place_by_schema(table: Table, known: Known) -> Place:
    shard = known.rules.schema_shard(table.schema)
    if isinstance(shard, int):
        return Place(Standing.ONE_SHARD, table, shard=shard)
    return Place(Standing.EVERYWHERE, table)


def _key_of(table: Table, known: Known, seen: frozenset[Name]) -> ShardKey | None:
    """Its own key, or that of what it is a partition of or inherits from."""
    own = known.rules.key_of(table.schema, table.name, frozenset(column.name for column in table.columns))
    if own is not None or table.key in seen:
        return own
    parents = (known.catalog.tables.get(name) for name in table.parents)
    keys = (_key_of(parent, known, seen | {table.key}) for parent in parents if parent is not None)
    return next((key for key in keys if key is not None), None)


_WORST_FIRST: Final = (Standing.UNKNOWN, Standing.KEYLESS, Standing.ONE_SHARD, Standing.SYSTEM, Standing.EVERYWHERE)


def _place_of_view(view: Table, known: Known) -> Place:
    """A view is known by the tables under it, but what it does to their rows is not."""
    places = {_under_view(name, known) for name in _under(view, known)}
    standing = next((standing for standing in _WORST_FIRST if standing in places), Standing.EVERYWHERE)
    return Place(Standing.KEYLESS if standing is Standing.ONE_SHARD else standing, view)


def _under(view: Table, known: Known) -> frozenset[Name]:
    """The tables that a view reads, at any depth, through materialized ones too."""
    seen: set[Name] = {view.key}
    waiting, found = list(view.view_tables), set[Name]()
    while waiting:
        name = waiting.pop()
        table = known.catalog.tables.get(name)
        if name in seen:
            continue
        seen.add(name)
        if table is not None and table.kind in _VIEWS:
            waiting.extend(table.view_tables)
        else:
            found.add(name)
    return frozenset(found)


def _under_view(name: Name, known: Known) -> Standing:
    table = known.catalog.tables.get(name)
    if table is None:
        return Standing.SYSTEM if name.schema.startswith('pg_') else Standing.UNKNOWN
    found = place_of_table(table, known)
    return Standing.KEYLESS if found.standing is Standing.SHARDED else found.standing


def standings(statement: Message, known: Known) -> frozenset[Standing]:
    """Of all relations that ``statement`` reads or writes, at any depth; names of CTEs are told apart.

    A table that has the name of a CTE which is out of scope where it stands is not missed: it counts too.
    """
    return frozenset(_standings(statement, frozenset(), known))


def _standings(message: Message, ctes: frozenset[str], known: Known) -> Iterator[Standing]:
    if isinstance(message, pg.RangeVar):
        if message.schemaname or message.relname not in ctes:
            yield place(message, known).standing
        return
    with_clause = getattr(message, 'with_clause', None)
    if isinstance(with_clause, pg.WithClause):
        yield from _of_ctes(with_clause, ctes, known)
        ctes |= _names(with_clause)
    for child in _children(message):
        if not isinstance(child, pg.WithClause):
            yield from _standings(child, ctes, known)


def _of_ctes(with_clause: pg.WithClause, ctes: frozenset[str], known: Known) -> Iterator[Standing]:
    visible = ctes | _names(with_clause) if with_clause.recursive else ctes
    for node in with_clause.ctes:
        yield from _standings(node.common_table_expr.ctequery, visible, known)
        visible |= {node.common_table_expr.ctename}


def _names(with_clause: pg.WithClause) -> frozenset[str]:
    return frozenset(node.common_table_expr.ctename for node in with_clause.ctes)


def _children(message: Message) -> Iterable[Message]:
    for field, value in message.ListFields():
        if field.message_type is not None:
            yield from value if field.is_repeated else (value,)
