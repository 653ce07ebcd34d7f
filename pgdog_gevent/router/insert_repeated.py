"""INSERT into a table that all shards have, of rows that only a server can compute: one does, the others get these.

That is for ``INSERT ... SELECT`` whose rows, or their defaults, would not be the same everywhere: a sequence for each
row of ``unnest($1)``, an order, a LIMIT. The first shard does it and returns its new rows, column by column; the others
insert them from arrays.
"""

from itertools import chain

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Repeated
from pgdog_gevent.router.carried import elements_of, from_arrays, given, may_do_more, quoted, return_carried
from pgdog_gevent.router.catalog import Catalog, Column, Table
from pgdog_gevent.router.deparse import deparsed, expression
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import messages


def repeated(insert: pg.InsertStmt, table: Table, known: Known) -> Repeated | None:
    """How the new rows of one shard become those of all; ``None`` if it cannot be said, or if more may be done.

    Raises NotProvable.
    """
    columns = [column for column in table.columns if not column.generated]
    elements = elements_of(columns, known.catalog)
    if not columns or elements is None or not _only_inserts(insert, columns, known):
        return None
    first = pg.InsertStmt()
    first.CopyFrom(insert)
    return_carried(first, columns, elements, known.catalog)
    return Repeated(deparsed(pg.Node(insert_stmt=first)), _rest(table, columns, elements, known.catalog), elements)


def _rest(table: Table, columns: list[Column], elements: tuple[int, ...], catalog: Catalog) -> bytes:
    """The INSERT of the others."""
    into = f'{quoted(table.schema)}.{quoted(table.name)} ({", ".join(quoted(column.name) for column in columns)})'
    values = (given(f'u.c{n}', *each, catalog) for n, each in enumerate(zip(columns, elements, strict=True), 1))
    sql = f'INSERT INTO {into} OVERRIDING SYSTEM VALUE SELECT {", ".join(values)} FROM {from_arrays(len(columns))}'
    return sql.encode()


def _only_inserts(insert: pg.InsertStmt, columns: list[Column], known: Known) -> bool:
    """Whether nothing comes of it but new rows of its table, of which each is returned."""
    defaults = (expression(column.default) for column in columns if column.default is not None)
    calls = (message for value in defaults for message in messages(value) if isinstance(message, pg.FuncCall))
    return not insert.HasField('on_conflict_clause') and not any(
        may_do_more(part, known) for part in chain(messages(insert), calls)
    )
