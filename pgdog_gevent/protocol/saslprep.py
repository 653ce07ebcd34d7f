"""SASLprep as PostgreSQL does it: the bytes of a password that SCRAM works on.

RFC 4013 would refuse a password with prohibited characters; PostgreSQL uses such a password as it is, and so must we.
Two more of its ways are followed, else a password would work there and fail here: a pure ASCII password is never
changed, and prohibited characters are looked for before normalisation, not after it.
"""

import stringprep
import unicodedata
from collections.abc import Callable

_PROHIBITED: tuple[Callable[[str], bool], ...] = (
    stringprep.in_table_a1,
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def prepare(password: str) -> bytes:
    """Normalise a password and encode it.

    Bytes that are no UTF-8 must have been decoded with ``surrogateescape``: they come out as they went in.
    Source: pg_saslprep in PostgreSQL's src/common/saslprep.c, and its fallback in auth-scram.c.
    """
    if password.isascii():
        return password.encode('ascii')
    mapped = ''.join(map(_mapped, password))
    prepared = unicodedata.normalize('NFKC', mapped) if _allowed(mapped) else password
    return prepared.encode('utf-8', 'surrogateescape')


def _mapped(character: str) -> str:
    # ZERO WIDTH SPACE is in both tables; PostgreSQL asks for spaces first.
    if stringprep.in_table_c12(character):
        return ' '
    return '' if stringprep.in_table_b1(character) else character


def _allowed(mapped: str) -> bool:
    if not mapped:
        return False
    if any(prohibits(character) for character in mapped for prohibits in _PROHIBITED):
        return False
    return _direction_is_clear(mapped)


def _direction_is_clear(mapped: str) -> bool:
    """Whether the rules for right-to-left text hold (RFC 3454, section 6)."""
    if not any(map(stringprep.in_table_d1, mapped)):
        return True
    if any(map(stringprep.in_table_d2, mapped)):
        return False
    return stringprep.in_table_d1(mapped[0]) and stringprep.in_table_d1(mapped[-1])
