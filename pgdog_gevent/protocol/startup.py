"""The first packet of a connection. It has no code, and a length of at most 10,000 bytes.

Source: PostgreSQL docs, "Message Formats": StartupMessage, SSLRequest, GSSENCRequest, CancelRequest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from struct import Struct

from pgdog_gevent.errors import InvalidParameterValue, ProtocolViolation
from pgdog_gevent.protocol.body import Body
from pgdog_gevent.protocol.codes import LONGEST_STARTUP

PROTOCOL_MAJOR = 3
NEWEST_MINOR = 2
"""3.2 is the newest version that PostgreSQL 18 speaks; its difference to 3.0 is the length of cancel keys."""

_CANCEL = 80877102
_SSL = 80877103
_GSSENC = 80877104
_two = Struct('!II').pack
_LONGEST_SECRET = 256
_MOST_PARAMETERS = 256

SSL_REQUEST = _two(8, _SSL)
TLS_RECORD_HANDSHAKE = 0x16
"""First byte of a TLS ClientHello: a client that speaks TLS without asking (direct TLS)."""


@dataclass(frozen=True, slots=True)
class SSLRequest:
    """The client asks for TLS."""


@dataclass(frozen=True, slots=True)
class GSSENCRequest:
    """The client asks for GSSAPI encryption."""


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """The client of another connection wants its query cancelled. ``secret`` has 4 bytes, or up to 256 in 3.2."""

    pid: int
    secret: bytes


class Replication(Enum):
    """What a session is for, by the parameter ``replication``; the values are those that servers are told."""

    OFF = 'false'
    PHYSICAL = 'true'
    LOGICAL = 'database'


@dataclass(frozen=True, slots=True)
class StartupMessage:
    """The client says who it is. ``options`` are the names that began with ``_pq_.``."""

    minor: int
    parameters: Mapping[str, str]
    options: tuple[str, ...]

    @property
    def user(self) -> str:
        return self.parameters.get('user', '')

    @property
    def database(self) -> str:
        return self.parameters.get('database') or self.user

    @property
    def replication(self) -> Replication:
        """Raises InvalidParameterValue."""
        return read_replication(self.parameters.get('replication', 'off'))


StartupPacket = StartupMessage | SSLRequest | GSSENCRequest | CancelRequest


def packet_size(length: int) -> int:
    """How many bytes follow the length word of a first packet.

    Raises ProtocolViolation for a length that PostgreSQL refuses, before anything is allocated for it.
    """
    if not 8 <= length <= LONGEST_STARTUP:
        raise ProtocolViolation('invalid length of startup packet')
    return length - 4


def decode(packet: bytes) -> StartupPacket:
    """Read a first packet, given without its length word."""
    cursor = Body(packet)
    code = cursor.uint32()
    if code == _CANCEL:
        return _cancel_request(cursor)
    if code in (_SSL, _GSSENC):
        cursor.end()
        return SSLRequest() if code == _SSL else GSSENCRequest()
    return _startup_message(code, cursor)


def read_replication(text: str) -> Replication:
    """Read the parameter as ProcessStartupPacket of PostgreSQL does: ``database``, or a boolean.

    A boolean is any beginning of a word that stands for no other, as in ``parse_bool`` of its bool.c.
    """
    if text == Replication.LOGICAL.value:
        return Replication.LOGICAL
    meant = {means for word, means in _BOOLEANS.items() if text and word.startswith(text.lower())}
    if len(meant) != 1:
        raise InvalidParameterValue(
            f'invalid value for parameter "replication": "{text}"',
            hint='Valid values are: "false", 0, "true", 1, "database".',
        )
    return meant.pop()


_BOOLEANS = {
    **dict.fromkeys(('true', 'yes', 'on', '1'), Replication.PHYSICAL),
    **dict.fromkeys(('false', 'no', 'off', '0'), Replication.OFF),
}


def _cancel_request(cursor: Body) -> CancelRequest:
    pid, secret = cursor.uint32(), cursor.rest()
    if not 4 <= len(secret) <= _LONGEST_SECRET:
        raise ProtocolViolation('invalid length of cancel request packet')
    return CancelRequest(pid, secret)


def _startup_message(code: int, cursor: Body) -> StartupMessage:
    major, minor = code >> 16, code & 0xFFFF
    if major != PROTOCOL_MAJOR:
        supported = f'3.0 to 3.{NEWEST_MINOR}'
        raise ProtocolViolation(f'unsupported frontend protocol {major}.{minor}: server supports {supported}')
    parameters: dict[str, str] = {}
    options: list[str] = []
    while name := cursor.text():
        value = cursor.text()
        if len(parameters) + len(options) >= _MOST_PARAMETERS:
            raise ProtocolViolation('too many parameters in startup packet')
        if name.startswith('_pq_.'):
            options.append(name)
        else:
            parameters[name] = value
    cursor.end()
    if not parameters.get('user'):
        raise ProtocolViolation('no PostgreSQL user name specified in startup packet')
    return StartupMessage(minor, parameters, tuple(options))


def startup_message(parameters: Mapping[str, str], minor: int = 0) -> bytes:
    """The packet that opens a session with a server."""
    body = b''.join(f'{name}\0{value}\0'.encode() for name, value in parameters.items()) + b'\0'
    return _two(len(body) + 8, PROTOCOL_MAJOR << 16 | minor) + body


def cancel_request(pid: int, secret: bytes) -> bytes:
    """The packet that asks a server to cancel what its backend ``pid`` is doing."""
    return _two(12 + len(secret), _CANCEL) + pid.to_bytes(4, 'big') + secret
