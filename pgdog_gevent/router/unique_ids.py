"""``pgdog.unique_id()`` in a text: no server has that function, so each execution gets the ids in its place.

It stands for one id, however many rows there are. Where it names a column of the result, the column keeps that name.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.parse import Unparseable, parse

FUNCTION: Final = 'unique_id'
_NAME: Final = ('pgdog', FUNCTION)
_KINDS: Final = frozenset({'select_stmt', 'insert_stmt', 'update_stmt', 'delete_stmt'})
_CALL: Final = re.compile(rb'(?:pgdog|"pgdog")\s*\.\s*(?:unique_id|"unique_id")\s*\(\s*\)', re.IGNORECASE)
_PLAIN_CALL: Final = frozenset({'funcname', 'funcformat', 'location'})
_NO_ID: Final = b"('pgdog.unique_id()'::text::bigint)"
"""Has the type of an id. It can be described; executed, it is an error."""


class _Form(Enum):
    """How an id is written where a call was."""

    PLAIN = b'%b'
    COLUMN = b'%b AS unique_id '
    """It is a column of the result, which has the name of the function."""
    IN_COLUMN = b'(SELECT %b AS unique_id)'
    """It is part of one, which may be called after it."""


class _Place(NamedTuple):
    """Where a call is in a text, in bytes."""

    start: int
    end: int
    form: _Form


def calls_unique_id(sql: bytes) -> bool:
    """Whether a text has calls that are to be replaced."""
    return bool(_places(sql))


def with_ids(sql: bytes, take: Callable[[], int]) -> bytes:
    """The text with an id in the place of each call."""
    return _replaced(sql, lambda: b'(%d::bigint)' % take())


def without_ids(sql: bytes) -> bytes:
    """The text as a server can describe, but not execute it."""
    return _replaced(sql, lambda: _NO_ID)


def _replaced(sql: bytes, value: Callable[[], bytes]) -> bytes:
    parts: list[bytes] = []
    end = 0
    for place in _places(sql):
        parts += sql[end : place.start], place.form.value % value()
        end = place.end
    return b''.join((*parts, sql[end:]))


@lru_cache(maxsize=512)
def _places(sql: bytes) -> tuple[_Place, ...]:
    try:
        tree = parse(sql)
    except Unparseable:
        return ()
    found = []
    for raw in tree.stmts:
        if raw.stmt.WhichOneof('node') in _KINDS:
            for call, form in _calls(raw.stmt):
                written = _CALL.match(sql, call.location)
                if written is not None:
                    found.append(_Place(written.start(), written.end(), form))
    return tuple(sorted(found, key=lambda place: place.start))


def _calls(root: Message) -> Iterator[tuple[pg.FuncCall, _Form]]:
    """The calls below a node. A stack, not recursion: a tree may be deeper than Python's."""
    stack = [(root, _Form.PLAIN)]
    while stack:
        node, form = stack.pop()
        if isinstance(node, pg.FuncCall) and _is_call(node):
            yield node, form
            continue
        below = _below(node, form)
        for field, value in node.ListFields():
            if field.message_type is not None:
                stack.extend((part, below) for part in (value if field.is_repeated else (value,)))


def _below(node: Message, form: _Form) -> _Form:
    """The form of what is directly below a node of this form."""
    if isinstance(node, pg.ResTarget):
        return _Form.PLAIN if node.name else _Form.COLUMN
    if isinstance(node, pg.SelectStmt | pg.InsertStmt | pg.UpdateStmt | pg.DeleteStmt):
        return _Form.PLAIN
    if isinstance(node, pg.Node) or form is _Form.PLAIN:
        return form
    return _Form.IN_COLUMN


def _is_call(call: pg.FuncCall) -> bool:
    named = tuple(part.string.sval for part in call.funcname) == _NAME
    return named and _PLAIN_CALL.issuperset(field.name for field, _ in call.ListFields())
