"""The messages by which a frontend asks for work: Query, Parse, Bind, Describe, Execute, Close.

Names and SQL stay bytes: they are in the client's encoding, which the proxy has no need to know.
"""

from dataclasses import dataclass
from enum import Enum
from struct import Struct
from typing import NamedTuple, Self

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.body import Body
from pgdog_gevent.protocol.codes import Frontend

_count = Struct('!H').pack
_int16 = Struct('!h').pack
_int32 = Struct('!i').pack

SYNC = frames.encode(Frontend.SYNC)
FLUSH = frames.encode(Frontend.FLUSH)
TERMINATE = frames.encode(Frontend.TERMINATE)


class Target(Enum):
    """What Describe and Close speak of."""

    STATEMENT = ord('S')
    PORTAL = ord('P')


def query(sql: bytes) -> bytes:
    """A Query message."""
    return frames.encode(Frontend.QUERY, sql + b'\0')


def query_text(body: bytes) -> bytes:
    """The SQL of a Query message."""
    cursor = Body(body)
    sql = cursor.cstring()
    cursor.end()
    return sql


class Parse(NamedTuple):
    """A statement text gets a name. ``parameter_types`` is the count and the oids as sent."""

    name: bytes
    sql: bytes
    parameter_types: bytes

    @classmethod
    def decode(cls, body: bytes) -> 'Parse':
        name, sql_at = _cstring(body, 0)
        sql, types_at = _cstring(body, sql_at)
        types = body[types_at:]
        if len(types) < 2 or len(types) != 2 + 4 * int.from_bytes(types[:2]):
            raise ProtocolViolation('invalid message format')
        return cls(name, sql, types)

    def encode(self) -> bytes:
        return frames.encode(Frontend.PARSE, b'%b\0%b\0%b' % (self.name, self.sql, self.parameter_types))


@dataclass(frozen=True, slots=True)
class Bind:
    """A statement gets parameters and becomes a portal."""

    portal: bytes
    statement: bytes
    parameter_formats: tuple[int, ...]
    parameters: tuple[bytes | None, ...]
    result_formats: tuple[int, ...]

    @classmethod
    def decode(cls, body: bytes) -> Self:
        cursor = Body(body)
        bind = cls(
            portal=cursor.cstring(),
            statement=cursor.cstring(),
            parameter_formats=tuple(cursor.int16() for _ in range(cursor.count())),
            parameters=tuple(cursor.value() for _ in range(cursor.count())),
            result_formats=tuple(cursor.int16() for _ in range(cursor.count())),
        )
        cursor.end()
        return bind

    def encode(self) -> bytes:
        parts = [self.portal, b'\0', self.statement, b'\0', _int16s(self.parameter_formats)]
        parts.append(_count(len(self.parameters)))
        for parameter in self.parameters:
            parts.append(_int32(-1) if parameter is None else _int32(len(parameter)) + parameter)
        parts.append(_int16s(self.result_formats))
        return frames.encode(Frontend.BIND, b''.join(parts))


def _int16s(numbers: tuple[int, ...]) -> bytes:
    return _count(len(numbers)) + b''.join(map(_int16, numbers))


def bind_names(body: bytes) -> tuple[bytes, bytes]:
    """Portal and statement of a Bind, without a look at its parameters."""
    portal, statement_at = _cstring(body, 0)
    return portal, _cstring(body, statement_at)[0]


def execute_portal(body: bytes) -> bytes:
    """The portal of an Execute."""
    portal, limit_at = _cstring(body, 0)
    if len(body) != limit_at + 4:
        raise ProtocolViolation('invalid message format')
    return portal


def _cstring(body: bytes, start: int) -> tuple[bytes, int]:
    """The string that begins at ``start``, and where the next field does; without a cursor, for every query's sake."""
    end = body.find(b'\0', start)
    if end < 0:
        raise ProtocolViolation('invalid string in message')
    return body[start:end], end + 1


def bind_to(body: bytes, portal: bytes, old: bytes, new: bytes) -> bytes:
    """The Bind message with statement ``new`` in the place of ``old``; the parameters pass unread."""
    rest = body[len(portal) + len(old) + 1 :]
    return frames.encode(Frontend.BIND, b'%b\0%b%b' % (portal, new, rest))


@dataclass(frozen=True, slots=True)
class Named:
    """Describe and Close: a statement or a portal, by name."""

    target: Target
    name: bytes

    @classmethod
    def decode(cls, body: bytes) -> Self:
        cursor = Body(body)
        letter, name = cursor.byte(), cursor.cstring()
        cursor.end()
        try:
            return cls(Target(letter), name)
        except ValueError:
            raise ProtocolViolation(f'invalid message subtype {letter}') from None

    def encode(self, code: int) -> bytes:
        return frames.encode(code, b'%c%b\0' % (self.target.value, self.name))


@dataclass(frozen=True, slots=True)
class Execute:
    """Run a portal. ``limit`` is the number of rows after which it is suspended; 0 means all."""

    portal: bytes
    limit: int

    @classmethod
    def decode(cls, body: bytes) -> Self:
        cursor = Body(body)
        execute = cls(cursor.cstring(), cursor.int32())
        cursor.end()
        return execute

    def encode(self) -> bytes:
        return frames.encode(Frontend.EXECUTE, self.portal + b'\0' + _int32(self.limit))
