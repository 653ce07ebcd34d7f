"""ON CONFLICT of an INSERT into a sharded table: the other row has to be on the shard of the new one.

That is certain if a unique index has the sharding key among its columns, as PostgreSQL wants it of partitioned tables.
"""

from collections.abc import Iterator
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Catalog, Table
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.moved_key import MOVES_KEY
from pgdog_gevent.router.nodes import location, single_name
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable
from pgdog_gevent.router.target import Target
from pgdog_gevent.router.text import Text

_ELSEWHERE: Final = 'another shard may have the other row'


def check_conflict(insert: pg.InsertStmt, into: Target, key: str, known: Known, text: Text) -> None:
    """Raise NotProvable if a row of another shard may conflict, or DO UPDATE gives a row another key.

    The row that is there and the one that is not inserted have keys of one shard, both.
    """
    if not insert.HasField('on_conflict_clause'):
        return
    clause = insert.on_conflict_clause
    why = _against(clause.infer, into.table, key, known)
    if why:
        raise NotProvable(f'ON CONFLICT {why}: {_ELSEWHERE}', ONE_SHARD, text.position(clause.location))
    for node in clause.target_list:
        assignment = node.res_target
        if assignment.name == key and not _stays(assignment, key):
            raise NotProvable(*MOVES_KEY, position=text.position(location(node)))


def _against(infer: pg.InferClause, table: Table, key: str, known: Known) -> str:
    column = table.column(key)
    if column is None or not column.deterministic:
        return f'where different values of "{key}" may be equal'
    if infer.index_elems:
        plain = {_plain_column(node.index_elem) for node in infer.index_elems}
        return '' if key in plain else f'by what the sharding key "{key}" is not part of'
    if infer.conname:
        return _against_named(infer.conname, table, key)
    keyless = next(_without(key, table, known.catalog), '')
    return f'by "{keyless}", which the sharding key "{key}" is not part of' if keyless else ''


def _against_named(name: str, table: Table, key: str) -> str:
    found = [index for index in table.unique_indexes if index.name == name]
    if not found:
        return f'by "{name}", which the catalogue does not have'
    keyless = any(key not in index.columns for index in found)
    return f'by "{name}", which the sharding key "{key}" is not part of' if keyless else ''


def _plain_column(element: pg.IndexElem) -> str:
    """Its name; empty for an expression, and for what may be compared in another way."""
    compared = element.collation or element.opclass
    return '' if compared else element.name or single_name(element.expr)


def _without(key: str, table: Table, catalog: Catalog) -> Iterator[str]:
    """Unique indexes without the key, of a table and its partitions."""
    for part in catalog.family(table):
        yield from (index.name for index in part.unique_indexes if key not in index.columns)


def _stays(assignment: pg.ResTarget, key: str) -> bool:
    if assignment.indirection or not assignment.val.HasField('column_ref'):
        return False
    return assignment.val.column_ref.fields[-1].string.sval == key
