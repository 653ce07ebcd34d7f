"""Syntax trees that are changed: nodes are made, found, replaced, compared, and written as SQL again.

Nodes are never shared between trees: whatever is put somewhere is a copy.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from google.protobuf.message import Message
from pglast import parser

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.parse import Unparseable, parse

_LOCATIONS: Final = frozenset({'location', 'stmt_location', 'stmt_len', 'list_start', 'list_end', 'rexpr_list_start',
                               'rexpr_list_end'})  # fmt: skip


class NotWritten(Exception):
    """A tree cannot be written as SQL that means the same."""


def expression(sql: str) -> pg.Node:
    """A new tree of an expression."""
    return _copied(_target(sql).val)


def select(sql: str) -> pg.SelectStmt:
    """A new tree of a SELECT."""
    statement = pg.SelectStmt()
    statement.CopyFrom(_parsed(sql).select_stmt)
    return statement


def column(name: str) -> pg.Node:
    """A reference to a column, without its table."""
    return pg.Node(column_ref=pg.ColumnRef(fields=[string(name)]))


def string(value: str) -> pg.Node:
    return pg.Node(string=pg.String(sval=value))


def integer(value: int) -> pg.Node:
    """A literal."""
    return expression(str(value))


def target(value: pg.Node, name: str) -> pg.Node:
    """An item of a target list."""
    return pg.Node(res_target=pg.ResTarget(name=name, val=value))


def collated(value: pg.Node, collation: tuple[str, ...]) -> pg.Node:
    """``value COLLATE collation``."""
    return pg.Node(collate_clause=pg.CollateClause(arg=value, collname=map(string, collation)))


def single_name(node: pg.Node) -> str:
    """The name, if a node is a column's name and nothing else; else empty."""
    if not node.HasField('column_ref') or len(node.column_ref.fields) != 1:
        return ''
    return node.column_ref.fields[0].string.sval


def is_star(value: pg.Node) -> bool:
    """Whether it stands for any number of columns: ``*``, ``table.*``, ``(row).*``."""
    if value.HasField('a_indirection'):
        return value.a_indirection.indirection[-1].HasField('a_star')
    return value.HasField('column_ref') and value.column_ref.fields[-1].HasField('a_star')


def integer_constant(node: pg.Node) -> int | None:
    """The value of a literal, if it is one of an integer."""
    if not node.HasField('a_const') or not node.a_const.HasField('ival'):
        return None
    return node.a_const.ival.ival


def function_name(call: pg.FuncCall) -> str:
    """The name of PostgreSQL's own function that a call means by its name; empty: another schema is named."""
    *schema, name = (part.string.sval for part in call.funcname)
    return name if schema in ([], ['pg_catalog']) else ''


def location(node: Message) -> int:
    """Where the first of a tree stands that says so: a byte offset, -1 if none does."""
    for message in messages(node):
        if 'location' in message.DESCRIPTOR.fields_by_name:
            return next((int(value) for field, value in message.ListFields() if field.name == 'location'), 0)
    return -1


def messages(root: Message) -> Iterator[Message]:
    """All messages in a tree, itself among them, in the order of the text as far as trees have it."""
    stack = [root]
    while stack:
        message = stack.pop()
        yield message
        below: list[Message] = []
        for field, value in message.ListFields():
            if field.message_type is not None:
                below.extend(value if field.is_repeated else (value,))
        stack.extend(reversed(below))


def outside_sublinks(root: Message) -> Iterator[Message]:
    """All messages of an expression but those of its subqueries, which are left out as a whole."""
    stack = [root]
    while stack:
        message = stack.pop()
        if isinstance(message, pg.SubLink):
            continue
        yield message
        for field, value in message.ListFields():
            if field.message_type is not None:
                stack.extend(value if field.is_repeated else (value,))


def replaced(node: pg.Node, change: Callable[[pg.Node], pg.Node | None]) -> pg.Node:
    """A copy in which each node for which ``change`` gives another is that one; what is below it is not looked at."""
    other = change(node)
    if other is not None:
        return _copied(other)
    return replaced_below(node, change)


def replaced_below(node: pg.Node, change: Callable[[pg.Node], pg.Node | None]) -> pg.Node:
    """The same, but the node itself stays what it is."""
    copy = _copied(node)
    _replace_below(copy, change)
    return copy


def _replace_below(message: Message, change: Callable[[pg.Node], pg.Node | None]) -> None:
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for child in value if field.is_repeated else (value,):
            if isinstance(child, pg.Node) and (other := change(child)) is not None:
                child.CopyFrom(_copied(other))
            else:
                _replace_below(child, change)


def shape(node: Message) -> bytes:
    """The same for trees that differ only in where their text stands."""
    copy = type(node)()
    copy.CopyFrom(node)
    for message in messages(copy):
        for name in _location_fields(message.DESCRIPTOR.name):
            message.ClearField(name)
    return copy.SerializeToString(deterministic=True)


@cache
def _location_fields(name: str) -> tuple[str, ...]:
    """The fields of a kind of message that say where its text is."""
    return tuple(_LOCATIONS.intersection(pg.DESCRIPTOR.message_types_by_name[name].fields_by_name))


def written(statement: pg.SelectStmt) -> bytes:
    """Write a statement as SQL, and read it again to see that it still says the same."""
    tree = pg.ParseResult(version=_version(), stmts=[pg.RawStmt(stmt=pg.Node(select_stmt=statement))])
    try:
        sql = parser.deparse_protobuf(tree.SerializeToString()).encode()
        again = parse(sql)
    except (parser.DeparseError, Unparseable) as error:
        raise NotWritten(str(error)) from None
    if len(again.stmts) != 1 or shape(again.stmts[0].stmt.select_stmt) != shape(statement):
        raise NotWritten('it would not mean the same')
    return sql


def _copied(node: pg.Node) -> pg.Node:
    copy = pg.Node()
    copy.CopyFrom(node)
    return copy


@cache
def _version() -> int:
    return parse(b'SELECT').version


@cache
def _parsed(sql: str) -> pg.Node:
    return parse(sql.encode()).stmts[0].stmt


@cache
def _target(sql: str) -> pg.ResTarget:
    return _parsed(f'SELECT {sql}').select_stmt.target_list[0].res_target
