"""PgDog's other hasher: the end of a SHA-1 digest, modulo the number of shards.

An integer is digested as its decimal digits, a UUID as its 16 bytes, text as its bytes.
"""

from hashlib import sha1


def sha1_shard_of_int(value: int, shards: int) -> int:
    return sha1_shard_of_octets(b'%d' % value, shards)


def sha1_shard_of_octets(value: bytes, shards: int) -> int:
    return int.from_bytes(sha1(value, usedforsecurity=False).digest()[-4:], 'big') % shards
