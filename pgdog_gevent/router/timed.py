"""A statement that tells the time, for several shards: with one time for all of them.

Made only when it is needed: a shard that answers by itself gets the text as it is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.assigned_times import mark_write
from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ByKey,
    ByRow,
    Everyone,
    Explained,
    Folded,
    Moving,
    Once,
    OneShard,
    Refused,
    Repeated,
    Same,
    Scattered,
)
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.deparse import deparsed
from pgdog_gevent.router.explained import analyzes
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.moments import Marks, Moments
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.plan import Asks, Move, Shown, Split, Together
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.walk import parts

_WORDS: Final = re.compile(
    rb'now|current_(date|time)|localtime|(transaction|statement)_timestamp|age\b|today|tomorrow|yesterday',
    re.IGNORECASE,
)
_ASSIGNS: Final = re.compile(rb'\b(insert|default)\b', re.IGNORECASE)
"""A default may tell the time."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with marks where it tells the time."""

    sql: bytes
    marks: Marks
    copies: bool = False
    """Whether it is a COPY."""

    @property
    def asks_for_statement(self) -> bool:
        """Whether it needs statement_timestamp()."""
        return self.marks.statement.encode() in self.sql


class Timed:
    """The same statement with marks, and what it means. Found out when it is asked for."""

    __slots__ = ('_found', '_known', '_looked', '_marked', '_refused', '_sql')

    def __init__(self, sql: bytes, known: Known) -> None:
        self._sql = sql
        self._known = known
        self._looked = False
        self._marked: Marked | None = None
        self._refused: Refused | None = None
        self._found: Blueprint | None = None

    @property
    def marked(self) -> Marked | None:
        """``None``: it does not tell the time, or cannot be marked."""
        if not self._looked:
            self._looked = True
            try:
                self._marked = _marked(self._sql, self._known)
            except NotProvable as given_up:
                self._refused = given_up.refused
            except RecursionError:
                self._refused = Refused('the statement is nested too deeply')
        return self._marked

    def blueprint(self, plain: Blueprint) -> Blueprint:
        """What it means to several shards; ``plain`` is what it means as it is."""
        if self._found is None:
            self._found = self._blueprint(plain)
        return self._found

    def _blueprint(self, plain: Blueprint) -> Blueprint:
        marked = self.marked
        if self._refused is not None and _refusal(plain) is None:
            return _given_up(plain, self._refused)
        if marked is None:
            return plain
        found = blueprint(parse(marked.sql).stmts[0], marked.sql.decode(), self._known)
        refused = _refusal(found)
        if refused is None:
            return found
        return _given_up(plain, replace(refused, position=0)) if _refusal(plain) is None else plain


def put(found: Asks, change: Callable[[bytes], bytes]) -> Asks:
    """A plan whose texts are changed."""
    match found:
        case Together(shards, how):
            return Together(shards, _put(how, change))
        case Split(texts, rows):
            return Split(tuple((shard, change(text)) for shard, text in texts), rows)
        case Shown(texts):
            return Shown(tuple((shard, change(text)) for shard, text in texts))
        case Move(shards, row):
            changed = (change(text) for text in (row.sql, row.select, row.delete, row.insert))
            sql, select, delete, insert = changed
            return Move(shards, replace(row, sql=sql, select=select, delete=delete, insert=insert))
        case _:
            return found


def _put(
    how: Scattered | Folded | Everyone | Same, change: Callable[[bytes], bytes]
) -> Scattered | Folded | Everyone | Same:
    match how:
        case Folded():
            return replace(how, partial=change(how.partial), final=change(how.final))
        case Same(sql, Once() as once):
            return Same(change(sql), replace(once, select=change(once.select)))
        case Same(sql, Repeated() as again):
            return Same(change(sql), replace(again, first=change(again.first), rest=change(again.rest)))
        case _:
            return replace(how, sql=change(how.sql))


def _marked(sql: bytes, known: Known) -> Marked | None:
    if not _WORDS.search(sql) and not _ASSIGNS.search(sql):
        return None
    tree = parse(sql).stmts[0].stmt
    marks = Marks.not_in(sql.decode())
    moments = Moments(marks, known)
    for statement in parts(tree):
        _mark(statement, moments, known)
    return Marked(deparsed(tree), marks, tree.HasField('copy_stmt')) if moments.found else None


def _mark(statement: Message, moments: Moments, known: Known) -> None:
    match statement:
        case pg.SelectStmt() | pg.DeleteStmt():
            moments.mark(statement)
        case pg.InsertStmt() | pg.UpdateStmt() | pg.MergeStmt():
            mark_write(statement, moments, known)
        case pg.CopyStmt() if statement.HasField('query'):
            _mark_inner(statement.query, moments, known)
        case pg.ExplainStmt() if analyzes(statement):
            _mark_inner(statement.query, moments, known)
        case _:
            pass


def _mark_inner(query: pg.Node, moments: Moments, known: Known) -> None:
    for statement in parts(query):
        _mark(statement, moments, known)


def _refusal(found: Blueprint) -> Refused | None:
    """Why several shards cannot do it."""
    match found:
        case Refused() as refused:
            return refused
        case ByKey(_, Refused() as refused) | Moving(how=Refused() as refused) | ByRow(apart=Refused() as refused):
            return refused
        case Explained(inner=inner):
            return _refusal(inner)
        case _:
            return None


def _given_up(plain: Blueprint, refused: Refused) -> Blueprint:
    """The same, refused to several shards; what they do alike is the same in any case."""
    match plain:
        case ByKey(_, Same()):
            return plain
        case ByKey():
            return replace(plain, several=refused)
        case ByRow():
            return replace(plain, apart=refused)
        case Moving():
            return replace(plain, how=refused)
        case AnyShard() | OneShard():
            return plain
        case _:
            return refused
