"""What texts mean where there are several shards, remembered as long as nothing is known otherwise."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.alike import writes_alike
from pgdog_gevent.router.blueprint import Blueprint, Refused
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.chosen_key import key
from pgdog_gevent.router.given_keys import with_given_keys
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.own_types import names_own_types
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.plan import CopyOutOf, Move, Plan, Shown, Split, Together
from pgdog_gevent.router.planner import NotOnSeveralShards
from pgdog_gevent.router.refusal import ONE_SHARD
from pgdog_gevent.router.routes import KeyedRoute, Route, keyed_route, route_of
from pgdog_gevent.router.shard_hints import ShardHint, hinted_shard
from pgdog_gevent.router.timed import Timed

Found = TypeVar('Found')

_LONGEST_KEPT: Final = 65_536
"""Bytes of a text."""


@dataclass(frozen=True, slots=True)
class One(Generic[Found]):
    """One statement of a text. ``found``: what those who ask servers have found out about it."""

    sql: bytes
    blueprint: Blueprint
    hint: ShardHint | None = None
    """The shard that a comment in its text asks for."""
    writes_alike: bool = False
    """Whether it writes what all shards have alike, so that no one shard can do it alone."""
    start: int = 0
    """How many characters of the text come before ``sql``."""
    own_types: bool = False
    """Whether parameters or columns may be of types that have another OID on each shard."""
    found: dict[bytes, Found] = field(default_factory=dict)
    timed: Timed | None = field(default=None, compare=False)
    """The same with one time for all shards; ``None`` of what cannot be read."""


def planned(statement: One[Found], plan: Callable[[One[Found]], Plan]) -> Plan:
    """Plan a statement; over several shards, with marks where it tells the time. Raises as ``plan``."""
    try:
        found = plan(statement)
    except NotOnSeveralShards:
        timed = _with_marks(statement)
        if timed is statement:
            raise
        return plan(timed)
    if not isinstance(found, Together | Split | Move | Shown | CopyOutOf):
        return found
    timed = _with_marks(statement)
    return found if timed is statement else plan(timed)


def _with_marks(statement: One[Found]) -> One[Found]:
    if statement.timed is None:
        return statement
    blueprint = statement.timed.blueprint(statement.blueprint)
    return statement if blueprint is statement.blueprint else replace(statement, blueprint=blueprint)


class Texts(Generic[Found]):
    """The statements of texts under one ``Known``; those that nobody has asked for lately go first."""

    def __init__(self, known: Known, limit: int) -> None:
        self.known = known
        self._limit = limit
        self._texts: OrderedDict[bytes, tuple[One[Found], ...]] = OrderedDict()
        self.routes: dict[bytes, Route] = {}
        """Of those texts that have one."""
        self.keyed_routes: dict[bytes, KeyedRoute | None] = {}
        """Of keys of texts; ``None`` for those that have none."""
        self._completed: dict[bytes, bytes] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def statements(self, sql: bytes) -> tuple[One[Found], ...]:
        """What a text consists of. Raises Unparseable."""
        statements = self._texts.get(sql)
        if statements is not None:
            self._texts.move_to_end(sql)
            return statements
        statements = _statements(sql, self.known)
        if len(sql) <= _LONGEST_KEPT:
            self._keep(sql, statements)
        return statements

    def completed(self, sql: bytes) -> bytes:
        """The text with calls of ``pgdog.unique_id()`` for primary keys, if they are to be given."""
        completed = self._completed.get(sql)
        if completed is None:
            completed = with_given_keys(sql, self.known)
            if len(sql) <= _LONGEST_KEPT:
                if len(self._completed) >= self._limit:
                    self._completed.clear()
                self._completed[sql] = completed
        return completed

    def _keep_keyed(self, sql: bytes, route: Route) -> None:
        """See whether texts with other literals can do without being parsed."""
        known = key(sql)
        if known is None or known in self.keyed_routes:
            return
        if len(self.keyed_routes) >= self._limit:
            self.keyed_routes.clear()
        if route.shard < 0:  # Literals do not say what is read.
            self.keyed_routes[known] = KeyedRoute(0, 0, 0, route.shard)
        else:
            self.keyed_routes[known] = keyed_route(known, self._blueprint)

    def _blueprint(self, sql: bytes) -> Blueprint:
        return _statements(sql, self.known)[0].blueprint

    def _keep(self, sql: bytes, statements: tuple[One[Found], ...]) -> None:
        self._texts[sql] = statements
        careful = any(one.hint is not None or one.own_types for one in statements)
        route = None if careful else route_of(sql, [one.blueprint for one in statements])
        if route is not None and self.completed(sql) == sql:
            self.routes[sql] = route
            if not route.parameter:
                self._keep_keyed(sql, route)
        if len(self._texts) > self._limit:
            gone, _ = self._texts.popitem(last=False)
            self.routes.pop(gone, None)


def unread(sql: bytes, error: Unparseable) -> One[Found]:
    """A text that this grammar does not know, or that has another encoding: the server may know it, and we do not."""
    # What comes first may be logged, and is not to have words of the text.
    refused = Refused(
        'a text that the proxy cannot read', f'Texts for several shards have to be in UTF8. {ONE_SHARD} ({error})'
    )
    return One(sql, refused, hinted_shard(sql))


def _statements(sql: bytes, known: Known) -> tuple[One[Found], ...]:
    tree = parse(sql)
    hint = hinted_shard(sql)
    if len(tree.stmts) == 1:
        return (_one(sql, tree.stmts[0], known, hint),)
    # Locations count bytes; a length of 0 means the rest.
    ends = [raw.stmt_location + raw.stmt_len if raw.stmt_len else len(sql) for raw in tree.stmts]
    parts = [(raw.stmt_location, sql[raw.stmt_location : end]) for raw, end in zip(tree.stmts, ends, strict=True)]
    return tuple(
        _one(part, parse(part).stmts[0], known, hint, len(sql[:location].decode())) for location, part in parts
    )


def _one(sql: bytes, tree: pg.RawStmt, known: Known, hint: ShardHint | None, start: int = 0) -> One[Found]:
    meaning, own_types = blueprint(tree, sql.decode(), known), names_own_types(tree, known)
    return One(sql, meaning, hint, writes_alike(tree, known), start, own_types, timed=Timed(sql, known))
