"""A row that gets another sharding key: what the shards are asked, and what the client is told."""

from collections.abc import Mapping
from typing import NamedTuple, cast

import pytest

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import FeatureNotSupported, RowMovedMeanwhile
from pgdog_gevent.execution.answer import Answer, Asked, rows_of
from pgdog_gevent.execution.moving import Mover
from pgdog_gevent.execution.question import NO_TYPES, Question, ShardAnswer, Values
from pgdog_gevent.execution.unnested import types_of
from pgdog_gevent.merge.description import BINARY, TEXT, Column, Description
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.router.blueprint import Carried, MovedRow
from pgdog_gevent.router.plan import Move
from pgdog_gevent.sharding.function import Hashed, LookedUp, Numbered, ShardFunction
from pgdog_gevent.sharding.hashing import partition_of_int
from pgdog_gevent.sharding.key import KeyType
from pgdog_gevent.sharding.lookup import Answers, Wanted, not_looked_up
from tests.unit.merge.messages import row as data_row

SHARDS = 3
HASHED = Hashed(KeyType.BIGINT, SHARDS)
MINE = 90_001
"""OID of a type of users."""
RETURNING = Description((Column(b'id', 0, 0, oids.INT8, 8, -1, TEXT),))
HOME = partition_of_int(7, SHARDS)
AWAY = (HOME + 1) % SHARDS
STAYED = Answer(None, rows_of(()), ())


def eight(number: int) -> bytes:
    return number.to_bytes(8, 'big')


class Said(NamedTuple):
    """What a shard answers to one question."""

    rows: tuple[bytes, ...] = ()
    tag: bytes = b''
    types: tuple[int, ...] = (oids.INT8, oids.TEXT, oids.TID, oids.OID, oids.INT8, oids.INT8)


class Servers:
    """Answers questions in turn, and keeps them."""

    def __init__(self, *said: Mapping[int, Said]) -> None:
        self._said = list(said)
        self.asked: list[dict[int, Question]] = []

    def rows_of(self, questions: Mapping[int, Question]) -> list[tuple[ShardAnswer, list[bytes]]]:
        self.asked.append(dict(questions))
        said = self._said.pop(0)
        assert said.keys() == questions.keys()
        return [(_answer(shard, each), list(each.rows)) for shard, each in said.items()]


def _answer(shard: int, said: Said) -> ShardAnswer:
    answer = ShardAnswer(shard, cast(BackendConnection, None))
    answer.tag = said.tag
    answer.description = Description(tuple(Column(b'', 0, 0, oid, 8, -1, 1) for oid in said.types)).encode()
    return answer


def row_of(function: ShardFunction = HASHED, *, returns_parameters: bool = False) -> MovedRow:
    carried = (Carried(binary=True, typed=True), Carried(binary=False, typed=False))
    return MovedRow(b'UPDATE', b'SELECT', b'DELETE', b'INSERT', carried, returns_parameters, function)


def found(key: int, *, seen: int = 1) -> Said:
    return Said((data_row(eight(key), b'name', b'ctid', b'oid', eight(key), eight(seen)),))


def none(*, seen: int = 0) -> Said:
    """No row that could be locked."""
    return Said((data_row(None, None, None, None, None, eight(seen)),))


def moved(servers: Servers, row: MovedRow | None = None, values: Values | None = None) -> Answer:
    asked = Asked(b'UPDATE', NO_TYPES, values or Values())
    shape = Shape(types_of(NO_TYPES, [oids.TEXT]), RETURNING)
    mover = Mover(servers, row or row_of(), asked, shape, lambda shard: STAYED, lambda wanted: 2)
    return mover.answer(Move(tuple(range(SHARDS)), mover.row))


def nothing_but(shard: int, said: Said) -> dict[int, Said]:
    return {number: said if number == shard else none() for number in range(SHARDS)}


def test_row_is_deleted_where_it_is_and_inserted_where_it_belongs() -> None:
    servers = Servers(
        nothing_but(AWAY, found(7)), {AWAY: Said(tag=b'DELETE 1\0')}, {HOME: Said((data_row(b'7'),), b'INSERT 0 1\0')}
    )
    answer = moved(servers)
    assert list(answer.rows) == [data_row(b'7')]
    assert (answer.tag, answer.description) == (b'UPDATE 1\0', RETURNING.encode())
    select, delete, insert = servers.asked
    assert select[0].values == Values(result_formats=(BINARY, TEXT, BINARY, BINARY, BINARY, BINARY))
    assert delete == {
        AWAY: Question(b'DELETE', types_of(NO_TYPES, [oids.TID, oids.OID]), Values((BINARY,), (b'ctid', b'oid')))
    }
    assert insert == {
        HOME: Question(b'INSERT', types_of(NO_TYPES, [oids.INT8, 0]), Values((BINARY, TEXT), (eight(7), b'name')))
    }


def test_parameters_of_returning_follow() -> None:
    servers = Servers(nothing_but(AWAY, found(7)), {AWAY: Said(tag=b'DELETE 1\0')}, {HOME: Said()})
    moved(servers, row_of(returns_parameters=True), Values((TEXT,), (b'mine',), (BINARY,)))
    [insert] = servers.asked[-1].values()
    assert insert.types == types_of(NO_TYPES, [oids.INT8, 0, oids.TEXT])
    assert insert.values == Values((BINARY, TEXT, TEXT), (eight(7), b'name', b'mine'), (BINARY,))


def test_row_that_belongs_where_it_is_stays() -> None:
    servers = Servers(nothing_but(HOME, found(7)))
    assert moved(servers) is STAYED
    assert len(servers.asked) == 1


@pytest.mark.parametrize(
    'said',
    [
        nothing_but(AWAY, none(seen=1)),
        nothing_but(AWAY, found(7, seen=2)),
        {**nothing_but(AWAY, none(seen=1)), HOME: found(7)},
    ],
    ids=['the only one', 'one of two', 'found where it went'],
)
def test_row_that_has_gone_while_it_was_waited_for_may_be_on_another_shard(said: dict[int, Said]) -> None:
    servers = Servers(said)
    with pytest.raises(RowMovedMeanwhile) as raised:
        moved(servers)
    assert raised.value.sqlstate == '40001'
    assert len(servers.asked) == 1


def test_no_row_is_no_error() -> None:
    answer = moved(Servers(dict.fromkeys(range(SHARDS), none())))
    assert (answer.tag, list(answer.rows), answer.description) == (b'UPDATE 0\0', [], RETURNING.encode())


def test_key_is_looked_up() -> None:
    function = LookedUp(KeyType.BIGINT, 'SELECT $1', Numbered(SHARDS), Answers(0))
    servers = Servers(nothing_but(0, found(7)), {0: Said(tag=b'DELETE 1\0')}, {2: Said()})
    assert moved(servers, row_of(function)).tag == b'UPDATE 1\0'
    with pytest.raises(FeatureNotSupported):
        not_looked_up(Wanted('SELECT $1', KeyType.BIGINT, 7, KeyType.BIGINT))


@pytest.mark.parametrize(
    ('said', 'words'),
    [
        ([{0: found(1), 1: found(2), 2: none()}], 'several rows'),
        ([nothing_but(0, Said(found(1).rows * 2))], 'several rows'),
        ([nothing_but(AWAY, found(7)), {AWAY: Said(tag=b'DELETE 0\0')}], 'cannot be deleted'),
        ([nothing_but(AWAY, Said(found(7).rows, types=(MINE,) * 6)), {AWAY: Said(tag=b'DELETE 1\0')}], 'of your own'),
    ],
    ids=['on several shards', 'on one shard', 'not deleted', 'type'],
)
def test_what_is_no_move_of_one_row_is_refused(said: list[dict[int, Said]], words: str) -> None:
    with pytest.raises(FeatureNotSupported, match=words):
        moved(Servers(*said))


@pytest.mark.parametrize(
    ('length', 'key', 'stored'),
    [(0, b'abcd  ', b'abcd  '), (4, b'abcd  ', b'abcd'), (4, b'ab  ', b'ab  '), (4, b'abcdef', b'abcdef')],
)
def test_text_is_placed_as_it_is_stored(length: int, key: bytes, stored: bytes) -> None:
    words = Hashed(KeyType.TEXT, SHARDS)
    [home] = words.shards_of(stored)
    row = MovedRow(b'', b'', b'', b'', (Carried(binary=True, typed=False),) * 2, False, words, length)
    servers = Servers(nothing_but(home, Said((data_row(key, b'', b'', b'', key, eight(1)),))))
    assert moved(servers, row) is STAYED
