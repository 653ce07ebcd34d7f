"""Prepared statements: one text, parameter types and way to read it, one name on every server.

``StatementNames`` is the process-wide table; ``ServerStatements`` is what one server has of it.
"""

from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice
from typing import Final
from weakref import WeakValueDictionary
from zlib import crc32

from pgdog_gevent.backend.neighbours import Neighbours, Nobody
from pgdog_gevent.config.resolve import PoolSettings
from pgdog_gevent.protocol.query import Parse
from pgdog_gevent.protocol.response import Shape
from pgdog_gevent.router.statement import SqlPrepared, Statement

PREFIX: Final = b'__pgdog_'
ONCE: Final = PREFIX + b'0'
"""The name of what is there for a moment; what has it may be closed at any time."""
_VERY_MANY: Final = 10_000
_LONGEST_REMEMBERED: Final = 65_536
"""Bytes of a text."""
_BY_SQL: Final = b'PREPARE'
"""In the place of parameter types, of which a Parse has none like this."""


Reading = tuple[bytes, ...]
"""What decides what a text means when it is prepared: the database, and the SQL of some of the session's settings."""


class PreparedStatement:
    """A text with parameter types, shared by all clients that have prepared it and read it the same way.

    ``server_name`` is its name wherever it is prepared; ``users`` counts the client-side names that stand for it.
    ``reading`` is ``None`` for one that is not shared: nobody knows how it is read after this transaction.
    """

    __slots__ = (
        '__weakref__', 'hits', 'made_by', 'meaning', 'needs', 'parameter_types', 'reading', 'server_name', 'shape',
        'sql', 'template', 'users',
    )  # fmt: skip

    def __init__(
        self, server_name: bytes, sql: bytes, parameter_types: bytes, meaning: Statement, reading: Reading | None = ()
    ) -> None:
        self.server_name = server_name
        self.meaning = meaning
        self.sql = sql
        self.parameter_types = parameter_types
        self.reading = reading
        self.made_by: SqlPrepared | None = None
        """The PREPARE that makes it, if that is not a Parse."""
        self.needs: PreparedStatement | None = None
        """What it executes, if it is an EXECUTE."""
        self.shape: Shape | None = None
        """What it returned where it was prepared first; its clients count on it."""
        self.template = b''
        """The text that has to be made anew for each Bind, if it is only there to be described."""
        self.users = 0
        self.hits = 0
        """How often the fast lane has bound it; elsewhere its text is counted."""

    def bound(self, meaning: Statement) -> 'PreparedStatement':
        """The same for one portal, for whose parameters ``meaning`` holds."""
        return PreparedStatement(self.server_name, self.sql, self.parameter_types, meaning, self.reading)

    def parse(self, name: bytes) -> bytes:
        """The Parse message that prepares it under ``name``."""
        return Parse(name, self.sql, self.parameter_types).encode()

    @property
    def once(self) -> bool:
        """Whether it is for one Bind."""
        return self.server_name == ONCE

    @property
    def size_bytes(self) -> int:
        return len(self.sql) + len(self.parameter_types) + len(self.server_name)


class StatementNames:
    """Gives equal statements one name.

    Of those that no client holds, the ones that were asked for last are remembered, so that the next client finds them
    at the servers. A name is never given twice, so a server that still has an old one is not mistaken.
    """

    def __init__(self, neighbours: Neighbours | None = None) -> None:
        self.neighbours = neighbours or Nobody()
        """Who is told of changes that clients of this process make."""
        self._statements: WeakValueDictionary[bytes, PreparedStatement] = WeakValueDictionary()
        self._shared: WeakValueDictionary[tuple[bytes, bytes, Reading], PreparedStatement] = WeakValueDictionary()
        self._count = 0
        self._remembered: OrderedDict[bytes, PreparedStatement] = OrderedDict()
        self.limit: int | None = None
        """Most statements that are remembered although no client may hold them; ``None`` for very many."""

    def intern(self, parse: Parse, meaning: Statement, reading: Reading | None = ()) -> PreparedStatement:
        """The one statement of this text, these types and this reading; a new one if nobody knows the reading."""
        statement = None if reading is None else self._shared.get((parse.sql, parse.parameter_types, reading))
        statement = statement or self._add(parse.sql, parse.parameter_types, meaning, reading)
        if parse.name and reading is not None and len(parse.sql) <= _LONGEST_REMEMBERED:
            self._remember(statement)
        return statement

    def _remember(self, statement: PreparedStatement) -> None:
        self._remembered[statement.server_name] = statement
        self._remembered.move_to_end(statement.server_name)
        while len(self._remembered) > (_VERY_MANY if self.limit is None else self.limit):
            self._remembered.popitem(last=False)

    def intern_sql(self, prepare: SqlPrepared, reading: Reading | None) -> PreparedStatement:
        """The one statement of this PREPARE and this reading."""
        sql = prepare.under(b'?')
        known = None if reading is None else self._shared.get((sql, _BY_SQL, reading))
        if known is not None:
            return known
        statement = self._add(sql, _BY_SQL, prepare.meaning, reading)
        statement.made_by = prepare
        return statement

    def _add(self, sql: bytes, types: bytes, meaning: Statement, reading: Reading | None) -> PreparedStatement:
        self._count += 1
        statement = PreparedStatement(b'%b%d' % (PREFIX, self._count), sql, types, meaning, reading)
        self._statements[statement.server_name] = statement
        if reading is not None:
            self._shared[sql, types, reading] = statement
        return statement

    def __len__(self) -> int:
        return len(self._statements)

    def schema_changes(self) -> None:
        """Give all that is parsed from now on another name: there may be other types now, under the same names."""
        self._shared.clear()
        self._remembered.clear()

    def tables_change(self, names: Iterable[str]) -> None:
        """As ``schema_changes``, for what mentions one of these tables."""
        words = [name.encode().lower() for name in names]
        for statement in list(self._shared.values()):
            text = statement.sql.lower()
            if any(word in text for word in words):
                self.retire(statement)

    def retire(self, statement: PreparedStatement) -> None:
        """Give the next one with this text another name: under this one, servers have plans that are out of date."""
        if statement.reading is None:
            return
        key = statement.sql, statement.parameter_types, statement.reading
        if self._shared.get(key) is statement:
            del self._shared[key]
            self._remembered.pop(statement.server_name, None)

    def renew(self, statement: PreparedStatement) -> PreparedStatement:
        """The same text under another name."""
        self.retire(statement)
        if statement.made_by is not None:
            return self.intern_sql(statement.made_by, statement.reading)
        parse = Parse(b'', statement.sql, statement.parameter_types)
        return self.intern(parse, statement.meaning, statement.reading)

    def all(self) -> tuple[PreparedStatement, ...]:
        return tuple(self._statements.values())


class ServerStatements:
    """The names that one server has prepared, the least recently used first.

    A name counts from the moment its Parse is sent: what follows in the same pipeline relies on it. If the server
    skips that Parse, ``ReplyLedger`` says so and the name is taken out again. ``unnamed`` is what its unnamed
    statement is, if that is known.
    """

    __slots__ = ('_jitter', '_names', 'limit', 'private', 'stale', 'ttl', 'unnamed')

    def __init__(self) -> None:
        self._names: OrderedDict[bytes, float] = OrderedDict()
        """With the moment, in ``monotonic`` seconds, when each was prepared."""
        self.limit: int | None = None
        """``prepared_statements_limit``; ``None`` for no limit."""
        self.ttl: float | None = None
        """``prepared_statements_ttl``; ``None`` for no limit."""
        self._jitter = 0.0
        self.unnamed: PreparedStatement | None = None
        self.stale: set[bytes] = set()
        """Names to close before anything else, because a plan is out of date."""
        self.private: set[bytes] = set()
        """Names to close before the connection's next user: they mean to nobody else what they mean to this one."""

    def __contains__(self, name: bytes) -> bool:
        return name in self._names

    def __len__(self) -> int:
        return len(self._names)

    @property
    def certain(self) -> int:
        """How many names the server must have; the ``stale`` ones it may have besides."""
        return len(self._names) - sum(name in self._names for name in self.stale)

    def configure(self, settings: PoolSettings) -> None:
        self.limit = settings.prepared_statements_limit
        self.ttl = settings.prepared_statements_ttl
        self._jitter = settings.prepared_statements_ttl_jitter

    def expired(self, name: bytes, now: float) -> bool:
        """Whether the server has had a statement for longer than ``ttl``, more or less: names differ by chance."""
        prepared = self._names.get(name)
        if prepared is None or self.ttl is None:
            return False
        spread = (crc32(name, int(prepared * 1e6) & 0xFFFFFFFF) / 0x7FFFFFFF - 1) * min(self._jitter, self.ttl)
        return now - prepared >= self.ttl + spread

    def touch(self, name: bytes) -> bool:
        """Note a use; say whether the server has the statement."""
        if name not in self._names:
            return False
        self._names.move_to_end(name)
        return True

    def add(self, name: bytes, now: float = 0.0) -> None:
        """The server has it, as of now; or since nobody knows when."""
        self._names[name] = now

    def discard(self, name: bytes) -> None:
        self._names.pop(name, None)

    def lose(self, names: Iterable[bytes]) -> None:
        """The server seems to say that it does not have them."""
        for name in names:
            self.discard(name)
            self.stale.add(name)

    def take_private(self) -> frozenset[bytes]:
        """The ``private`` names that are there; whoever takes them has the server close them."""
        names = frozenset(name for name in self.private if name in self._names)
        self.private.clear()
        return names

    def excess(self) -> tuple[bytes, ...]:
        """The names to close so that ``limit`` remain, the least recently used first."""
        over = 0 if self.limit is None else len(self._names) - max(1, self.limit)
        return tuple(islice(self._names, over)) if over > 0 else ()

    def forget_names(self) -> tuple[bytes, ...]:
        """The server is about to lose all that have names; return them."""
        names = tuple(self._names)
        self._names.clear()
        return names

    def clear(self) -> None:
        self._names.clear()
        self.stale.clear()
        self.private.clear()
        self.unnamed = None
