"""Hashes are PostgreSQL's. All expected values were computed by a server."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.sharding.hashing import (
    HASH_PARTITION_SEED,
    hash_bytes_extended,
    hash_combine64,
    hashint8extended,
    partition_of_int,
    partition_of_text,
    partition_of_uuid,
    partitions_of_ints,
)

MODULI = (2, 3, 16)
NUMBERED = UUID('0198a5d2-7b1c-7000-8000-00000000002a').bytes


@pytest.mark.parametrize(
    ('value', 'expected'),
    [
        (0, 0xC2E34BDA39F0F0CD),
        (1, 0x52D621058124E6D5),
        (-1, 0xBA5FC748095606C2),
        (42, 0x663218BCFB84B17F),
        (2**31, 0x44893A0F1E949193),
        (-(2**31) - 1, 0xAC09237E4899F89C),
        (2**63 - 1, 0x44893A0F1E949193),
        (-(2**63), 0xAC09237E4899F89C),
    ],
)
def test_integer_has_its_extended_hash(value: int, expected: int) -> None:
    assert hashint8extended(value) == expected


@pytest.mark.parametrize(
    ('octets', 'expected'),
    [
        pytest.param(b'', 0xB0E33D0B543FBFC3, id='nothing'),
        pytest.param(b'a', 0xA2F240F8823BA67B, id='one byte'),
        pytest.param(b'hello world', 0x6A5D0D0EF960C4A5, id='one less than a block'),
        pytest.param(b'hello world!', 0xE5D29FDB5CC667F9, id='a block'),
        pytest.param(b'hello world!!', 0x6783544A443196A0, id='one more than a block'),
        pytest.param('ключ'.encode(), 0x3710EB42AC3051D3, id='not ASCII'),
        pytest.param(b'x' * 36, 0x4F4A442F48AAC582, id='three blocks'),
        pytest.param(bytes(16), 0xB6B5D3C4AA5D92C2, id='zero UUID'),
        pytest.param(b'\xff' * 16, 0xFDEEB1999C98549E, id='last UUID'),
        pytest.param(NUMBERED, 0xDFBA4A5CF28D15D2, id='UUID'),
    ],
)
def test_bytes_have_their_extended_hash(octets: bytes, expected: int) -> None:
    assert hash_bytes_extended(octets) == expected


def test_seed_zero_is_not_mixed_in() -> None:
    assert hashint8extended(7, 0) == 0xD25B4C1AC5A8CBFF
    assert hash_bytes_extended(b'hello', 0) == 0x2FDF4F9B90859829


@pytest.mark.parametrize(
    ('value', 'expected'),
    [
        (0, [0, 2, 0]),
        (1, [0, 2, 8]),
        (-1, [1, 2, 5]),
        (42, [0, 0, 2]),
        (2**63 - 1, [0, 0, 6]),
        (-(2**63), [1, 1, 15]),
    ],
)
def test_integer_is_in_its_partition(value: int, expected: list[int]) -> None:
    assert [partition_of_int(value, modulus) for modulus in MODULI] == expected


@pytest.mark.parametrize(('value', 'expected'), [(bytes(16), [1, 0, 5]), (NUMBERED, [1, 2, 5])], ids=['zero', 'other'])
def test_uuid_is_in_its_partition(value: bytes, expected: list[int]) -> None:
    assert [partition_of_uuid(value, modulus) for modulus in MODULI] == expected


@pytest.mark.parametrize(
    ('value', 'expected'),
    [('', [0, 2, 6]), ('a', [0, 2, 14]), ('hello world', [0, 1, 8]), ('ключ', [0, 1, 6])],
)
def test_text_is_in_its_partition(value: str, expected: list[int]) -> None:
    assert [partition_of_text(value.encode(), modulus) for modulus in MODULI] == expected


@pytest.mark.parametrize('value', [0, 5, -5, 2**62])
def test_partition_is_made_of_the_combined_hash(value: int) -> None:
    combined = hash_combine64(0, hashint8extended(value, HASH_PARTITION_SEED))
    assert partition_of_int(value, 1009) == combined % 1009


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), st.integers(1, 40))
def test_many_integers_at_once_have_the_partitions_that_each_has(values: list[int], modulus: int) -> None:
    assert partitions_of_ints(values, modulus) == [partition_of_int(value, modulus) for value in values]
