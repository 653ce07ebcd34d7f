"""Whether a statement keeps to tenants: all rows of tables with the tenant's column are restricted by that column.

The column is looked at as a sharding key would be. What could be said of the shards that a statement concerns can then
be said of its tenants: only those count that it names, as literals or parameters, by ``=``, ``IN`` or ``= ANY``. What
is not understood is refused.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.keys import NOWHERE, All, Any, KeyInArray, KeyIs, Keys, Nowhere
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import function_name
from pgdog_gevent.router.operands import family_of_oid
from pgdog_gevent.router.places import Standing, place
from pgdog_gevent.router.predicates import keys_of
from pgdog_gevent.router.rules import Rules, ShardKey, TableRule
from pgdog_gevent.router.walk import each, parts
from pgdog_gevent.sharding.function import Hashed
from pgdog_gevent.sharding.key import KeyType

_TWO: Final = 2
"""As many shards as it takes for a key to matter."""
_APART: Final = frozenset({Standing.EVERYWHERE, Standing.SYSTEM})
_RUNS_SQL: Final = frozenset(
    {
        'query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'cursor_to_xml', 'cursor_to_xmlschema',
        'table_to_xml', 'table_to_xmlschema', 'table_to_xml_and_xmlschema', 'schema_to_xml', 'schema_to_xmlschema',
        'schema_to_xml_and_xmlschema', 'database_to_xml', 'database_to_xmlschema', 'database_to_xml_and_xmlschema',
        'ts_stat', 'ts_rewrite', 'dblink', 'dblink_exec', 'dblink_open', 'dblink_send_query',
    }
)  # fmt: skip
"""Functions that read what their arguments say."""


class Tenants:
    """What is known of a database, with ``column`` as the one that says whose a row is."""

    def __init__(self, known: Known, column: str) -> None:
        self._column = column
        self._known = replace(known, rules=_by_tenant(known, column), shards=_TWO)

    def against(self, tree: pg.RawStmt) -> Refused | None:
        """Why a statement is refused; ``None``: it keeps to tenants."""
        try:
            return next(self._objections(next(parts(tree.stmt))), None)
        except RecursionError:
            return Refused('the statement is nested too deeply')

    def _objections(self, statement: Message) -> Iterator[Refused]:
        for call in each(statement, pg.FuncCall):
            if function_name(call) in _RUNS_SQL:
                yield Refused(f'{function_name(call)}() can read rows of any tenant')
        match statement:
            case pg.SelectStmt() | pg.UpdateStmt() | pg.DeleteStmt() | pg.MergeStmt():
                yield from self._of_query(statement)
            case pg.InsertStmt():
                yield from self._of_query(statement)
                yield from self._of_conflict(statement)
            case pg.CopyStmt() if not statement.HasField('query'):
                yield from self._of_whole(statement.relation, 'COPY')
            case pg.TruncateStmt():
                for relation in statement.relations:
                    yield from self._of_whole(relation.range_var, 'TRUNCATE')
            case pg.DoStmt():
                yield Refused('DO can read rows of any tenant')
            case pg.CopyStmt() | pg.ExplainStmt() | pg.PrepareStmt() | pg.DeclareCursorStmt() | pg.CreateTableAsStmt():
                yield from self._objections(next(parts(statement.query)))
            case _:
                pass

    def _of_query(self, statement: Message) -> Iterator[Refused]:
        if not _names_tenants(keys_of(statement, self._known, alike=NOWHERE)):
            yield Refused(
                f'no multi tenant id: not all rows are restricted by "{self._column}"',
                f'Each table that has "{self._column}" needs {self._column} = value, and each new row a value for it.',
            )

    def _of_conflict(self, insert: pg.InsertStmt) -> Iterator[Refused]:
        """The row that is in the way may be another tenant's."""
        conflict = insert.on_conflict_clause
        found = place(insert.relation, self._known)
        if found.standing in _APART or conflict.action != pg.ONCONFLICT_UPDATE:
            return
        if self._column not in {element.index_elem.name for element in conflict.infer.index_elems}:
            yield Refused(f'ON CONFLICT DO UPDATE without "{self._column}" among its columns')

    def _of_whole(self, relation: pg.RangeVar, command: str) -> Iterator[Refused]:
        if place(relation, self._known).standing not in _APART:
            yield Refused(f'{command} of "{relation.relname}" concerns the rows of all tenants')


def _by_tenant(known: Known, column: str) -> Rules:
    """Rules by which each table that has the column is sharded by it."""
    rules = []
    for table in known.catalog.tables.values():
        found = None if table.system else table.column(column)
        if found is not None:
            family = family_of_oid(found.type_oid) or KeyType.VECTOR  # Nothing is equal to a key of that.
            rules.append(TableRule(table.schema, table.name, ShardKey(column, Hashed(family, _TWO))))
    return Rules(_TWO, tuple(rules))


def _names_tenants(keys: Keys) -> bool:
    match keys:
        case Nowhere() | KeyIs() | KeyInArray():
            return True
        case All(among):
            return any(map(_names_tenants, among))
        case Any(among):
            return all(map(_names_tenants, among))
        case _:
            return False
