"""UPDATE and DELETE of a table that all shards have, where only a server can say of which rows, or what they become.

``DELETE FROM jobs WHERE id = (SELECT id FROM jobs LIMIT 1 FOR UPDATE SKIP LOCKED)``: the first shard does it and tells
the primary keys of its rows, and what has been assigned. The others do that to the rows with these keys.
"""

from collections.abc import Iterable, Iterator

from google.protobuf.message import Message

from pgdog_gevent.pgtypes import oids
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Repeated
from pgdog_gevent.router.carried import elements_of, from_arrays, given, may_do_more, quoted, return_carried
from pgdog_gevent.router.catalog import Catalog, Column, Table
from pgdog_gevent.router.deparse import deparsed, expression
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import messages


def repeated_write(statement: pg.UpdateStmt | pg.DeleteStmt, table: Table, known: Known) -> Repeated | None:
    """How what one shard has done is done by all; ``None`` if it cannot be said, or if more may be done.

    Raises NotProvable.
    """
    keys = [column for name in table.primary_key if (column := table.column(name)) is not None]
    updates = isinstance(statement, pg.UpdateStmt)
    assigned = _assigned(statement, table) if isinstance(statement, pg.UpdateStmt) else []
    if not keys or not all(map(_is_plain, keys)) or any(column in keys for column in assigned):
        return None
    columns = [*keys, *assigned]
    elements = elements_of(columns, known.catalog)
    if (
        elements is None
        or updates != bool(assigned)
        or any(may_do_more(part, known) for part in _parts(statement, assigned))
    ):
        return None
    node = pg.Node(update_stmt=statement) if isinstance(statement, pg.UpdateStmt) else pg.Node(delete_stmt=statement)
    return_carried(node.update_stmt if updates else node.delete_stmt, columns, elements, known.catalog)
    return Repeated(deparsed(node), _rest(table, keys, assigned, elements, known.catalog), elements)


def _assigned(update: pg.UpdateStmt, table: Table) -> list[Column]:
    """The columns that SET names, each once; none if one of them cannot be given a value."""
    names = dict.fromkeys(node.res_target.name for node in update.target_list)
    columns = [column for name in names if (column := table.column(name)) is not None]
    settable = len(columns) == len(names) and not any(each.generated or each.identity for each in columns)
    return columns if settable else []


def _is_plain(column: Column) -> bool:
    """Whether rows are the same that have the same value there, by PostgreSQL's own operator."""
    return column.type_oid in oids.ARRAY_OF and column.deterministic


def _parts(statement: pg.UpdateStmt | pg.DeleteStmt, assigned: Iterable[Column]) -> Iterator[Message]:
    yield from messages(statement)
    for column in assigned:
        if column.default is not None:
            yield from (part for part in messages(expression(column.default)) if isinstance(part, pg.FuncCall))


def _rest(
    table: Table, keys: list[Column], assigned: list[Column], elements: tuple[int, ...], catalog: Catalog
) -> bytes:
    """What the others do."""
    columns = [*keys, *assigned]
    values = [given(f'u.c{n}', *each, catalog) for n, each in enumerate(zip(columns, elements, strict=True), 1)]
    named = zip(columns, values, strict=True)
    same = [f't.{quoted(column.name)} OPERATOR(pg_catalog.=) {value}' for column, value in named if column in keys]
    into, where = f'{quoted(table.schema)}.{quoted(table.name)} AS t', ' AND '.join(same)
    source = from_arrays(len(columns))
    if not assigned:
        return f'DELETE FROM {into} USING {source} WHERE {where}'.encode()
    changes = ', '.join(
        f'{quoted(column.name)} = {value}' for column, value in zip(assigned, values[len(keys) :], strict=True)
    )
    return f'UPDATE {into} SET {changes} FROM {source} WHERE {where}'.encode()
