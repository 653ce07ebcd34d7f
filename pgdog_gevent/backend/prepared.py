"""Prepared statements: one text and parameter types, one name on every server.

``StatementNames`` is the process-wide table; ``ServerStatements`` is what one server has of it.
"""

from collections import OrderedDict
from itertools import islice
from typing import Final
from weakref import WeakValueDictionary

from pgdog_gevent.protocol.query import Parse
from pgdog_gevent.router.statement import Statement

PREFIX: Final = b'__pgdog_'


class PreparedStatement:
    """A text with parameter types, shared by all clients that have prepared it.

    ``server_name`` is its name wherever it is prepared; ``users`` counts the client-side names that stand for it.
    """

    __slots__ = ('__weakref__', 'meaning', 'parameter_types', 'server_name', 'sql', 'users')

    def __init__(self, server_name: bytes, sql: bytes, parameter_types: bytes, meaning: Statement) -> None:
        self.server_name = server_name
        self.meaning = meaning
        self.sql = sql
        self.parameter_types = parameter_types
        self.users = 0

    def bound(self, meaning: Statement) -> 'PreparedStatement':
        """The same for one portal, for whose parameters ``meaning`` holds."""
        return PreparedStatement(self.server_name, self.sql, self.parameter_types, meaning)

    def parse(self, name: bytes) -> bytes:
        """The Parse message that prepares it under ``name``."""
        return Parse(name, self.sql, self.parameter_types).encode()

    @property
    def size_bytes(self) -> int:
        return len(self.sql) + len(self.parameter_types) + len(self.server_name)


class StatementNames:
    """Gives equal statements one name.

    A statement that no client holds is forgotten; a name is never given twice, so a server that still has the old
    one is not mistaken.
    """

    def __init__(self) -> None:
        self._statements: WeakValueDictionary[tuple[bytes, bytes], PreparedStatement] = WeakValueDictionary()
        self._count = 0

    def intern(self, parse: Parse, meaning: Statement) -> PreparedStatement:
        """The one statement of this text and these types."""
        key = parse.sql, parse.parameter_types
        statement = self._statements.get(key)
        if statement is None:
            self._count += 1
            statement = PreparedStatement(b'%b%d' % (PREFIX, self._count), *key, meaning)
            self._statements[key] = statement
        return statement

    def __len__(self) -> int:
        return len(self._statements)

    def retire(self, statement: PreparedStatement) -> None:
        """Give the next one with this text another name: under this one, servers have plans that are out of date."""
        key = statement.sql, statement.parameter_types
        if self._statements.get(key) is statement:
            del self._statements[key]

    def renew(self, statement: PreparedStatement) -> PreparedStatement:
        """The same text under another name."""
        self.retire(statement)
        return self.intern(Parse(b'', statement.sql, statement.parameter_types), statement.meaning)

    def all(self) -> tuple[PreparedStatement, ...]:
        return tuple(self._statements.values())


class ServerStatements:
    """The names that one server has prepared, the least recently used first.

    A name counts from the moment its Parse is sent: what follows in the same pipeline relies on it. If the server
    skips that Parse, ``ReplyLedger`` says so and the name is taken out again. ``unnamed`` is what its unnamed
    statement is, if that is known.
    """

    __slots__ = ('_names', 'limit', 'stale', 'unnamed')

    def __init__(self) -> None:
        self._names: OrderedDict[bytes, None] = OrderedDict()
        self.limit: int | None = None
        """``prepared_statements_limit``; ``None`` for no limit."""
        self.unnamed: PreparedStatement | None = None
        self.stale: set[bytes] = set()
        """Names to close before anything else, because a plan is out of date."""

    def __contains__(self, name: bytes) -> bool:
        return name in self._names

    def __len__(self) -> int:
        return len(self._names)

    def touch(self, name: bytes) -> bool:
        """Note a use; say whether the server has the statement."""
        if name not in self._names:
            return False
        self._names.move_to_end(name)
        return True

    def add(self, name: bytes) -> None:
        self._names[name] = None

    def discard(self, name: bytes) -> None:
        self._names.pop(name, None)

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
        self.unnamed = None
