"""The names that one client has given to statements and portals."""

from pgdog_gevent.backend.connection import Note
from pgdog_gevent.backend.prepared import PreparedStatement, StatementNames
from pgdog_gevent.execution.request import Step
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.query import Execute, Named, Parse, Target, bind_names
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.statement import Statement


class Prepared:
    """This client's statements and portals.

    A name counts from the moment its Parse is read, as what follows in the pipeline relies on it; an error that made
    the server skip the Parse takes it back.
    """

    def __init__(self, names: StatementNames, cache: StatementCache) -> None:
        self._names = names
        self._cache = cache
        self._statements: dict[bytes, PreparedStatement] = {}
        self._portals: dict[bytes, PreparedStatement | None] = {}

    def __len__(self) -> int:
        return len(self._statements)

    def step(self, frame: Frame) -> Step:
        """Resolve the names in one message of the extended protocol. Raises ProtocolViolation."""
        match frame.code:
            case Frontend.PARSE:
                return self._parse(frame)
            case Frontend.BIND:
                portal, name = bind_names(frame.body)
                statement = self._portals[portal] = self._statements.get(name)
                return self._step(frame, statement, name)
            case Frontend.EXECUTE:
                return self._step(frame, self._portals.get(Execute.decode(frame.body).portal), b'')
            case Frontend.DESCRIBE:
                return self._describe(frame)
            case Frontend.CLOSE:
                return self._close(frame)
            case _:
                return Step(frame)

    def _step(self, frame: Frame, statement: PreparedStatement | None, name: bytes) -> Step:
        return Step(frame, statement, name, local=self.local(statement.meaning) if statement is not None else '')

    def _parse(self, frame: Frame) -> Step:
        parse = Parse.decode(frame.body)
        taken = self._statements.get(parse.name) if parse.name else None
        if taken is not None:
            return Step(frame, taken, parse.name, clash=True)
        statement = self._names.intern(parse, self._cache.statement(parse.sql))
        self._put(parse.name, statement)
        return self._step(frame, statement, parse.name)

    def _describe(self, frame: Frame) -> Step:
        described = Named.decode(frame.body)
        if described.target is Target.PORTAL:
            return self._step(frame, self._portals.get(described.name), b'')
        return self._step(frame, self._statements.get(described.name), described.name)

    def _close(self, frame: Frame) -> Step:
        closed = Named.decode(frame.body)
        if closed.target is Target.PORTAL:
            self._portals.pop(closed.name, None)
            return Step(frame)
        return self._step(frame, self._remove(closed.name), closed.name)

    def local(self, statement: Statement) -> str:
        """The command tag, if this is a DEALLOCATE of names that only the proxy knows."""
        deallocate = statement.deallocates if statement.effects else None
        if deallocate is None:
            return ''
        if deallocate.name is None:
            return 'DEALLOCATE ALL'
        return 'DEALLOCATE' if deallocate.name.encode() in self._statements else ''

    def has(self, name: str) -> bool:
        return name.encode() in self._statements

    def deallocate(self, name: str | None) -> None:
        """Forget a statement, or all that have names."""
        if name is not None:
            self._remove(name.encode())
            return
        for known in [known for known in self._statements if known]:
            self._remove(known)

    def forget_unnamed(self) -> None:
        """A Query has destroyed the unnamed statement (PostgreSQL docs, "Extended Query")."""
        self._remove(b'')

    def forget_portals(self) -> None:
        """The transaction has ended, and its portals with it."""
        self._portals.clear()

    def revoked(self, note: Note) -> None:
        """A Parse or a Close did not happen."""
        if note.parsed:
            self._remove(note.parsed)
        if note.closed is not None:
            self._put(*note.closed)

    def client_name(self, server_name: bytes) -> bytes | None:
        for name, statement in self._statements.items():
            if statement.server_name == server_name:
                return name
        return None

    def clear(self) -> None:
        for name in list(self._statements):
            self._remove(name)

    def _put(self, name: bytes, statement: PreparedStatement) -> None:
        self._remove(name)
        self._statements[name] = statement
        statement.users += 1

    def _remove(self, name: bytes) -> PreparedStatement | None:
        statement = self._statements.pop(name, None)
        if statement is not None:
            statement.users -= 1
        return statement
