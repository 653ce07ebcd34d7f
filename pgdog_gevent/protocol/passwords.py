"""PostgreSQL's older proofs of a password: clear text and MD5.

MD5 is what old clients and servers speak; it proves little to whoever has read the stored hash, so prefer SCRAM.
Every ``matches_*`` tries all candidates in constant time, so that the answer's timing tells nothing about any of them.
"""

import hmac
import re
from collections.abc import Collection
from hashlib import md5

SALT_SIZE = 4
"""Bytes of the salt in AuthenticationMD5Password."""

_MD5_HASH = re.compile(r'md5[0-9a-f]{32}')


def is_md5_hash(secret: str) -> bool:
    """Tell whether a stored secret is an MD5 hash and not a password."""
    return _MD5_HASH.fullmatch(secret) is not None


def md5_hash(password: str, user: str) -> str:
    """Hash a password as ``pg_authid.rolpassword`` stores it: ``md5`` and 32 hexadecimal digits."""
    return 'md5' + _md5(_encoded(password) + _encoded(user))


def md5_response(secret: str, user: str, salt: bytes) -> bytes:
    """Answer AuthenticationMD5Password; ``secret`` is a password, or the MD5 hash of one.

    Source: PostgreSQL docs, "Message Flow", AuthenticationMD5Password.
    """
    stored = secret if is_md5_hash(secret) else md5_hash(secret, user)
    return b'md5' + _md5(stored.removeprefix('md5').encode('ascii') + salt).encode('ascii')


def matches_md5(response: bytes, secrets: Collection[str], user: str, salt: bytes) -> bool:
    """Tell whether a client's answer to ``salt`` proves one of the passwords or MD5 hashes."""
    return _equals_any(response, [md5_response(secret, user, salt) for secret in secrets])


def matches_plain(password: bytes, secrets: Collection[str], user: str) -> bool:
    """Tell whether a clear-text password is one of the passwords, or the one behind an MD5 hash.

    ``password`` is as the client sent it, without the closing zero byte.
    """
    hashed = b'md5' + _md5(password + _encoded(user)).encode('ascii')
    return any([_equals(hashed if is_md5_hash(secret) else password, _encoded(secret)) for secret in secrets])  # noqa: C419


def _equals_any(given: bytes, expected: list[bytes]) -> bool:
    # A list, not a generator: any() must not stop at the first match.
    return any([_equals(given, candidate) for candidate in expected])  # noqa: C419


def _equals(given: bytes, expected: bytes) -> bool:
    return hmac.compare_digest(given, expected)


def _encoded(text: str) -> bytes:
    return text.encode('utf-8', 'surrogateescape')


def _md5(message: bytes) -> str:
    # usedforsecurity: FIPS builds of OpenSSL refuse MD5 otherwise.
    return md5(message, usedforsecurity=False).hexdigest()
