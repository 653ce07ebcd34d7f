"""The columns that shards send so that one PostgreSQL can compute the answer, and how that one takes them."""

from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.block import Block, CannotRewrite
from pgdog_gevent.router.blueprint import Folded
from pgdog_gevent.router.nodes import NotWritten, collated, integer, messages, select, string, target, written

ROWS: Final = '__pgdog'
"""What the rows of the shards are called."""


class Carried:
    """The columns of the shards' answers, as they come to be needed."""

    def __init__(self) -> None:
        self._targets: list[pg.Node] = []
        self._collations: list[str] = []
        self._groups: list[int] = []
        self._found: dict[bytes, pg.Node] = {}

    @property
    def targets(self) -> list[pg.Node]:
        return self._targets

    @property
    def group_positions(self) -> list[pg.Node]:
        """GROUP BY of the shards, by position."""
        return [integer(position) for position in self._groups]

    def group(self, block: Block, value: pg.Node) -> pg.Node:
        """The column of an expression that the shards group by."""
        known = len(self._targets)
        column = self._once(b'group' + block.shape(value), value, self.collation(block, value))
        if len(self._targets) > known:
            self._groups.append(len(self._targets))
        return column

    def value(self, block: Block, value: pg.Node) -> pg.Node:
        """The column of any other expression."""
        return self._once(b'value' + block.shape(value), value, self.collation(block, value))

    def aggregate(self, block: Block, call: pg.Node, collation: str) -> pg.Node:
        """The column of an aggregate."""
        return self._once(b'value' + block.shape(call), call, collation)

    def _once(self, key: bytes, value: pg.Node, collation: str) -> pg.Node:
        if value.HasField('column_ref') and value.column_ref.fields[-1].HasField('a_star'):
            raise CannotRewrite('whole rows cannot be carried between servers', 'Name the columns.', value)
        if key not in self._found:
            self._found[key] = self.own(value, collation)
        return self._found[key]

    def own(self, value: pg.Node, collation: str = '') -> pg.Node:
        """A new column, even if there is another of the same expression."""
        name = f'c{len(self._targets) + 1}'
        self._targets.append(target(value, name))
        self._collations.append(collation)
        return _column(name)

    @staticmethod
    def position(column: pg.Node) -> pg.Node | None:
        """Where a column is in the answers of the shards: an integer; ``None`` if it is none of theirs."""
        return integer(int(column.column_ref.fields[1].string.sval[1:])) if column.HasField('column_ref') else None

    @staticmethod
    def collation(block: Block, value: pg.Node) -> str:
        """The collation of an expression, whose values are to be compared where they are folded."""
        found = block.kind(value).collation
        if found is None:
            raise CannotRewrite(
                'the collation of an expression is not known', 'Write COLLATE after the expression.', value
            )
        return found

    def folded(self, partial: pg.SelectStmt, final: pg.SelectStmt, original: pg.SelectStmt) -> Folded:
        """Both texts: ``partial`` with these columns, and ``final`` over them."""
        if not self._targets:
            self.own(integer(1))
        del partial.target_list[:]
        partial.target_list.extend(self._targets)
        parameters = highest_parameter(original)
        final.from_clause.extend(self._rows(parameters).from_clause)
        try:
            return Folded(written(partial), written(final), parameters)
        except NotWritten as error:
            raise CannotRewrite(f'the statement cannot be divided: {error}') from None

    def _rows(self, parameters: int) -> pg.SelectStmt:
        names = [f'c{number}' for number, _ in enumerate(self._targets, 1)]
        arrays = ', '.join(f'${parameters + number}' for number, _ in enumerate(self._targets, 1))
        # Of several arrays, the name without schema is a construct of the grammar's.
        function = 'unnest' if len(names) > 1 else 'pg_catalog.unnest'
        rows = f'{function}({arrays}) AS {ROWS}({", ".join(names)})'
        if not any(self._collations):
            return select(f'SELECT FROM {rows}')
        statement = select(f'SELECT FROM (SELECT FROM {rows}) AS {ROWS}')
        inner = statement.from_clause[0].range_subselect.subquery.select_stmt
        for name, collation in zip(names, self._collations, strict=True):
            value = _column(name)
            inner.target_list.append(target(collated(value, collation_parts(collation)) if collation else value, name))
        return statement


_NOT_IN_PARTIAL: Final = (
    'distinct_clause', 'group_clause', 'group_distinct', 'having_clause', 'window_clause', 'sort_clause',
    'limit_offset', 'limit_count', 'locking_clause',
)  # fmt: skip


def stripped(statement: pg.SelectStmt) -> pg.SelectStmt:
    """FROM and WHERE of a block, with what WITH says; nothing of what is done with the rows."""
    partial = pg.SelectStmt()
    partial.CopyFrom(statement)
    for name in _NOT_IN_PARTIAL:
        partial.ClearField(name)
    partial.limit_option = pg.LIMIT_OPTION_DEFAULT
    return partial


def copy_limit(original: pg.SelectStmt, final: pg.SelectStmt) -> None:
    """LIMIT and OFFSET, which speak of no row and so are the same for any."""
    final.limit_option = original.limit_option
    for clause in (original.limit_offset, original.limit_count):
        if any(isinstance(message, pg.SubLink) for message in messages(clause)):
            raise CannotRewrite('LIMIT has a subquery', node=clause)
    if original.HasField('limit_offset'):
        final.limit_offset.CopyFrom(original.limit_offset)
    if original.HasField('limit_count'):
        final.limit_count.CopyFrom(original.limit_count)


def highest_parameter(statement: pg.SelectStmt) -> int:
    return max((message.number for message in messages(statement) if isinstance(message, pg.ParamRef)), default=0)


_ENCODINGS: Final = ('utf', 'iso', 'euc', 'gb', 'koi', 'cp', 'big5')


def collation_parts(name: str) -> tuple[str, ...]:
    """The name of a collation in parts: ``en_US.utf8`` is one of pg_catalog, ``app.german`` of schema ``app``."""
    schema, dot, rest = name.partition('.')
    if not dot or rest.lower().startswith(_ENCODINGS):
        return ('pg_catalog', name)
    return (schema, rest)


def _column(name: str) -> pg.Node:
    return pg.Node(column_ref=pg.ColumnRef(fields=[string(ROWS), string(name)]))
