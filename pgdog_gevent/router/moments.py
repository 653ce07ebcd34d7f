"""What PostgreSQL takes for now, which is not quite the same on two servers: one value in its place.

In PostgreSQL all statements of a transaction have the same ``now()``. So a text that goes to several shards gets a
literal wherever it tells the time; until it is sent, a mark stands there. ``current_date`` and the like are made of it
by PostgreSQL's own casts, so that the client's TimeZone has its say.
"""

from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import PG_CATALOG
from pgdog_gevent.router.column_names import column_name
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import expression, function_name, location, messages
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.varying import is_moment, is_text, type_name
from pgdog_gevent.router.walk import each, parts

_OF_TRANSACTION: Final = frozenset({'now', 'transaction_timestamp'})
_OF_STATEMENT: Final = 'statement_timestamp'
_FUNCTIONS: Final = _OF_TRANSACTION | {_OF_STATEMENT, 'age'}
_VALUES: Final = {
    pg.SVFOP_CURRENT_DATE: 'date',
    pg.SVFOP_CURRENT_TIME: 'timetz',
    pg.SVFOP_CURRENT_TIME_N: 'timetz',
    pg.SVFOP_CURRENT_TIMESTAMP: 'timestamptz',
    pg.SVFOP_CURRENT_TIMESTAMP_N: 'timestamptz',
    pg.SVFOP_LOCALTIME: 'time',
    pg.SVFOP_LOCALTIME_N: 'time',
    pg.SVFOP_LOCALTIMESTAMP: 'timestamp',
    pg.SVFOP_LOCALTIMESTAMP_N: 'timestamp',
}
TIMES: Final = frozenset(_VALUES.values())
_DAYS: Final = {'today': 0, 'tomorrow': 1, 'yesterday': -1}
_HAVE_DAYS: Final = frozenset({'date', 'timestamp', 'timestamptz'})
_COMPARISONS: Final = frozenset({pg.AEXPR_OP, pg.AEXPR_OP_ANY, pg.AEXPR_IN, pg.AEXPR_LIKE, pg.AEXPR_DISTINCT})
_LISTS: Final = (pg.Node, pg.List, pg.A_ArrayExpr)


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands for a time that is not known yet: strings that are nowhere else in the text."""

    transaction: str
    statement: str

    @classmethod
    def not_in(cls, sql: str) -> 'Marks':
        """Those for a text."""
        number = 0
        while f'pgdog: {number} ' in sql:
            number += 1
        return cls(f'pgdog: {number} now', f'pgdog: {number} statement')

    def put(self, sql: bytes, transaction: bytes, statement: bytes) -> bytes:
        """The text with these times in it."""
        return sql.replace(self.transaction.encode(), transaction).replace(self.statement.encode(), statement)


class Moments:
    """Puts marks where trees tell the time."""

    def __init__(self, marks: Marks, known: Known) -> None:
        self._marks = marks
        self._known = known
        self.found = False
        """Whether there has been any such place."""

    def mark(self, root: Message) -> None:
        """Do it below ``root``, itself included. Raises NotProvable for what may be a time, or not."""
        names = [(target, column_name(target)) for target in each(root, pg.ResTarget) if self._needs_name(target)]
        stack = [(root, False)]
        while stack:
            message, harmless = stack.pop()
            if isinstance(message, pg.Node) and self._settles(message, harmless):
                continue
            if isinstance(message, pg.TypeCast) and is_text(message):
                continue
            if isinstance(message, pg.RangeFunction):
                self._check_functions(message)
            inside = harmless if isinstance(message, _LISTS) else self._is_harmless(message)
            stack.extend((part, inside) for part in parts(message))
        for target, name in names:
            target.name = name

    def mark_literal(self, node: pg.Node, of_type: str) -> None:
        """The same of a literal that becomes a value of a type."""
        if of_type in TIMES and _is_literal(node):
            node.CopyFrom(self._literal(node, of_type))

    def _settles(self, node: pg.Node, harmless: bool) -> bool:
        """Whether nothing is left to do below a node."""
        if _is_literal(node):
            if not harmless:
                raise _unsure(node)
            return True
        other = self._other(node)
        if other is None:
            return False
        self.found = True
        node.CopyFrom(other)
        return True

    def _other(self, node: pg.Node) -> pg.Node | None:
        """What is put in the place of a node that tells the time."""
        match node.WhichOneof('node'):
            case 'func_call':
                return self._call(node.func_call)
            case 'sqlvalue_function' if node.sqlvalue_function.op in _VALUES:
                value = node.sqlvalue_function
                return _cast(self._now, _VALUES[value.op], value.typmod)
            case 'type_cast' if type_name(node.type_cast) in TIMES:
                return self._time_of(node.type_cast)
            case _:
                return None

    @property
    def _now(self) -> pg.Node:
        return _time(self._marks.transaction)

    def _call(self, call: pg.FuncCall) -> pg.Node | None:
        name = function_name(call)
        if name in _FUNCTIONS and self._may_be_users(call, name):
            raise NotProvable(f'function {name}(), of which there are others', position=call.location + 1)
        if name == 'age' and len(call.args) == 1:
            return self._age(call)
        if call.args:
            return None
        if name in _OF_TRANSACTION:
            return self._now
        return _time(self._marks.statement) if name == _OF_STATEMENT else None

    def _may_be_users(self, call: pg.FuncCall, name: str) -> bool:
        """Whether it is not certain that PostgreSQL's own is meant, which comes first if it is called so."""
        if len(call.funcname) > 1 or name not in self._known.catalog.functions.users:
            return False
        return len(call.args) > 0 or PG_CATALOG in self._known.search_path

    def _age(self, call: pg.FuncCall) -> pg.Node:
        """Of one value it is the age today."""
        copy = pg.Node(func_call=call)
        self.mark(copy.func_call.args[0])
        copy.func_call.args.insert(0, _cast(self._now, 'date'))
        return copy

    def _time_of(self, cast: pg.TypeCast) -> pg.Node | None:
        """``'now'::date``, also by way of text."""
        by_text = cast.arg.HasField('type_cast') and is_text(cast.arg.type_cast)
        literal = cast.arg.type_cast.arg if by_text else cast.arg
        if not _is_literal(literal):
            return None
        copy = pg.Node(type_cast=cast)
        copy.type_cast.arg.CopyFrom(self._literal(literal, type_name(cast)))
        return copy

    def _literal(self, literal: pg.Node, of_type: str) -> pg.Node:
        word = literal.a_const.sval.sval.strip().lower()
        self.found = True
        if word == 'now':
            return _cast(self._now, of_type)
        if word not in _DAYS or of_type not in _HAVE_DAYS:
            raise _unsure(literal)
        day = _cast(self._now, 'date')
        if _DAYS[word]:
            moved = expression(f'0 + ({_DAYS[word]})')
            moved.a_expr.lexpr.CopyFrom(day)
            day = moved
        return _cast(day, of_type)

    def _needs_name(self, target: pg.ResTarget) -> bool:
        """Whether it is a column of the output that may be called after what is replaced."""
        indirection = target.val.a_indirection.indirection
        if target.name or (indirection and indirection[-1].HasField('a_star')):
            return False
        return any(_may_tell(message) for message in messages(target.val))

    def _check_functions(self, functions: pg.RangeFunction) -> None:
        for node in functions.functions:
            function = node.list.items[0]
            if self._other(function) is not None:
                raise NotProvable('the time as a function in FROM', position=location(function) + 1)

    def _is_harmless(self, message: Message) -> bool:
        """Whether it compares strings with a column that has no times."""
        if not isinstance(message, pg.A_Expr) or message.kind not in _COMPARISONS:
            return False
        fields = message.lexpr.column_ref.fields or message.rexpr.column_ref.fields
        return bool(fields) and fields[-1].HasField('string') and self._has_no_times(fields[-1].string.sval)

    def _has_no_times(self, name: str) -> bool:
        """Whether no column of this name, of whatever table, has any; and there is one."""
        catalog = self._known.catalog
        columns = [column for table in catalog.tables.values() if (column := table.column(name)) is not None]
        kinds = [catalog.plain_type(column.type_oid) for column in columns]
        return bool(kinds) and all(kind is not None and kind.name not in TIMES for kind in kinds)


def tells_time(value: pg.Node, known: Known) -> bool:
    """Whether the default of a column is made of the time."""
    copy, moments = pg.Node(), Moments(Marks('', ''), known)
    copy.CopyFrom(value)
    moments.mark(copy)
    return moments.found


def _time(mark: str) -> pg.Node:
    return expression(f"'{mark}'::pg_catalog.timestamptz")


def _cast(value: pg.Node, to: str, digits: int = -1) -> pg.Node:
    if to == 'timestamptz' and digits < 0 and value.type_cast.arg.HasField('a_const'):
        return value
    modifier = f'({digits})' if digits >= 0 else ''
    cast = expression(f'NULL::pg_catalog.{to}{modifier}')
    cast.type_cast.arg.CopyFrom(value)
    return cast


def _is_literal(node: pg.Node) -> bool:
    return node.HasField('a_const') and is_moment(node.a_const)


def _may_tell(message: Message) -> bool:
    match message:
        case pg.FuncCall():
            return function_name(message) in _FUNCTIONS
        case pg.TypeCast():
            return type_name(message) in TIMES
        case _:
            return isinstance(message, pg.SQLValueFunction)


def _unsure(node: pg.Node) -> NotProvable:
    return NotProvable('a string that may be a time', position=location(node) + 1)
