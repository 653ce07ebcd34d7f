"""The messages by which a backend answers, and those of them that the proxy reads."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from struct import Struct
from typing import NamedTuple

from pgdog_gevent import sqlstate
from pgdog_gevent.errors import ProtocolViolation, ProxyError, Severity
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.body import Body
from pgdog_gevent.protocol.codes import Backend

_MAJOR = 3
_uint16 = Struct('!H').pack
_int32 = Struct('!i').pack
_uint32 = Struct('!I').pack
_column = Struct('!IhIhih').pack

PARSE_COMPLETE = frames.encode(Backend.PARSE_COMPLETE)
BIND_COMPLETE = frames.encode(Backend.BIND_COMPLETE)
CLOSE_COMPLETE = frames.encode(Backend.CLOSE_COMPLETE)
NO_DATA = frames.encode(Backend.NO_DATA)
EMPTY_QUERY_RESPONSE = frames.encode(Backend.EMPTY_QUERY_RESPONSE)
PORTAL_SUSPENDED = frames.encode(Backend.PORTAL_SUSPENDED)


class TransactionStatus(Enum):
    """The byte that ReadyForQuery carries."""

    IDLE = ord('I')
    IN_TRANSACTION = ord('T')
    FAILED = ord('E')


def ready_for_query(status: TransactionStatus) -> bytes:
    return frames.encode(Backend.READY_FOR_QUERY, b'%c' % status.value)


_STATUS = {bytes((status.value,)): status for status in TransactionStatus}


def transaction_status(body: bytes) -> TransactionStatus:
    """The status in a ReadyForQuery body. Raises ProtocolViolation for any other byte."""
    try:
        return _STATUS[body]
    except KeyError:
        raise ProtocolViolation('invalid transaction status in ReadyForQuery') from None


def command_complete(tag: str) -> bytes:
    return frames.encode(Backend.COMMAND_COMPLETE, tag.encode() + b'\0')


def parameter_status(name: str, value: str) -> bytes:
    return frames.encode(Backend.PARAMETER_STATUS, b'%b\0%b\0' % (name.encode(), value.encode()))


def read_parameter_status(body: bytes) -> tuple[str, str]:
    """Name and value; bytes that are no UTF-8 are replaced, since the value is only compared and shown."""
    cursor = Body(body)
    return cursor.cstring().decode(errors='replace'), cursor.cstring().decode(errors='replace')


def backend_key_data(pid: int, secret: bytes) -> bytes:
    return frames.encode(Backend.BACKEND_KEY_DATA, _uint32(pid) + secret)


def notifying_process(notification: bytes) -> int:
    """The process id in the body of a NotificationResponse."""
    return int.from_bytes(notification[:4], 'big')


def notified_by(pid: int, notification: bytes) -> bytes:
    """The NotificationResponse with another process id; ``notification`` is its body."""
    return frames.encode(Backend.NOTIFICATION_RESPONSE, _uint32(pid) + notification[4:])


class Column(NamedTuple):
    """A column of a RowDescription, text format unless told otherwise."""

    name: str
    type_oid: int
    type_size: int
    format: int = 0


def row_description(columns: Sequence[Column]) -> bytes:
    parts = [_uint16(len(columns))]
    for name, oid, size, form in columns:
        parts.append(name.encode() + b'\0' + _column(0, 0, oid, size, -1, form))
    return frames.encode(Backend.ROW_DESCRIPTION, b''.join(parts))


def parameter_description(oids: Sequence[int]) -> bytes:
    return frames.encode(Backend.PARAMETER_DESCRIPTION, b''.join((_uint16(len(oids)), *map(_uint32, oids))))


def data_row(values: Iterable[bytes | None]) -> bytes:
    """One row; ``None`` is NULL."""
    parts = [_int32(-1) if value is None else _int32(len(value)) + value for value in values]
    return frames.encode(Backend.DATA_ROW, _uint16(len(parts)) + b''.join(parts))


def negotiate_protocol_version(minor: int, options: Sequence[str]) -> bytes:
    """The newest minor version that is spoken here, and the ``_pq_.`` options that are not known."""
    # The whole version, as PostgreSQL sends it and libpq reads it; the documentation speaks of the minor one only.
    body = _int32(_MAJOR << 16 | minor) + _int32(len(options)) + b''.join(name.encode() + b'\0' for name in options)
    return frames.encode(Backend.NEGOTIATE_PROTOCOL_VERSION, body)


class ErrorFields(NamedTuple):
    """The fields of an ErrorResponse or NoticeResponse that the proxy looks at.

    Every field is optional on the wire; a missing SQLSTATE reads ``XX000``.
    """

    severity: str
    sqlstate: str
    message: str
    detail: str = ''
    hint: str = ''
    routine: str = ''
    position: str = ''
    """A number, as it is on the wire."""

    @property
    def final(self) -> bool:
        """Whether the server ends the session with it."""
        return self.severity in ('FATAL', 'PANIC')

    @classmethod
    def decode(cls, body: bytes) -> 'ErrorFields':
        cursor = Body(body)
        fields: dict[str, str] = {}
        while letter := cursor.byte():
            fields[chr(letter)] = cursor.cstring().decode(errors='replace')
        return cls(
            severity=fields.get('V') or fields.get('S') or 'ERROR',
            sqlstate=fields.get('C') or sqlstate.INTERNAL_ERROR,
            message=fields.get('M', ''),
            detail=fields.get('D', ''),
            hint=fields.get('H', ''),
            routine=fields.get('R', ''),
            position=fields.get('P', ''),
        )

    def encode(self) -> bytes:
        letters = (
            ('S', self.severity),
            ('V', self.severity),
            ('C', self.sqlstate),
            ('M', self.message),
            ('D', self.detail),
            ('H', self.hint),
            ('P', self.position),
            ('R', self.routine),
        )
        fields = b''.join(f'{letter}{text}'.replace('\0', ' ').encode() + b'\0' for letter, text in letters if text)
        return frames.encode(Backend.ERROR_RESPONSE, fields + b'\0')


class ServersWords(ProxyError):
    """An error that has the words of a server and its SQLSTATE. Stands before what else the error is."""

    def __init__(self, fields: ErrorFields) -> None:
        super().__init__(fields.message, detail=fields.detail, hint=fields.hint)
        self.sqlstate = fields.sqlstate


def moved(body: bytes, position: Callable[[int], int]) -> bytes:
    """The body of an ErrorResponse with its cursor position, if it has one, put through ``position``."""
    fields = body.split(b'\0')
    return b'\0'.join(
        b'P%d' % position(int(field[1:])) if field[:1] == b'P' and field[1:].isdigit() else field for field in fields
    )


def error_response(error: ProxyError, severity: Severity | None = None) -> bytes:
    """What the client is told of an error of the proxy's own; ``severity`` when it is not the error's usual one."""
    word = (severity or error.severity).value
    position = str(error.position) if error.position else ''
    return ErrorFields(
        word, error.sqlstate, error.message, error.detail, error.hint, error.routine, position
    ).encode()


def error_body(error: ProxyError) -> bytes:
    """The body of the same."""
    return error_response(error)[frames.HEADER_SIZE :]


Shape = tuple[tuple[bytes, int, int], ...]
"""Of each column of a result: name, oid of the type, type modifier."""


def row_shape(body: bytes) -> Shape:
    """What a client must know to read the rows that a RowDescription announces; nothing for a NoData."""
    if not body:
        return ()
    cursor = Body(body)
    columns = []
    for _ in range(cursor.count()):
        name = cursor.cstring()
        cursor.take(6)  # Table and column that it comes from.
        oid = cursor.uint32()
        cursor.take(2)  # Size of the type.
        columns.append((name, oid, cursor.int32()))
        cursor.take(2)  # Format: not known before Bind.
    cursor.end()
    return tuple(columns)
