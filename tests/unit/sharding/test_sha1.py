"""The sha1 hasher: the last four bytes of the digest, big-endian."""

from hashlib import sha1

import pytest

from pgdog_gevent.sharding.sha1 import sha1_shard_of_int, sha1_shard_of_octets

EMPTY = 0xAFD80709
"""The end of da39a3ee5e6b4b0d3255bfef95601890afd80709, the digest of nothing."""


@pytest.mark.parametrize('shards', [1, 2, 3, 16, 1000])
def test_the_end_of_the_digest_tells_the_shard(shards: int) -> None:
    assert sha1_shard_of_octets(b'', shards) == EMPTY % shards


@pytest.mark.parametrize('value', [0, 7, -7, 2**63 - 1, -(2**63)])
def test_integer_is_digested_as_its_digits(value: int) -> None:
    expected = int(sha1(str(value).encode()).hexdigest()[-8:], 16) % 12
    assert sha1_shard_of_int(value, 12) == expected
