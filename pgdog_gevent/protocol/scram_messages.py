"""The four messages of a SCRAM exchange, taken apart.

Both peers are untrusted: a client before it has logged in, and a server that somebody may have put in the way. Each
``parse_*`` bounds the whole message before it looks inside, and raises ProtocolViolation on anything malformed.
Attributes are kept as bytes: nothing in them needs an encoding.

Sources: RFC 5802, section 7 (grammar); PostgreSQL's auth-scram.c and fe-auth-scram.c (what is really accepted).
"""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

from pgdog_gevent import sqlstate
from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol.scram_keys import KEY_SIZE

MAX_MESSAGE = 64 * 1024
MAX_NONCE = 1024
MAX_SALT = 1024
MAX_ITERATIONS = 1_000_000
"""What we are ready to compute for a server; PostgreSQL's own default is 4096."""

# RFC 5802 "printable": visible ASCII without the comma.
_NONCE = re.compile(rb'[\x21-\x2b\x2d-\x7e]+')
_ITERATIONS = re.compile(rb'[1-9][0-9]{0,6}')


class UnsupportedScram(ProtocolViolation):
    """The peer uses a part of SCRAM that PostgreSQL does not have either."""

    sqlstate = sqlstate.FEATURE_NOT_SUPPORTED


@dataclass(frozen=True, slots=True)
class ClientFirst:
    """``client-first-message``: the client's nonce and what it says on channel binding."""

    flag: bytes
    """``n``, ``y``, or ``p=`` and the name of a channel binding."""
    bare: bytes
    """The message without its GS2 header, as both signatures cover it."""
    nonce: bytes

    @property
    def header(self) -> bytes:
        """The GS2 header, which the client repeats in its final message."""
        return self.flag + b',,'


@dataclass(frozen=True, slots=True)
class ServerFirst:
    """``server-first-message``: the common nonce, and how the password is salted."""

    nonce: bytes
    salt: bytes
    iterations: int


@dataclass(frozen=True, slots=True)
class ClientFinal:
    """``client-final-message``: the proof of the password."""

    binding: bytes
    """Still in base64, which is how PostgreSQL compares it."""
    nonce: bytes
    proof: bytes
    without_proof: bytes


@dataclass(frozen=True, slots=True)
class ServerSignature:
    """``server-final-message`` of a server that accepted the proof."""

    signature: bytes


@dataclass(frozen=True, slots=True)
class ServerRefusal:
    """``server-final-message`` of a server that did not; ``reason`` is its own word."""

    reason: str


def parse_client_first(message: bytes) -> ClientFirst:
    """Take a ``client-first-message`` apart.

    The user name in it is ignored, as PostgreSQL does: libpq leaves it empty.
    """
    flag, authorization_identity, bare = _header(_bounded(message))
    if authorization_identity.startswith(b'a'):
        raise UnsupportedScram('SCRAM authorization identities are not supported')
    if authorization_identity or (flag not in (b'n', b'y') and not flag.startswith(b'p=')):
        raise ProtocolViolation('malformed GS2 header in SCRAM message')
    if bare.startswith(b'm'):
        raise UnsupportedScram('client requires an unsupported SCRAM extension')
    attributes = bare.split(b',')
    if len(attributes) < 2:
        raise ProtocolViolation('malformed SCRAM message: attributes are missing')
    _value(attributes[0], b'n')
    _check_extensions(attributes[2:])
    return ClientFirst(flag=flag, bare=bare, nonce=_nonce(attributes[1]))


def parse_server_first(message: bytes) -> ServerFirst:
    """Take a ``server-first-message`` apart.

    Extensions are refused, as libpq does: PostgreSQL has none.
    """
    attributes = _bounded(message).split(b',')
    if attributes[0].startswith(b'm='):
        raise UnsupportedScram('server requires an unsupported SCRAM extension')
    if len(attributes) != 3:
        raise ProtocolViolation('malformed SCRAM message: expected nonce, salt and iteration count')
    salt = _decoded(_value(attributes[1], b's'))
    if not 0 < len(salt) <= MAX_SALT:
        raise ProtocolViolation('SCRAM salt has an invalid length', detail=f'{len(salt)} of at most {MAX_SALT} bytes.')
    return ServerFirst(_nonce(attributes[0]), salt, _iterations(_value(attributes[2], b'i')))


def parse_client_final(message: bytes) -> ClientFinal:
    """Take a ``client-final-message`` apart; the proof must come last."""
    attributes = _bounded(message).split(b',')
    if len(attributes) < 3:
        raise ProtocolViolation('malformed SCRAM message: attributes are missing')
    binding, nonce, *extensions, proof = attributes
    _check_extensions(extensions)
    return ClientFinal(
        binding=_value(binding, b'c'),
        nonce=_nonce(nonce),
        proof=_key(_value(proof, b'p')),
        without_proof=message[: -len(proof) - 1],
    )


def parse_server_final(message: bytes) -> ServerSignature | ServerRefusal:
    """Take a ``server-final-message`` apart; nothing may follow its one attribute."""
    if _bounded(message).startswith(b'e='):
        return ServerRefusal(message[2:102].decode('ascii', 'backslashreplace'))
    return ServerSignature(_key(_value(message, b'v')))


def _bounded(message: bytes) -> bytes:
    if len(message) > MAX_MESSAGE:
        raise ProtocolViolation('SCRAM message is too long', detail=f'{len(message)} of at most {MAX_MESSAGE} bytes.')
    if b'\0' in message:
        raise ProtocolViolation('malformed SCRAM message: it contains a zero byte')
    return message


def _header(message: bytes) -> tuple[bytes, bytes, bytes]:
    parts = message.split(b',', 2)
    if len(parts) != 3:
        raise ProtocolViolation('malformed GS2 header in SCRAM message')
    return parts[0], parts[1], parts[2]


def _value(attribute: bytes, name: bytes) -> bytes:
    if not attribute.startswith(name + b'='):
        raise ProtocolViolation(f'malformed SCRAM message: attribute {name.decode()!r} expected')
    return attribute[2:]


def _check_extensions(attributes: list[bytes]) -> None:
    """Ignore optional extensions; refuse what is none."""
    for attribute in attributes:
        name = attribute[:1]
        if attribute[1:2] != b'=' or not name.isalpha() or name in b'cmnprs':
            raise ProtocolViolation('malformed SCRAM message: unexpected attribute')


def _nonce(attribute: bytes) -> bytes:
    nonce = _value(attribute, b'r')
    if len(nonce) > MAX_NONCE:
        raise ProtocolViolation('SCRAM nonce is too long', detail=f'{len(nonce)} of at most {MAX_NONCE} bytes.')
    if not _NONCE.fullmatch(nonce):
        raise ProtocolViolation('non-printable characters in SCRAM nonce')
    return nonce


def _iterations(value: bytes) -> int:
    if not _ITERATIONS.fullmatch(value) or int(value) > MAX_ITERATIONS:
        raise ProtocolViolation('SCRAM iteration count is invalid', detail=f'It must be 1 to {MAX_ITERATIONS}.')
    return int(value)


def _decoded(value: bytes) -> bytes:
    try:
        decoded = b64decode(value, validate=True)
    except binascii.Error:
        raise ProtocolViolation('malformed SCRAM message: invalid base64') from None
    # One value has one spelling: b64decode would drop stray bits in the last character.
    if b64encode(decoded) != value:
        raise ProtocolViolation('malformed SCRAM message: invalid base64')
    return decoded


def _key(value: bytes) -> bytes:
    key = _decoded(value)
    if len(key) != KEY_SIZE:
        raise ProtocolViolation(f'malformed SCRAM message: a proof or signature must have {KEY_SIZE} bytes')
    return key
