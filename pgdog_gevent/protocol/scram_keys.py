"""What SCRAM keeps in place of a password: keys to log in with, and verifiers to check a login by.

Only ``salted_password`` is costly: it is a function of its own so that the caller can cache its result and run it off
the hub. All else here takes microseconds.

Sources: RFC 5802, section 3; PostgreSQL's auth-scram.c and scram-common.c.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac, sha256

from pgdog_gevent import sqlstate
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.protocol.saslprep import prepare

KEY_SIZE = 32
"""Bytes of a SHA-256 digest, hence of every key, proof and signature."""
SALT_SIZE = 16
"""Bytes of a new salt; PostgreSQL's own choice."""
DEFAULT_ITERATIONS = 4096

_SCHEME = 'SCRAM-SHA-256'
_MAX_ITERATIONS = 2**31 - 1


class InvalidVerifier(ProxyError, ValueError):
    """A string is no SCRAM verifier of PostgreSQL's."""

    sqlstate = sqlstate.CONFIG_FILE_ERROR


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """What logs in to every server whose verifier has the salt and iterations they were derived with."""

    client_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)

    @classmethod
    def derive(cls, salted: bytes) -> 'ClientKeys':
        """Derive both keys from a salted password; cheap."""
        return cls(hmac_sha256(salted, b'Client Key'), hmac_sha256(salted, b'Server Key'))

    @classmethod
    def from_password(cls, password: str, salt: bytes, iterations: int) -> 'ClientKeys':
        """Derive both keys from a password; as costly as ``salted_password``."""
        return cls.derive(salted_password(password, salt, iterations))


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a server stores for a password: enough to check a login, not enough to log in elsewhere."""

    iterations: int
    salt: bytes
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> 'Verifier':
        """Read ``SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>``, as in ``pg_authid.rolpassword``.

        Raises InvalidVerifier, a ValueError; its message does not repeat the text.
        """
        try:
            scheme, salting, keys = text.split('$')
            iterations, salt = salting.split(':')
            stored_key, server_key = keys.split(':')
            verifier = cls(_count(iterations), *map(_decoded, (salt, stored_key, server_key)))
        except ValueError:
            raise _invalid_verifier() from None
        if scheme != _SCHEME or not verifier._valid():
            raise _invalid_verifier()
        return verifier

    @classmethod
    def from_keys(cls, keys: ClientKeys, salt: bytes, iterations: int) -> 'Verifier':
        """Make the verifier of keys that were derived with this salt and iteration count; cheap."""
        return cls(iterations, salt, sha256(keys.client_key).digest(), keys.server_key)

    @classmethod
    def from_password(cls, password: str, salt: bytes, iterations: int = DEFAULT_ITERATIONS) -> 'Verifier':
        """Make the verifier of a password; as costly as ``salted_password``."""
        return cls.from_keys(ClientKeys.from_password(password, salt, iterations), salt, iterations)

    def text(self) -> str:
        """Write the verifier as PostgreSQL stores it, and as ``password_hash`` takes it.

        No ``__str__``: a log line must not let it out by accident.
        """
        salt, stored_key, server_key = map(_encoded, (self.salt, self.stored_key, self.server_key))
        return f'{_SCHEME}${self.iterations}:{salt}${stored_key}:{server_key}'

    def _valid(self) -> bool:
        return bool(self.salt) and len(self.stored_key) == len(self.server_key) == KEY_SIZE


def salted_password(password: str, salt: bytes, iterations: int) -> bytes:
    """Derive SCRAM's SaltedPassword with PBKDF2: close to a millisecond of CPU for each 4096 iterations.

    Bytes that are no UTF-8 must have been decoded with ``surrogateescape``.
    """
    return pbkdf2_hmac('sha256', prepare(password), salt, iterations)


def new_salt() -> bytes:
    """Make a random salt for a new verifier."""
    return secrets.token_bytes(SALT_SIZE)


def mock_verifier(user: str, secret: bytes, iterations: int = DEFAULT_ITERATIONS) -> Verifier:
    """Make up the verifier of a user that does not exist, so that its login looks like any other and fails.

    The same user gets the same salt for as long as ``secret`` stays: a salt that changes would give the absence away.
    No password fits it, as nobody knows a preimage of its stored key.
    """

    def derived(purpose: bytes) -> bytes:
        return hmac_sha256(secret, purpose + user.encode('utf-8', 'surrogateescape'))

    return Verifier(iterations, derived(b'salt:')[:SALT_SIZE], derived(b'stored:'), derived(b'server:'))


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Compute HMAC(key, message), the one keyed hash of SCRAM-SHA-256."""
    return hmac.digest(key, message, 'sha256')


def _invalid_verifier() -> InvalidVerifier:
    return InvalidVerifier(
        'not a SCRAM-SHA-256 verifier', hint='Expected SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>.'
    )


def _count(digits: str) -> int:
    # int() alone would take signs, blanks, underscores and other scripts' digits.
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 10
    if not plain or not 0 < int(digits) <= _MAX_ITERATIONS:
        raise ValueError('iteration count')
    return int(digits)


def _decoded(part: str) -> bytes:
    return b64decode(part, validate=True)


def _encoded(part: bytes) -> str:
    return b64encode(part).decode('ascii')
