"""PostgreSQL's hash partitioning, bit for bit: the partition of a table BY HASH that a value belongs to.

It is the extended hash of the value with a fixed seed, combined into a hash of no columns, modulo the number of
partitions. What is computed is what servers on little-endian machines compute. Text is hashed as its bytes, as
PostgreSQL does under every deterministic collation; char(n) without the blanks at its end, which are for the caller to
take off. NULL is in partition 0. Source: PostgreSQL, hashfn.c, hashfunc.c and partbounds.c.
"""

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct, pack, unpack
from typing import Final

HASH_PARTITION_SEED: Final = 0x7A5B22367996DCFD

_M32: Final = 0xFFFFFFFF
_M64: Final = 0xFFFFFFFFFFFFFFFF
_GOLDEN: Final = 0x49A0F4DD15E5A8E3
_INITIAL: Final = 0x9E3779B9 + 3923095
_THREE_WORDS: Final = Struct('<3I').iter_unpack


def partition_of_int(value: int, modulus: int) -> int:
    """Return the partition of a smallint, integer or bigint, which is the same for all three."""
    high = value >> 32
    word = (value ^ high if value >= 0 else value ^ ~high) & _M32
    # This is on the way of point queries: hashint8extended, with what is the same for all integers known beforehand.
    return (_final(_INT_A + word & _M32, _INT_B, _INT_C) + _GOLDEN & _M64) % modulus


def partitions_of_ints(values: Sequence[int], modulus: int) -> list[int]:
    """Return the partitions of many, in a fraction of the time.

    One long number has all of them in lanes of 64 bits, of which 32 are in use: so each step is done for all at once.
    """
    count = len(values)
    ones = int.from_bytes(b'\1\0\0\0\0\0\0\0' * count, 'little')
    words = [(value ^ value >> 32 if value >= 0 else value ^ ~(value >> 32)) & _M32 for value in values]
    folded = int.from_bytes(pack(f'<{count}Q', *words), 'little')
    b, c = _final_of_lanes(_INT_A * ones + folded & _M32 * ones, _INT_B * ones, _INT_C * ones, ones)
    highs, lows = (unpack(f'<{count}Q', lanes.to_bytes(8 * count, 'little')) for lanes in (b, c))
    return [((high << 32 | low) + _GOLDEN & _M64) % modulus for high, low in zip(highs, lows, strict=True)]


def partition_of_uuid(value: bytes, modulus: int) -> int:
    """Return the partition of a UUID, given as its 16 bytes."""
    return (hash_bytes_extended(value) + _GOLDEN & _M64) % modulus


def partition_of_text(value: bytes, modulus: int) -> int:
    """Return the partition of a text or varchar, given in the encoding of the database."""
    return (hash_bytes_extended(value) + _GOLDEN & _M64) % modulus


def hash_combine64(a: int, b: int) -> int:
    """Return the hash of several values; partitions by one column have 0 for ``a``, which is spelt out above."""
    return (a ^ (b + _GOLDEN + (a << 54) + (a >> 7))) & _M64


def hashint8extended(value: int, seed: int = HASH_PARTITION_SEED) -> int:
    """Return the extended hash of a bigint, which smaller integers share."""
    high = value >> 32
    return hash_uint32_extended((value ^ high if value >= 0 else value ^ ~high) & _M32, seed)


def hash_uint32_extended(word: int, seed: int = HASH_PARTITION_SEED) -> int:
    """Return the extended hash of 32 bits."""
    a, b, c = _begin(4, seed)
    return _final(a + word & _M32, b, c)


def hash_bytes_extended(octets: bytes, seed: int = HASH_PARTITION_SEED) -> int:
    """Return the extended hash of a string of bytes."""
    length = len(octets)
    a, b, c = _begin(length, seed)
    whole = length - length % 12
    for first, second, third in _THREE_WORDS(octets[:whole]):
        a, b, c = _mix(a + first & _M32, b + second & _M32, c + third & _M32)
    rest = int.from_bytes(octets[whole:], 'little')
    # The lowest byte of the last word is left to the length.
    return _final(a + rest & _M32, b + (rest >> 32) & _M32, c + (rest >> 64 << 8) & _M32)


@lru_cache(256)
def _begin(length: int, seed: int) -> tuple[int, int, int]:
    """Return the state before the first byte."""
    word = _INITIAL + length & _M32
    return _mix(word + (seed >> 32) & _M32, word + seed & _M32, word) if seed else (word, word, word)


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    a = (a - c ^ (c << 4 | c >> 28)) & _M32
    c = c + b & _M32
    b = (b - a ^ (a << 6 | a >> 26)) & _M32
    a = a + c & _M32
    c = (c - b ^ (b << 8 | b >> 24)) & _M32
    b = b + a & _M32
    a = (a - c ^ (c << 16 | c >> 16)) & _M32
    c = c + b & _M32
    b = (b - a ^ (a << 19 | a >> 13)) & _M32
    a = a + c & _M32
    c = (c - b ^ (b << 4 | b >> 28)) & _M32
    return a, b + a & _M32, c


def _final(a: int, b: int, c: int) -> int:
    c = (c ^ b) - (b << 14 | b >> 18) & _M32
    a = (a ^ c) - (c << 11 | c >> 21) & _M32
    b = (b ^ a) - (a << 25 | a >> 7) & _M32
    c = (c ^ b) - (b << 16 | b >> 16) & _M32
    a = (a ^ c) - (c << 4 | c >> 28) & _M32
    b = (b ^ a) - (a << 14 | a >> 18) & _M32
    c = (c ^ b) - (b << 24 | b >> 8) & _M32
    return b << 32 | c


def _final_of_lanes(a: int, b: int, c: int, ones: int) -> tuple[int, int]:
    """As ``_final``, in each lane; the two halves of the result."""
    mask, borrowed = _M32 * ones, ones << 32
    c = (c ^ b | borrowed) - ((b << 14 | b >> 18) & mask) & mask
    a = (a ^ c | borrowed) - ((c << 11 | c >> 21) & mask) & mask
    b = (b ^ a | borrowed) - ((a << 25 | a >> 7) & mask) & mask
    c = (c ^ b | borrowed) - ((b << 16 | b >> 16) & mask) & mask
    a = (a ^ c | borrowed) - ((c << 4 | c >> 28) & mask) & mask
    b = (b ^ a | borrowed) - ((a << 14 | a >> 18) & mask) & mask
    c = (c ^ b | borrowed) - ((b << 24 | b >> 8) & mask) & mask
    return b, c


INITIAL_STATE_OF_INTEGERS: Final = _begin(4, HASH_PARTITION_SEED)
_INT_A, _INT_B, _INT_C = INITIAL_STATE_OF_INTEGERS
