"""The extended protocol as tests speak it: its messages, and the answers to a round of them."""

import struct

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target
from tests.integration.wire import Wire

Frames = list[tuple[int, bytes]]

EXECUTE = Execute(b'', 0).encode()
DESCRIBE_PORTAL = Named(Target.PORTAL, b'').encode(Frontend.DESCRIBE)


def parse(name: bytes, sql: bytes, *types: int) -> bytes:
    return Parse(name, sql, struct.pack(f'!H{len(types)}I', len(types), *types)).encode()


def bind(name: bytes, *values: bytes) -> bytes:
    return Bind(b'', name, (), values, ()).encode()


def describe(name: bytes) -> bytes:
    return Named(Target.STATEMENT, name).encode(Frontend.DESCRIBE)


def close(name: bytes) -> bytes:
    return Named(Target.STATEMENT, name).encode(Frontend.CLOSE)


def ask(wire: Wire, *messages: bytes) -> Frames:
    """The answers to a round, but for ParameterStatus, which may come at any time."""
    return _answers(wire, b''.join(messages) + query.SYNC)


def ask_simply(wire: Wire, sql: bytes) -> Frames:
    """The same for a Query."""
    return _answers(wire, query.query(sql))


def _answers(wire: Wire, messages: bytes) -> Frames:
    wire.send(messages)
    answers = wire.read_until(Backend.READY_FOR_QUERY)
    return [(code, body) for code, body in answers if code != Backend.PARAMETER_STATUS]


def letters(frames: Frames) -> str:
    return ''.join(chr(code) for code, _ in frames)


def values(frames: Frames) -> list[bytes]:
    """The first columns of the rows."""
    return [body[6:] for code, body in frames if code == Backend.DATA_ROW]
