"""Key values as clients write them: read as PostgreSQL reads them, or refused."""

import struct
from uuid import UUID

import pytest

from pgdog_gevent.sharding.key import Key, KeyType, NotAKey, TypeOid, key_of_binary, key_of_int, key_of_text

UUID_TEXT = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
UUID_OCTETS = UUID(UUID_TEXT).bytes
FLOAT8 = 701
BPCHAR = 1042
PGVECTOR = 16400


def numeric(*digits: int, weight: int, negative: bool = False, scale: int = 0) -> bytes:
    sign = 0x4000 if negative else 0
    return struct.pack(f'!HhHH{len(digits)}H', len(digits), weight, sign, scale, *digits)


def vector(*elements: float) -> bytes:
    return struct.pack(f'!HH{len(elements)}f', len(elements), 0, *elements)


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('0', 0),
        ('-0', 0),
        ('+42', 42),
        (' \t\n\v\f\r-42 \t\n\v\f\r', -42),
        ('007', 7),
        ('9223372036854775807', 2**63 - 1),
        ('-9223372036854775808', -(2**63)),
        ('1_000_000', 1000000),
        ('0x1F', 31),
        ('0X_1f', 31),
        ('-0x8000000000000000', -(2**63)),
        ('0o17', 15),
        ('0B1_01', 5),
    ],
)
def test_integer_is_read_as_postgres_reads_it(text: str, expected: int) -> None:
    assert key_of_text(KeyType.BIGINT, text) == expected


@pytest.mark.parametrize(
    'text',
    [
        '', ' ', '-', '+-1', '- 1', '1 2', '1.0', '1e3', 'one', '1_', '_1', '1__0', '0x', '0x_', '0xg', '0o8', '0b2',
        '1\0', '9223372036854775808', '-9223372036854775809', '\u0661', '\xa01', '1' * 5000, 'NaN',
    ],
)  # fmt: skip
def test_what_is_no_integer_is_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        key_of_text(KeyType.BIGINT, text)


@pytest.mark.parametrize(
    'text',
    [
        UUID_TEXT,
        UUID_TEXT.upper(),
        UUID_TEXT.replace('-', ''),
        '{' + UUID_TEXT + '}',
        'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11',
        '{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}',
    ],
)
def test_uuid_is_read_in_all_its_forms(text: str) -> None:
    assert key_of_text(KeyType.UUID, text) == UUID_OCTETS


@pytest.mark.parametrize(
    'text',
    [
        '',
        UUID_TEXT[:-1],
        UUID_TEXT + '0',
        UUID_TEXT + '-',
        '-' + UUID_TEXT,
        ' ' + UUID_TEXT,
        UUID_TEXT + '\n',
        '{' + UUID_TEXT,
        UUID_TEXT + '}',
        'a0-eebc999c0b4ef8bb6d6bb9bd380a11',
        'urn:uuid:' + UUID_TEXT,
        UUID_TEXT.replace('a0', 'g0'),
    ],
)
def test_what_is_no_uuid_is_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        key_of_text(KeyType.UUID, text)


def test_text_is_itself() -> None:
    assert key_of_text(KeyType.TEXT, ' ключ  ') == ' ключ  '.encode()


@pytest.mark.parametrize('text', ['a\0b', '\udc80'], ids=['NUL', 'surrogate'])
def test_text_that_postgres_cannot_have_is_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        key_of_text(KeyType.TEXT, text)


def test_vector_is_read_with_the_precision_of_its_elements() -> None:
    rounded = struct.unpack('!f', struct.pack('!f', 0.1))[0]
    assert key_of_text(KeyType.VECTOR, ' [ 1, -2.5e1 ,.1] ') == (1.0, -25.0, rounded)


@pytest.mark.parametrize(
    'text', ['', '1', '[]', '[1', '1]', '[1,]', '[nan]', '[inf]', '[1e99]', '[1;2]', '[' + '1,' * 16000 + '1]', '[1_0]']
)
def test_what_is_no_vector_is_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        key_of_text(KeyType.VECTOR, text)


@pytest.mark.parametrize(
    ('key_type', 'type_oid', 'octets', 'expected'),
    [
        pytest.param(KeyType.BIGINT, TypeOid.INT2, struct.pack('!h', -7), -7, id='int2'),
        pytest.param(KeyType.BIGINT, TypeOid.INT4, struct.pack('!i', -7), -7, id='int4'),
        pytest.param(KeyType.BIGINT, TypeOid.INT8, struct.pack('!q', -7), -7, id='int8'),
        pytest.param(KeyType.BIGINT, 0, struct.pack('!q', 2**62), 2**62, id='int8 by its size'),
        pytest.param(KeyType.BIGINT, 0, struct.pack('!i', 7), 7, id='int4 by its size'),
        pytest.param(KeyType.BIGINT, TypeOid.OID, struct.pack('!I', 2**31 - 1), 2**31 - 1, id='oid'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(weight=0), 0, id='numeric zero'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(12, 3456, weight=1), 123456, id='numeric'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(5, weight=2), 500000000, id='numeric, zeros left out'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(5, weight=0, negative=True), -5, id='numeric below zero'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(5, 0, weight=0, scale=2), 5, id='numeric 5.00'),
        pytest.param(KeyType.UUID, TypeOid.UUID, UUID_OCTETS, UUID_OCTETS, id='uuid'),
        pytest.param(KeyType.UUID, 0, UUID_OCTETS, UUID_OCTETS, id='uuid by its size'),
        pytest.param(KeyType.TEXT, TypeOid.TEXT, b'a ', b'a ', id='text'),
        pytest.param(KeyType.TEXT, TypeOid.VARCHAR, 'ё'.encode(), 'ё'.encode(), id='varchar'),
        pytest.param(KeyType.TEXT, TypeOid.UNKNOWN, b'', b'', id='empty'),
        pytest.param(KeyType.VECTOR, PGVECTOR, vector(1.0, -2.5), (1.0, -2.5), id='vector'),
    ],
)
def test_binary_is_read_by_its_type(key_type: KeyType, type_oid: int, octets: bytes, expected: Key) -> None:
    assert key_of_binary(key_type, type_oid, octets) == expected


@pytest.mark.parametrize(
    ('key_type', 'type_oid', 'octets'),
    [
        pytest.param(KeyType.BIGINT, TypeOid.INT8, b'\0' * 4, id='int8 of four bytes'),
        pytest.param(KeyType.BIGINT, 0, b'\0' * 3, id='three bytes'),
        pytest.param(KeyType.BIGINT, 0, b'', id='nothing'),
        pytest.param(KeyType.BIGINT, FLOAT8, struct.pack('!d', 1.0), id='double'),
        pytest.param(KeyType.BIGINT, TypeOid.TEXT, b'1', id='text for bigint'),
        pytest.param(KeyType.BIGINT, TypeOid.OID, struct.pack('!I', 2**31), id='oid that is a negative integer too'),
        pytest.param(KeyType.BIGINT, TypeOid.OID, b'\0', id='short oid'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(5, 1000, weight=0, scale=1), id='fraction'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(1000, weight=-1, scale=1), id='only a fraction'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(1, weight=30000), id='large'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(922, 3372, 368, 5477, 5808, weight=4), id='2^63'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, struct.pack('!HhHH', 0, 0, 0xC000, 0), id='NaN'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(1, weight=0)[:-1], id='numeric cut short'),
        pytest.param(KeyType.BIGINT, TypeOid.NUMERIC, numeric(10000, weight=0), id='no digit'),
        pytest.param(KeyType.UUID, TypeOid.UUID, UUID_OCTETS[:-1], id='short uuid'),
        pytest.param(KeyType.UUID, TypeOid.TEXT, UUID_OCTETS, id='text for uuid'),
        pytest.param(KeyType.TEXT, BPCHAR, b'a', id='char(n), which ignores blanks'),
        pytest.param(KeyType.TEXT, TypeOid.TEXT, b'\xff', id='not UTF-8'),
        pytest.param(KeyType.TEXT, TypeOid.TEXT, b'a\0', id='NUL'),
        pytest.param(KeyType.VECTOR, PGVECTOR, vector(1.0)[:-1], id='vector cut short'),
        pytest.param(KeyType.VECTOR, PGVECTOR, vector(float('nan')), id='vector with NaN'),
        pytest.param(KeyType.VECTOR, PGVECTOR, vector(), id='vector of nothing'),
        pytest.param(KeyType.VECTOR, PGVECTOR, b'', id='nothing for a vector'),
        pytest.param(KeyType.VECTOR, TypeOid.TEXT, vector(1.0), id='text for vector'),
    ],
)
def test_binary_that_is_no_key_is_refused(key_type: KeyType, type_oid: int, octets: bytes) -> None:
    with pytest.raises(NotAKey):
        key_of_binary(key_type, type_oid, octets)


@pytest.mark.parametrize(
    ('key_type', 'text', 'type_oid'),
    [
        (KeyType.BIGINT, '1', FLOAT8),
        (KeyType.BIGINT, '-1', TypeOid.OID),
        (KeyType.BIGINT, '4294967295', TypeOid.OID),
        (KeyType.TEXT, 'a', BPCHAR),
    ],
)
def test_text_of_a_type_that_compares_otherwise_is_refused(key_type: KeyType, text: str, type_oid: int) -> None:
    with pytest.raises(NotAKey):
        key_of_text(key_type, text, type_oid)


@pytest.mark.parametrize('type_oid', [TypeOid.INT8, TypeOid.OID, TypeOid.NUMERIC, TypeOid.UNSPECIFIED])
def test_text_of_a_type_that_compares_exactly_is_read(type_oid: int) -> None:
    assert key_of_text(KeyType.BIGINT, '12', type_oid) == 12


@pytest.mark.parametrize('value', [2**63 - 1, -(2**63)])
def test_integer_that_a_bigint_holds_is_a_key(value: int) -> None:
    assert key_of_int(value) == value


@pytest.mark.parametrize('value', [2**63, -(2**63) - 1])
def test_integer_that_no_bigint_holds_is_refused(value: int) -> None:
    with pytest.raises(NotAKey):
        key_of_int(value)
