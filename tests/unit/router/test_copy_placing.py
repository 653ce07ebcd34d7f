"""Where the rows of a COPY belong."""

from struct import pack

import pytest

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.protocol.copy_rows import Key, Odd
from pgdog_gevent.router.blueprint import CopyFormat, CopyOptions, CopyRows
from pgdog_gevent.router.copy_placing import EVERYWHERE, Placement
from pgdog_gevent.sharding.function import Hashed, MappedText, Numbered, ShardFunction
from pgdog_gevent.sharding.hashing import partition_of_int, partition_of_text, partition_of_uuid
from pgdog_gevent.sharding.key import KeyType
from pgdog_gevent.sharding.mapping import Mapping

SHARDS = 5
INTEGERS, UUIDS, TEXTS = (Hashed(kind, SHARDS) for kind in (KeyType.BIGINT, KeyType.UUID, KeyType.TEXT))
MAPPED = MappedText(Mapping.of([]), SHARDS)


def placement(
    function: ShardFunction, kind: CopyFormat = CopyFormat.TEXT, *, length: int = 0, reads_text: bool = True
) -> Placement:
    rows = CopyRows(function, 0, 2, CopyOptions(format=kind), length)
    return Placement(rows, reads_text=reads_text)


@pytest.mark.parametrize('learns', [False, True], ids=['one by one', 'at once'])
@pytest.mark.parametrize('kind', [CopyFormat.TEXT, CopyFormat.CSV, CopyFormat.BINARY], ids=lambda kind: kind.value)
def test_integers_are_where_postgres_would_hash_them_to(kind: CopyFormat, learns: bool) -> None:
    numbers = [*range(-40, 40), 2**31 - 1, -(2**31), 10**18, 2**63 - 1, -(2**63)]
    keys = [pack('!q', number) if kind is CopyFormat.BINARY else b'%d' % number for number in numbers]
    placing = placement(INTEGERS, kind)
    if learns:
        placing.learn([(key, b'') for key in [*keys, None, Odd.FRAME, Odd.WRONG, b'?']])
    assert [placing[key] for key in keys] == [partition_of_int(number, SHARDS) for number in numbers]


def test_uuids_and_text_are_where_postgres_would_hash_them_to() -> None:
    uuid = bytes(range(16))
    assert placement(UUIDS)[uuid.hex().encode()] == partition_of_uuid(uuid, SHARDS)
    assert placement(UUIDS, CopyFormat.BINARY)[uuid] == partition_of_uuid(uuid, SHARDS)
    assert placement(TEXTS)['naïve'.encode()] == partition_of_text('naïve'.encode(), SHARDS)


@pytest.mark.parametrize(
    ('function', 'kind', 'value'),
    [
        (INTEGERS, CopyFormat.TEXT, b'five'),
        (INTEGERS, CopyFormat.TEXT, b'9223372036854775808'),
        (INTEGERS, CopyFormat.TEXT, b''),
        (INTEGERS, CopyFormat.BINARY, b'123'),
        (UUIDS, CopyFormat.TEXT, b'not one'),
        (TEXTS, CopyFormat.TEXT, b'\xff'),
        (TEXTS, CopyFormat.BINARY, b'\0'),
    ],
)
def test_what_postgres_refuses_goes_to_the_first_shard(function: ShardFunction, kind: CopyFormat, value: bytes) -> None:
    assert placement(function, kind)[value] == 0


@pytest.mark.parametrize(
    ('key', 'shard'), [(Odd.FRAME, EVERYWHERE), (Odd.WRONG, 0), (None, 0)], ids=['frame', 'wrong', 'NULL']
)
def test_where_what_has_no_value_goes(key: Key, shard: int) -> None:
    assert placement(INTEGERS)[key] == shard


@pytest.mark.parametrize(
    ('function', 'key'),
    [(INTEGERS, Odd.DEFAULT), (INTEGERS, b'0' * 201), (MAPPED, b'a'), (MAPPED, None), (Numbered(SHARDS), b'7')],
    ids=['default', 'a very long integer', 'no rule', 'no rule for NULL', 'no such shard'],
)
def test_a_row_that_belongs_nowhere_is_refused(function: ShardFunction, key: Key) -> None:
    with pytest.raises(FeatureNotSupported):
        placement(function)[key]


def test_text_that_is_not_utf_8_is_refused() -> None:
    placing = placement(TEXTS, reads_text=False)
    assert placing[b'ascii'] == partition_of_text(b'ascii', SHARDS)
    with pytest.raises(FeatureNotSupported):
        placing['naïve'.encode()]


def test_blanks_that_a_column_cuts_off_do_not_count() -> None:
    placing = placement(TEXTS, length=2)
    assert placing['äb   '.encode()] == partition_of_text('äb'.encode(), SHARDS)
    assert placing[b'abc'] == 0
