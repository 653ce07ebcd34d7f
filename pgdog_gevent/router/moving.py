"""UPDATE that moves a row to another shard: ``rewrite.shard_key``.

The row is read and locked where it is, with the values that it gets; PostgreSQL itself computes them. If it belongs on
another shard then, it is deleted there and inserted here. So nothing may hang on it that tells an UPDATE from that.
"""

from collections.abc import Iterator
from typing import Final

from pgdog_gevent.router import nodes
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.assigned import assigned, holds, is_padded, length_of, stored_at
from pgdog_gevent.router.blueprint import Carried, MovedRow, Moving, Refused, Several
from pgdog_gevent.router.catalog import Column, Table, TableKind
from pgdog_gevent.router.deparse import deparsed
from pgdog_gevent.router.keys import EVERY, Keys
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.moved_key import MOVES_KEY
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.router.target import Target, users_function
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.walk import each, has, highest_parameter
from pgdog_gevent.sharding.key import KeyType, TypeOid

_NEW: Final = '__pgdog'
_SEEN: Final = '__pgdog_seen'
_KEYS: Final = {
    KeyType.BIGINT: '{}::pg_catalog.int8',
    KeyType.UUID: '{}::pg_catalog.uuid',
    KeyType.TEXT: "pg_catalog.convert_to({}::pg_catalog.text, 'UTF8')",
    KeyType.VECTOR: "pg_catalog.convert_to({}::pg_catalog.text, 'UTF8')",
}
"""The key, so that it can be read whatever the type of its column and the encoding of the client are."""
_DOES_MORE: Final = {'c': 'CASCADE', 'n': 'SET NULL', 'd': 'SET DEFAULT'}


def moving_blueprint(
    update: pg.UpdateStmt, moved: pg.ResTarget, into: Target, keys: Keys, several: Several, known: Known, text: Text
) -> Moving:
    """What an UPDATE means of which ``moved`` is what gives its row another key. Raises NotProvable."""
    key = into.key
    assert key is not None
    try:
        if isinstance(several, Refused):
            raise NotProvable.of(several)
        _check(update, into.table, known)
        how: MovedRow | Refused = _Row(update, into, key, known, text).moved()
    except NotProvable as given_up:
        why, position = given_up.refused.why, given_up.refused.position or text.position(moved.location)
        how = Refused(f'{MOVES_KEY[0]}: {why}', given_up.refused.hint, position)
    return Moving(keys, _belongs(moved, into, key, known), how)


def _belongs(moved: pg.ResTarget, into: Target, key: ShardKey, known: Known) -> Keys:
    """Where the row belongs, as far as the text tells."""
    column = into.column(key.column)
    operand = assigned(moved.val, column, key.function.key_type, known.catalog)
    try:
        return EVERY if operand is None or moved.indirection else stored_at(key.function, (operand,), column)
    except NotProvable:
        return EVERY


def _check(update: pg.UpdateStmt, table: Table, known: Known) -> None:
    if update.from_clause or update.HasField('with_clause'):
        raise NotProvable('FROM or WITH')
    if has(update, pg.CurrentOfExpr):
        raise NotProvable('WHERE CURRENT OF')
    if name := users_function(update, known):
        raise NotProvable(f'function {name}(), which may read what other shards have')
    if update.returning_clause.options or any(map(_is_version, each(update.returning_clause, pg.ColumnRef))):
        raise NotProvable('the old row in RETURNING')
    if has(update.returning_clause, pg.SubLink):
        raise NotProvable('a subquery in RETURNING')
    for part in _family(table, known):
        _check_table(part, known)


def _is_version(reference: pg.ColumnRef) -> bool:
    """Whether it may be a column of the row as it was, or as it becomes."""
    return len(reference.fields) > 1 and reference.fields[0].string.sval in ('old', 'new')


def _check_table(table: Table, known: Known) -> None:
    if table.has_triggers:
        raise NotProvable(f'"{table.name}" has triggers')
    if table.row_security:
        raise NotProvable(f'"{table.name}" has row-level security')
    if table.kind not in (TableKind.TABLE, TableKind.PARTITIONED):
        raise NotProvable(f'"{table.name}" is no plain table')
    if table.kind is TableKind.TABLE and any(known.catalog.children(table)):
        raise NotProvable(f'other tables inherit from "{table.name}"')
    for other, foreign in known.catalog.referencing(table):
        if foreign.on_delete in _DOES_MORE:
            action = _DOES_MORE[foreign.on_delete]
            raise NotProvable(f'"{other.name}" references "{table.name}" with ON DELETE {action}')


def _family(table: Table, known: Known) -> Iterator[Table]:
    """A table, what it is a part of, and its parts."""
    yield table
    above = [known.catalog.tables.get(name) for name in table.parents]
    below = list(known.catalog.children(table)) if table.kind is TableKind.PARTITIONED else []
    while above:
        parent = above.pop()
        if parent is not None:
            yield parent
            above += [known.catalog.tables.get(name) for name in parent.parents]
    while below:
        child = below.pop()
        yield child
        below += known.catalog.children(child)


class _Row:
    """The statements that read a row, take it away, and put it somewhere else."""

    def __init__(self, update: pg.UpdateStmt, into: Target, key: ShardKey, known: Known, text: Text) -> None:
        self._update = update
        self._table = into.table
        self._key = into.column(key.column)
        self._function = key.function
        self._known = known
        self._text = text
        if not holds(self._key, key.function.key_type, known.catalog) or is_padded(self._key, known.catalog):
            raise NotProvable(f'it is of type {self._key.type_name}')
        self._set = dict(map(self._assignment, update.target_list))
        self._columns = [column for column in self._table.columns if not column.generated]
        self._carried = [column for column in self._columns if not self._is_default(column)]
        if self._key not in self._carried:
            raise NotProvable('its default')

    def moved(self) -> MovedRow:
        return MovedRow(
            sql=self._text.octets,
            select=self._select(),
            delete=f'DELETE FROM {self._name} WHERE ctid = $1 AND tableoid = $2'.encode(),
            insert=self._insert(),
            carried=tuple(map(self._carry, self._carried)),
            returns_parameters=highest_parameter(self._update.returning_clause) > 0,
            function=self._function,
            length=length_of(self._key),
        )

    def _assignment(self, node: pg.Node) -> tuple[str, pg.Node]:
        assignment = node.res_target
        if assignment.indirection or assignment.val.HasField('multi_assign_ref'):
            raise NotProvable('an assignment to a part of a column, or to several columns together')
        return assignment.name, assignment.val

    def _is_default(self, column: Column) -> bool:
        return column.name in self._set and self._set[column.name].HasField('set_to_default')

    @property
    def _name(self) -> str:
        return f'{_quoted(self._table.schema)}.{_quoted(self._table.name)}'

    def _carry(self, column: Column) -> Carried:
        """In text where the binary format may have OIDs in it, which are others on other shards."""
        built_in = column.type_oid < TypeOid.FIRST_NORMAL
        return Carried(binary=built_in, typed=built_in and column.name in self._set)

    def _select(self) -> bytes:
        inner = nodes.select('SELECT 1 FROM t LIMIT 2 FOR UPDATE')
        values = [nodes.target(self._value(column), f'c{number}') for number, column in enumerate(self._carried)]
        places = [nodes.target(self._reference(name), f'{_NEW}_{name}') for name in ('ctid', 'tableoid')]
        del inner.target_list[:], inner.from_clause[:]
        inner.target_list.extend((*values, *places))
        inner.from_clause.append(pg.Node(range_var=self._update.relation))
        if self._update.HasField('where_clause'):
            inner.where_clause.CopyFrom(self._update.where_clause)
        key = _KEYS[self._function.key_type].format(f'{_NEW}.c{self._carried.index(self._key)}')
        outer = nodes.select(
            f'SELECT {_NEW}.*, {key}, {_SEEN}.n FROM (SELECT pg_catalog.count(*) AS n FROM (SELECT 1) AS {_SEEN}) '
            f'AS {_SEEN} LEFT JOIN (SELECT 1) AS {_NEW} ON true'
        )
        join = outer.from_clause[0].join_expr
        join.rarg.range_subselect.subquery.select_stmt.CopyFrom(inner)
        counted = join.larg.range_subselect.subquery.select_stmt.from_clause[0].range_subselect
        counted.subquery.select_stmt.CopyFrom(self._seen(inner))
        return deparsed(pg.Node(select_stmt=outer))

    def _seen(self, locked: pg.SelectStmt) -> pg.SelectStmt:
        """The same rows as all see them, without waiting for any."""
        seen = pg.SelectStmt()
        seen.CopyFrom(locked)
        del seen.target_list[:], seen.locking_clause[:]
        return seen

    def _value(self, column: Column) -> pg.Node:
        """What a column gets; a literal alone is of the type of its column, as in SET."""
        value = self._set.get(column.name)
        if value is None:
            return self._reference(column.name)
        literal = value.a_const
        if not value.HasField('a_const') or not (literal.isnull or literal.HasField('sval')):
            return value
        cast = self._known.catalog.type(column.type_oid)
        if cast is None:
            raise NotProvable(f'column "{column.name}" has a type that the catalogue does not have')
        copy = nodes.expression(f'NULL::{_quoted(cast.schema)}.{_quoted(cast.name)}')
        copy.type_cast.arg.CopyFrom(value)
        return copy

    def _reference(self, name: str) -> pg.Node:
        alias = self._update.relation.alias.aliasname or self._update.relation.relname
        return pg.Node(column_ref=pg.ColumnRef(fields=[nodes.string(alias), nodes.string(name)]))

    def _insert(self) -> bytes:
        names = ', '.join(_quoted(column.name) for column in self._columns)
        numbers = {column.name: f'${number}' for number, column in enumerate(self._carried, 1)}
        values = ', '.join(numbers.get(column.name, 'DEFAULT') for column in self._columns)
        sql = f'INSERT INTO {self._name} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values})'
        statement = parse(sql.encode()).stmts[0].stmt
        alias = self._update.relation.alias.aliasname or self._update.relation.relname
        statement.insert_stmt.relation.alias.aliasname = alias
        if self._update.HasField('returning_clause'):
            returning = statement.insert_stmt.returning_clause
            returning.CopyFrom(self._update.returning_clause)
            for parameter in each(returning, pg.ParamRef):
                parameter.number += len(self._carried)
        return deparsed(statement)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
