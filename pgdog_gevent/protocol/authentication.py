"""The Authentication messages, both ways.

Source: PostgreSQL docs, "Message Formats", the Authentication* entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.body import Body
from pgdog_gevent.protocol.codes import Backend, Frontend

_int32 = Struct('!i').pack

_OK, _CLEARTEXT, _MD5, _SASL, _SASL_CONTINUE, _SASL_FINAL = 0, 3, 5, 10, 11, 12
_MOST_MECHANISMS = 16


@dataclass(frozen=True, slots=True)
class AuthenticationOk:
    """The client is who it says."""


@dataclass(frozen=True, slots=True)
class CleartextPassword:
    """Send the password as it is."""


@dataclass(frozen=True, slots=True)
class MD5Password:
    """Send the password hashed with this salt of four bytes."""

    salt: bytes


@dataclass(frozen=True, slots=True)
class SASL:
    """Choose one of these mechanisms."""

    mechanisms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SASLContinue:
    """The server's part of a SASL exchange."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class SASLFinal:
    """The server's last part of a SASL exchange."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A method that the proxy does not speak, such as GSSAPI or SSPI, by its number."""

    method: int


Authentication = AuthenticationOk | CleartextPassword | MD5Password | SASL | SASLContinue | SASLFinal | Unsupported

AUTHENTICATION_OK = frames.encode(Backend.AUTHENTICATION, _int32(_OK))
CLEARTEXT_PASSWORD = frames.encode(Backend.AUTHENTICATION, _int32(_CLEARTEXT))


def decode(body: bytes) -> Authentication:
    """Read what a server asks for."""
    cursor = Body(body)
    method = cursor.int32()
    if method == _OK:
        return AuthenticationOk()
    if method == _CLEARTEXT:
        return CleartextPassword()
    if method == _MD5:
        return MD5Password(cursor.take(4))
    if method == _SASL:
        return SASL(_mechanisms(cursor))
    if method == _SASL_CONTINUE:
        return SASLContinue(cursor.rest())
    if method == _SASL_FINAL:
        return SASLFinal(cursor.rest())
    return Unsupported(method)


def _mechanisms(cursor: Body) -> tuple[str, ...]:
    names: list[str] = []
    while name := cursor.text():
        names.append(name)
        if len(names) > _MOST_MECHANISMS:
            raise ProtocolViolation('too many SASL mechanisms')
    return tuple(names)


def md5_password(salt: bytes) -> bytes:
    return frames.encode(Backend.AUTHENTICATION, _int32(_MD5) + salt)


def sasl(mechanisms: Sequence[str]) -> bytes:
    names = b''.join(name.encode() + b'\0' for name in mechanisms)
    return frames.encode(Backend.AUTHENTICATION, _int32(_SASL) + names + b'\0')


def sasl_continue(payload: bytes) -> bytes:
    return frames.encode(Backend.AUTHENTICATION, _int32(_SASL_CONTINUE) + payload)


def sasl_final(payload: bytes) -> bytes:
    return frames.encode(Backend.AUTHENTICATION, _int32(_SASL_FINAL) + payload)


def password_message(password: bytes) -> bytes:
    return frames.encode(Frontend.PASSWORD, password + b'\0')


def read_password(body: bytes) -> bytes:
    cursor = Body(body)
    password = cursor.cstring()
    cursor.end()
    return password


def sasl_initial_response(mechanism: str, payload: bytes) -> bytes:
    return frames.encode(Frontend.PASSWORD, mechanism.encode() + b'\0' + _int32(len(payload)) + payload)


def read_sasl_initial_response(body: bytes) -> tuple[str, bytes]:
    """The mechanism that the client has chosen and its first message."""
    cursor = Body(body)
    mechanism, payload = cursor.text(), cursor.value()
    cursor.end()
    if payload is None:
        raise ProtocolViolation('SASL mechanism needs an initial response')
    return mechanism, payload


def sasl_response(payload: bytes) -> bytes:
    return frames.encode(Frontend.PASSWORD, payload)
