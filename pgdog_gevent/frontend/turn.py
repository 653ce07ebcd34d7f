"""A turn of the extended protocol that can be sent at once: what it asks for, and what the server gets."""

from collections.abc import Mapping
from typing import Final

from pgdog_gevent.backend.prepared import PreparedStatement, ServerStatements
from pgdog_gevent.frontend.judge import Judge
from pgdog_gevent.net.octets import bind_under, find_nul, part
from pgdog_gevent.net.relay import LONGEST_TURN
from pgdog_gevent.protocol.codes import Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.router.recent import Kept
from pgdog_gevent.router.statement import ORDINARY, ORDINARY_READ, Statement

_PARSE: Final = int(Frontend.PARSE)
_BIND: Final = int(Frontend.BIND)
_DESCRIBE: Final = int(Frontend.DESCRIBE)
_EXECUTE: Final = int(Frontend.EXECUTE)
_SYNC: Final = int(Frontend.SYNC)
_HEADER: Final = HEADER_SIZE
_ORDINARY: Final = ORDINARY
_ORDINARY_READ: Final = ORDINARY_READ
_EMPTY: Final = 4
"""The length of a message without a body."""
_LONGEST_TURN: Final = LONGEST_TURN
_LONGEST_KEPT: Final = 2_048
"""Bytes of a turn that is remembered for the next one: each client has one of its own."""
_PORTAL: Final = b'P\0'
_UNNAMED_STATEMENT: Final = b'S\0'
_RUN_SIZE: Final = 5
"""An Execute of the unnamed portal: its empty name and the most rows that are wanted."""


class Turn:
    """Parse (without a name), Bind (of that, or of a statement that the server has), Describe, Execute, and a Sync.

    Only the unnamed portal is in it. One object serves for all turns of a session.
    """

    __slots__ = (
        '_before_bind', '_bind_names', '_repeated', '_sql', 'after_bind', 'bind_end', 'binds', 'bound', 'executes',
        'meaning', 'message', 'parse', 'parsed', 'parses', 'reads', 'statements', 'values_at',
    )  # fmt: skip

    def __init__(self) -> None:
        self.message = b''
        """What the server gets: names of statements are its own."""
        self.meaning: Statement = ORDINARY
        """What is executed; of several things, the one that is not ordinary."""
        self.reads = False
        """Whether all that is in it only reads."""
        self.parsed: list[Kept] = []
        """Of the texts that are parsed in it, what is kept."""
        self.parse = b''
        """The body of the last Parse; empty if there is none."""
        self._before_bind = self._bind_names = self.after_bind = b''
        """The last turn but for the length of its Bind and the values; ``after_bind`` is empty unless there is one
        Bind and all is ordinary."""
        self._sql = b''
        """The text that is parsed in it, if any."""
        self._repeated: bytes | None = None
        """What has been found to be that turn once more."""
        self.bound: PreparedStatement | bytes = b''
        """What was bound last: a statement with a name, or the body of a Parse without one."""
        self.statements: list[PreparedStatement] = []
        """What the server must have."""
        self.parses = self.binds = self.executes = 0
        self.values_at = self.bind_end = 0
        """Where, in what the client has sent, the last Bind has its formats, and where it ends."""

    def read(
        self, message: bytes, judge: Judge, known: Mapping[bytes, PreparedStatement], renames: bool
    ) -> bool:
        """Take in the messages of a turn; false if there is anything in it that takes more care.

        ``known`` has the client's names of prepared statements.
        """
        if message is self._repeated and self._again(message, judge, known, renames):
            return True
        self.after_bind = self.parse = b''
        self._repeated = None
        self.meaning = meaning = _ORDINARY
        self.reads = True
        self.parses = self.binds = self.executes = 0
        if self.statements:
            self.statements = []
        if self.parsed:
            self.parsed = []
        statements = self.statements
        parts: list[bytes] | None = None
        size = len(message)
        position = passed = bind_at = values_at = bind_end = 0
        unnamed: Statement | None = None
        portal: Statement | None = None
        while True:
            if position + _HEADER > size:
                return False
            code = message[position]
            length = message[position + 3] << 8 | message[position + 4]  # No turn is longer than LONGEST_TURN.
            body, end = position + _HEADER, position + length + 1
            if code == _SYNC:
                break
            if length < _EMPTY or end + _HEADER > size:
                return False  # What is looked at below is there, if only in the next header.
            if code == _BIND:
                name_at = body + 1
                if message[body] != 0:
                    return False
                if message[name_at] == 0:
                    portal, self.bound = unnamed, self.parse
                    name_end = name_at
                    if portal is None:
                        return False
                else:
                    name_end = find_nul(message, name_at, end)
                    if name_end < 0:
                        return False
                    statement = known.get(part(message, name_at, name_end))
                    if statement is None or not judge.harmless(statement):
                        return False
                    self.reads = self.reads and judge.reads
                    self.bound = statement
                    portal = _ORDINARY if statement.meaning is _ORDINARY_READ else statement.meaning
                    if renames:
                        statements.append(statement)
                        parts = parts if parts is not None else []
                        if passed < position:
                            parts.append(part(message, passed, position))
                        parts.append(bind_under(statement.server_name, message, name_end, end))
                        passed = end
                self.binds += 1
                bind_at, values_at, bind_end = position, name_end + 1, end
                self.values_at, self.bind_end = values_at, bind_end
            elif code == _EXECUTE:
                if length != _RUN_SIZE + 4 or message[body] != 0 or portal is None:
                    return False
                if portal is not _ORDINARY:
                    if meaning is not _ORDINARY:
                        return False
                    meaning = portal
                self.executes += 1
            elif code == _DESCRIBE:
                what = part(message, body, end)
                if what == _PORTAL:
                    if portal is None:
                        return False
                elif what != _UNNAMED_STATEMENT or unnamed is None:
                    return False
            elif code == _PARSE:
                unnamed = self._read_parse(message, body, end, judge)
                if unnamed is None:
                    return False
                self.reads = self.reads and judge.reads
                self.parses += 1
            else:
                return False
            position = end
        if end != size or length != _EMPTY:
            return False
        self.meaning = meaning
        if parts is None:
            self.message = message
        else:
            parts.append(part(message, passed, size))
            self.message = b''.join(parts)
        if size <= _LONGEST_KEPT and self.binds == 1 and meaning is _ORDINARY and (
            not self.parses or (self.parses == 1 and unnamed is _ORDINARY)
        ):
            self._before_bind = part(message, 0, bind_at + 3)
            self._bind_names = part(message, bind_at + _HEADER, values_at)
            self.after_bind = part(message, bind_end, size)
            self._sql = part(self.parse, 1, find_nul(self.parse, 1, len(self.parse))) if self.parses else b''
        return True

    def comes_again(self, received: bytes) -> bool:
        """Whether this is the last turn, whole, with other values: then nobody need walk through its messages."""
        before, names, after = self._before_bind, self._bind_names, self.after_bind
        length_at, end = len(before), len(received) - len(after)
        names_at = length_at + 2
        if (
            not after
            or end < names_at + len(names)
            or len(received) > _LONGEST_TURN
            or (received[length_at] << 8 | received[length_at + 1]) != end - length_at + 2
            or not received.startswith(before)
            or not received.startswith(names, names_at)
            or not received.endswith(after)
        ):
            return False
        self._repeated = received
        return True

    def _again(
        self, message: bytes, judge: Judge, known: Mapping[bytes, PreparedStatement], renames: bool
    ) -> bool:
        """Whether the last turn, which comes again, is as plain; all of it is known but what is sent."""
        reads = True
        if self.parses:
            kept = self.parsed[0]
            if kept.gone or not judge.ordinary_again(self._sql):
                return False
            reads = judge.reads
        bound = self.bound
        before, names, after = self._before_bind, self._bind_names, self.after_bind
        self.values_at, self.bind_end = len(before) + 2 + len(names), len(message) - len(after)
        if not isinstance(bound, PreparedStatement):
            self.message, self.reads = message, reads
            return True
        if known.get(part(names, 1, len(names) - 1)) is not bound or not judge.harmless(bound):
            return False
        self.reads = reads and judge.reads
        self.message = message
        if renames:
            bind_at, values_at = len(before) - 3, len(before) + 2 + len(names)
            bind = bind_under(bound.server_name, message, values_at - 1, len(message) - len(after))
            self.message = part(before, 0, bind_at) + bind + after
        return True

    def _read_parse(self, message: bytes, body: int, end: int, judge: Judge) -> Statement | None:
        """The meaning of what is parsed; ``None`` if that takes more care."""
        sql_end = find_nul(message, body + 1, end)
        if message[body] != 0 or sql_end < 0 or not _types_fit(message, sql_end + 1, end):
            return None
        self.parse = part(message, body, end)
        meaning = judge.meaning(part(message, body + 1, sql_end))
        self.parsed.append(judge.kept)
        return meaning

    def count(self) -> None:
        """It has been executed."""
        if self.executes:
            for kept in self.parsed:
                kept.hits += 1
        if self.statements:
            for statement in self.statements:
                statement.hits += 1
        elif isinstance(self.bound, PreparedStatement):
            statement = self.bound
            statement.hits += self.binds

    def provided(self, prepared: ServerStatements) -> bool:
        """Whether the server has all the statements that are bound, as they are meant."""
        for statement in self.statements:  # noqa: SIM110  # no generator: this is compiled
            if not prepared.touch(statement.server_name):
                return False
        return True


def _types_fit(message: bytes, start: int, end: int) -> bool:
    """Whether the types of parameters fill the rest of a Parse."""
    return end - start >= 2 and end - start == 2 + 4 * (message[start] << 8 | message[start + 1])
