"""The shard of a Bind message by one integer in it: what every point query of a sharded table passes through.

``quick.pyx`` is the same in C, with machine words in the place of Python's integers.
"""

from typing import Final

from pgdog_gevent.sharding.hashing import partition_of_int

UNKNOWN: Final = -1
"""In the place of a shard."""
_INTEGERS: Final = frozenset((0, 20, 21, 23))
"""Types of which binary values are integers: int8, int2, int4; and 0, which is that of the key."""
_LONGEST: Final = 18
"""Digits that surely fit."""


def shard_of_bind(message: bytes, at: int, end: int, types: bytes, types_at: int, number: int, modulus: int) -> int:
    """Return the partition of parameter ``number`` of a Bind whose formats begin ``at`` and that ends at ``end``.

    ``types`` has, from ``types_at``, the types of the parameters as in Parse. ``UNKNOWN`` if the parameter is not
    plainly an integer.
    """
    if at + 2 > end:
        return UNKNOWN
    formats = message[at] << 8 | message[at + 1]
    values = at + 2 + 2 * formats
    if values + 2 > end or number > (message[values] << 8 | message[values + 1]):
        return UNKNOWN
    if 1 < formats < number:
        return UNKNOWN
    binary = message[at + 1 + 2 * (1 if formats == 1 else number)] if formats else 0
    at = values + 2
    for _ in range(number - 1):
        if at + 4 > end:
            return UNKNOWN
        size = int.from_bytes(message[at : at + 4], 'big', signed=True)
        at += 4 + max(size, 0)
    if at + 4 > end:
        return UNKNOWN
    size = int.from_bytes(message[at : at + 4], 'big', signed=True)
    at += 4
    if size < 1 or at + size > end:
        return UNKNOWN
    value = message[at : at + size]
    key = _binary(value, types, types_at + 2 + 4 * (number - 1)) if binary else _text(value)
    return UNKNOWN if key is None else partition_of_int(key, modulus)


def shard_of_text(sql: bytes, before: int, behind: int, modulus: int) -> int:
    """Return the partition of the integer in a text that has so many bytes ``before`` it, or, if -1, ``behind`` it."""
    if before >= 0:
        start = end = before
        while end < len(sql) and 48 <= sql[end] <= 57:
            end += 1
    else:
        start = end = len(sql) - behind
        while start > 0 and 48 <= sql[start - 1] <= 57:
            start -= 1
    digits = sql[start:end]
    return partition_of_int(int(digits), modulus) if 0 < len(digits) <= _LONGEST else UNKNOWN


def _binary(value: bytes, types: bytes, type_at: int) -> int | None:
    if type_at + 4 <= len(types) and int.from_bytes(types[type_at : type_at + 4], 'big') not in _INTEGERS:
        return None
    return int.from_bytes(value, 'big', signed=True) if len(value) in (2, 4, 8) else None


def _text(value: bytes) -> int | None:
    digits = value[1:] if value[:1] == b'-' else value
    return int(value) if digits.isdigit() and len(digits) <= _LONGEST else None
