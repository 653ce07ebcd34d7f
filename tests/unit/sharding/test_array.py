"""Arrays of keys: their elements, or a refusal."""

import random
import struct
from contextlib import suppress

import pytest

from pgdog_gevent.sharding.array import keys_of_binary_array, keys_of_text_array
from pgdog_gevent.sharding.key import Key, KeyType, NotAKey, TypeOid


def binary(element_oid: int, *elements: bytes | None, sizes: tuple[int, ...] | None = None) -> bytes:
    """Return an array as array_send() would."""
    sizes = sizes if sizes is not None else (len(elements),)
    head = struct.pack('!iiI', len(sizes), int(None in elements), element_oid)
    dimensions = b''.join(struct.pack('!ii', size, 1) for size in sizes)
    values = [struct.pack('!i', -1) if each is None else struct.pack('!i', len(each)) + each for each in elements]
    return head + dimensions + b''.join(values)


def int8(value: int) -> bytes:
    return struct.pack('!q', value)


THREE = binary(TypeOid.INT8, int8(1), None, int8(-3))
TWO_BY_THREE = binary(TypeOid.INT8, *map(int8, range(6)), sizes=(2, 3))


@pytest.mark.parametrize(
    ('key_type', 'text', 'expected'),
    [
        (KeyType.BIGINT, '{}', []),
        (KeyType.BIGINT, ' { } ', []),
        (KeyType.BIGINT, '{1}', [1]),
        (KeyType.BIGINT, '{1, NULL ,"-3",null}', [1, None, -3, None]),
        (KeyType.TEXT, '{a b,"c,}","\\"\\\\x",""," d "}', [b'a b', b'c,}', b'"\\x', b'', b' d ']),
        (KeyType.TEXT, '{ a ,"NULL","a\nb"}', [b'a', b'NULL', b'a\nb']),
        (KeyType.UUID, '{00000000000000000000000000000001}', [bytes(15) + b'\1']),
        (KeyType.VECTOR, '{"[1,2]"}', [(1.0, 2.0)]),
    ],
)
def test_elements_in_text_are_read(key_type: KeyType, text: str, expected: list[Key | None]) -> None:
    assert keys_of_text_array(key_type, text) == expected


@pytest.mark.parametrize(
    'text',
    [
        '', '1', '{', '}', '{1', '1}', '{1,}', '{,1}', '{1,,2}', '{1}}', '{1}x', '{1},', '{1,', '{{1},{2}}',
        '[0:1]={1,2}', '{"1"x}', '{x"1"}', '{"1}', '{1\\2}', '{"1"', '{1 2}', '{' + '1,' * 20000 + '1}',
        '{"' + '\\"' * 30000,
    ],
)  # fmt: skip
def test_what_is_no_plain_array_of_keys_is_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        keys_of_text_array(KeyType.BIGINT, text)


def test_null_among_texts_may_be_a_text() -> None:
    with pytest.raises(NotAKey):
        keys_of_text_array(KeyType.TEXT, '{a,NULL}')


@pytest.mark.parametrize(
    ('array_oid', 'exact'),
    [(1016, True), (1231, True), (0, True), (1022, False), (1014, False), (TypeOid.INT8, False)],
    ids=['bigint[]', 'numeric[]', 'unspecified', 'double precision[]', 'character[]', 'no array'],
)
def test_type_of_the_array_tells_how_elements_are_compared(array_oid: int, exact: bool) -> None:
    if exact:
        assert keys_of_text_array(KeyType.BIGINT, '{1}', array_oid) == [1]
    else:
        with pytest.raises(NotAKey):
            keys_of_text_array(KeyType.BIGINT, '{1}', array_oid)


@pytest.mark.parametrize(
    ('key_type', 'octets', 'expected'),
    [
        pytest.param(KeyType.BIGINT, THREE, [1, None, -3], id='with NULL'),
        pytest.param(KeyType.BIGINT, binary(TypeOid.INT8, sizes=()), [], id='empty'),
        pytest.param(KeyType.BIGINT, binary(TypeOid.INT8, sizes=(0,)), [], id='no elements'),
        pytest.param(KeyType.BIGINT, TWO_BY_THREE, [0, 1, 2, 3, 4, 5], id='two by three'),
        pytest.param(KeyType.BIGINT, binary(TypeOid.INT4, struct.pack('!i', 7)), [7], id='int4'),
        pytest.param(KeyType.TEXT, binary(TypeOid.TEXT, b'', b'a', None), [b'', b'a', None], id='text'),
        pytest.param(KeyType.UUID, binary(TypeOid.UUID, bytes(16)), [bytes(16)], id='uuid'),
    ],
)  # fmt: skip
def test_elements_in_binary_are_read(key_type: KeyType, octets: bytes, expected: list[Key | None]) -> None:
    assert keys_of_binary_array(key_type, octets) == expected


@pytest.mark.parametrize('cut', range(len(THREE)))
def test_binary_array_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(NotAKey):
        keys_of_binary_array(KeyType.BIGINT, THREE[:cut])


@pytest.mark.parametrize(
    'octets',
    [
        pytest.param(THREE + b'\0', id='too long'),
        pytest.param(binary(TypeOid.INT8, sizes=(2**31 - 1,) * 6), id='dimensions without elements'),
        pytest.param(binary(TypeOid.INT8, int8(1), sizes=(-1,)), id='negative dimension'),
        pytest.param(binary(TypeOid.INT8, int8(1), int8(2), sizes=(-1, -2)), id='two negative dimensions'),
        pytest.param(binary(TypeOid.INT8, *[int8(1)] * 64, sizes=(2,) * 7), id='seven dimensions'),
        pytest.param(struct.pack('!iiI', -1, 0, 20), id='less than no dimension'),
        pytest.param(struct.pack('!iiI', 0, 2, 20), id='flags'),
        pytest.param(binary(TypeOid.INT8, *[int8(1)] * 16385), id='too many elements'),
        pytest.param(binary(701, int8(1)), id='doubles'),
        pytest.param(THREE[:20] + struct.pack('!i', -2) + THREE[24:], id='negative length'),
        pytest.param(THREE[:20] + struct.pack('!i', 2**31 - 1) + THREE[24:], id='long element'),
    ],
)
def test_binary_that_is_no_array_of_keys_is_refused(octets: bytes) -> None:
    with pytest.raises(NotAKey):
        keys_of_binary_array(KeyType.BIGINT, octets)


@pytest.mark.parametrize('seed', range(5))
def test_random_bytes_are_read_or_refused(seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(500):
        octets = bytearray(THREE)
        for _ in range(chosen.randrange(1, 4)):
            octets[chosen.randrange(len(octets))] = chosen.randrange(256)
        with suppress(NotAKey):
            keys_of_binary_array(KeyType.BIGINT, bytes(octets))


@pytest.mark.parametrize('seed', range(5))
def test_random_text_is_read_or_refused(seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(500):
        with suppress(NotAKey):
            keys_of_text_array(KeyType.TEXT, '{' + ''.join(chosen.choices('{},"\\ n1', k=12)))
