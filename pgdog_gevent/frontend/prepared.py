"""The names that one client has given to statements and portals."""

from collections.abc import Callable, Collection
from typing import Final

from pgdog_gevent.backend.neighbours import Neighbours
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import ONCE, PreparedStatement, Reading, StatementNames
from pgdog_gevent.config.resolve import Place
from pgdog_gevent.execution.request import Step
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target, bind_names, execute_portal
from pgdog_gevent.router.set_config import bound
from pgdog_gevent.router.statement import ORDINARY, SqlPrepared, Statement
from pgdog_gevent.router.unique_ids import without_ids

_NO_SUCH_PORTAL: Final = Frame(Frontend.EXECUTE, Execute(b'\x7fspent', 0).encode()[HEADER_SIZE:])
"""Has the server say that a portal cannot be run."""

_NOTHING: Final[frozenset[bytes]] = frozenset()


class Prepared:
    """This client's statements and portals.

    A name counts from the moment its Parse is read, as what follows in the pipeline relies on it; an error that made
    the server skip the Parse takes it back.
    """

    def __init__(
        self, names: StatementNames, meaning: Callable[[bytes], Statement], reading: Callable[[], Reading | None],
        with_ids: Callable[[bytes], bytes], completed: Callable[[bytes], bytes] = bytes,
    ) -> None:  # fmt: skip
        """``meaning``: what a text says. ``with_ids``: the text with ids in the place of ``pgdog.unique_id()``.

        ``completed``: the text with such calls for primary keys that the proxy gives.

        ``reading``: how what the client prepares now is read; ``None`` when nobody knows.
        """
        self._names = names
        self._meaning = meaning
        self._reading = reading
        self._with_ids = with_ids
        self._completed = completed
        self.rereads = False
        """Whether something has been asked for in this round that may change the reading."""
        self.statements: dict[bytes, PreparedStatement] = {}
        """By the client's names, the unnamed one among them."""
        self._portals: dict[bytes, PreparedStatement | None] = {}
        self._spent = _NOTHING
        """Portals of a DEALLOCATE that has been answered here. No server may be asked to run them."""

    def __len__(self) -> int:
        return len(self.statements)

    def step(self, frame: Frame) -> Step:
        """Resolve the names in one message of the extended protocol. Raises ProtocolViolation."""
        match frame.code:
            case Frontend.PARSE:
                return self._parse(frame)
            case Frontend.BIND:
                portal, name = bind_names(frame.body)
                statement = self.statements.get(name)
                if statement is not None and statement.template:
                    statement = self._with_fresh_ids(statement)
                self._portals[portal] = statement
                if statement is not None and statement.meaning.effects and statement.meaning.takes_parameters:
                    self._portals[portal] = statement.bound(bound(statement.meaning, Bind.decode(frame.body)))
                self._spent -= {portal}
                return Step(frame, statement, name)
            case Frontend.EXECUTE:
                return self._execute(frame)
            case Frontend.DESCRIBE:
                return self._describe(frame)
            case Frontend.CLOSE:
                return self._close(frame)
            case _:
                return Step(frame)

    def _execute(self, frame: Frame) -> Step:
        portal = execute_portal(frame.body)
        if portal in self._spent:
            return Step(_NO_SUCH_PORTAL)
        statement = self._portals.get(portal)
        if statement is None:
            return Step(frame)
        if statement.meaning is not ORDINARY:
            self.rereads = self.rereads or statement.meaning.changes_reading
        local = self.local(statement.meaning)
        if local:
            self._spent |= {portal}
        return Step(frame, statement, local=local, closed=self._deallocated(statement.meaning))

    def _deallocated(self, meaning: Statement) -> tuple[tuple[bytes, PreparedStatement], ...]:
        """Forget what a statement is about to deallocate: what follows in the pipeline may give the names anew."""
        if not meaning.effects:
            return ()
        if meaning.discards_all:
            return self.deallocate(None)
        deallocate = meaning.deallocates
        return self.deallocate(deallocate.name) if deallocate is not None else ()

    def _parse(self, frame: Frame) -> Step:
        parse = Parse.decode(frame.body)
        taken = self.statements.get(parse.name) if parse.name else None
        if taken is not None:
            return Step(frame, taken, parse.name, clash=True)
        statement = self._interned(parse)
        if statement.template:
            frame = Frame(Frontend.PARSE, parse._replace(sql=statement.sql).encode()[HEADER_SIZE:])
        replaced = self.statements.get(b'') if not parse.name else None
        self._put(parse.name, statement)
        return Step(frame, statement, parse.name, replaced=replaced)

    def _with_fresh_ids(self, statement: PreparedStatement) -> PreparedStatement:
        """What one Bind binds, of a statement that is never the same twice."""
        sql = self._with_ids(statement.template)
        return PreparedStatement(ONCE, sql, statement.parameter_types, self._meaning(sql), reading=None)

    def _interned(self, parse: Parse) -> PreparedStatement:
        completed = self._completed(parse.sql)
        if completed is not parse.sql:
            parse = parse._replace(sql=completed)
        meaning = self._meaning(parse.sql)
        if meaning.draws_ids:
            described = parse._replace(sql=without_ids(parse.sql))
            statement = self._names.intern(described, meaning, self._reading())
            statement.template = parse.sql
            return statement
        executed = None
        if meaning.prepared is not None and not meaning.prepared.prepares:
            executed = self.named(meaning.prepared.name)
        if meaning.prepared is None or executed is None:
            return self._names.intern(parse, meaning, self._reading())
        parse = parse._replace(sql=meaning.prepared.under(executed.server_name))
        statement = self._names.intern(parse, meaning.executing(executed.meaning), self._reading())
        statement.needs = executed
        return statement

    def _describe(self, frame: Frame) -> Step:
        described = Named.decode(frame.body)
        if described.target is Target.PORTAL:
            return Step(frame, self._portals.get(described.name))
        return Step(frame, self.statements.get(described.name), described.name)

    def adopt(self, parse: bytes) -> None:
        """A Parse with this body has succeeded."""
        self._parse(Frame(Frontend.PARSE, parse))

    def adopt_portal(self, bound: PreparedStatement | bytes) -> None:
        """The unnamed portal is of this statement, or of one whose Parse has this body."""
        self._portals[b''] = self._interned(Parse.decode(bound)) if isinstance(bound, bytes) else bound

    @property
    def has_spent_portals(self) -> bool:
        return bool(self._spent)

    def _close(self, frame: Frame) -> Step:
        closed = Named.decode(frame.body)
        if closed.target is Target.PORTAL:
            self._portals.pop(closed.name, None)
            return Step(frame)
        statement = self._remove(closed.name)
        return Step(frame, statement, closed.name, closed=() if statement is None else ((closed.name, statement),))

    def named(self, name: bytes) -> PreparedStatement | None:
        """What the client knows by a name."""
        return self.statements.get(name) if name else None

    def intern_sql(self, prepare: SqlPrepared) -> PreparedStatement:
        """The statement that a PREPARE makes; it has no name yet."""
        return self._names.intern_sql(prepare, self._reading())

    def give(self, name: bytes, statement: PreparedStatement) -> None:
        """A PREPARE has succeeded."""
        self._put(name, statement)

    def local(self, statement: Statement) -> str:
        """The command tag, if this is a DEALLOCATE of names that only the proxy knows."""
        deallocate = statement.deallocates if statement.effects else None
        if deallocate is None:
            return ''
        if deallocate.name is None:
            return 'DEALLOCATE ALL'
        return 'DEALLOCATE' if deallocate.name.encode() in self.statements else ''

    def deallocate(self, name: str | None) -> tuple[tuple[bytes, PreparedStatement], ...]:
        """Forget a statement, or all that have names; return what is forgotten."""
        names = [known for known in self.statements if known] if name is None else [name.encode()]
        removed = ((known, self._remove(known)) for known in names)
        return tuple((known, statement) for known, statement in removed if statement is not None)

    def schema_changes(self, place: Place) -> None:
        """What is parsed from now on may mean something else than it did."""
        self._names.schema_changes()
        self._names.neighbours.schema_changes(place)

    def tables_change(self, names: Collection[str]) -> None:
        """What is parsed from now on and mentions one of these tables may mean something else than it did."""
        self._names.tables_change(names)
        self._names.neighbours.tables_change(names)

    @property
    def neighbours(self) -> Neighbours:
        """The other processes."""
        return self._names.neighbours

    def outdated(self, statement: PreparedStatement) -> None:
        """Have the text prepared anew when it is parsed again."""
        self._names.retire(statement)

    def renewed(self, statement: PreparedStatement, names: frozenset[bytes]) -> PreparedStatement:
        """Let ``names`` stand for the same text under another name at the servers; return that."""
        fresh = self._names.renew(statement)
        for name in names:
            if name and self.statements.get(name) is statement:
                self._put(name, fresh)
        return fresh

    @property
    def unnamed(self) -> PreparedStatement | None:
        return self.statements.get(b'')

    def forget_unnamed(self) -> None:
        """A Query has destroyed the unnamed statement (PostgreSQL docs, "Extended Query")."""
        if b'' in self.statements:
            self._remove(b'')

    def round_ends(self) -> None:
        """What was asked for has been answered."""
        self.rereads = False

    def forget_portals(self) -> None:
        """The transaction has ended, and its portals with it."""
        if self._portals:
            self._portals.clear()
            self._spent = _NOTHING

    def revoked(self, note: Note, *, skipped: bool) -> None:
        """A Parse, Close or DEALLOCATE has failed or was skipped. Those of one pipeline come last first."""
        if note.parsed is not None:
            self._remove(note.parsed)
            if skipped and note.replaced is not None:
                self._put(b'', note.replaced)
        for name, statement in note.closed:
            self._put(name, statement)

    def client_name(self, server_name: bytes) -> bytes | None:
        """The newest of this client's names for a statement; clients may have several."""
        for name, statement in reversed(self.statements.items()):
            if name and statement.server_name == server_name:
                return name
        return None

    def clear(self) -> None:
        for name in list(self.statements):
            self._remove(name)

    def _put(self, name: bytes, statement: PreparedStatement) -> None:
        self._remove(name)
        self.statements[name] = statement
        statement.users += 1

    def _remove(self, name: bytes) -> PreparedStatement | None:
        statement = self.statements.pop(name, None)
        if statement is not None:
            statement.users -= 1
        return statement
