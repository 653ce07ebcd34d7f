"""Who answers a statement, and what is refused."""

from dataclasses import replace
from itertools import pairwise

import pytest

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ByKey,
    ByRow,
    CopyOptions,
    CopyOut,
    CopyRows,
    CopyToAll,
    Everyone,
    Explained,
    OfPrepared,
    OneByOne,
    OneShard,
    Refused,
    Row,
    Same,
    Scattered,
    Shards,
)
from pgdog_gevent.router.keys import EVERY, NOWHERE, BoundValue, Constant, KeyIs, Parameter
from pgdog_gevent.router.plan import Anywhere, CopyIn, CopyOutOf, Direct, InTurn, Plan, Shown, Split, Together
from pgdog_gevent.router.planner import NotOnSeveralShards, Topology, check, plan, plan_on
from pgdog_gevent.sharding.centroids import Centroids
from pgdog_gevent.sharding.function import Hashed, MappedNumbers, Nearest
from pgdog_gevent.sharding.hashing import partition_of_int
from pgdog_gevent.sharding.key import KeyType, TypeOid
from pgdog_gevent.sharding.mapping import ListRule, Mapping

SHARDS = 3
ONE_SHARD = Topology('shop', shards=1, statement_mode=False)
STATEMENT_MODE = Topology('shop', shards=1, statement_mode=True)
HASHED = Hashed(KeyType.BIGINT, SHARDS)
SCATTERED = Scattered(b'SELECT 1')
SAME = Same(b'UPDATE t SET a = 1')


class Values:
    """Parameters in text format, of types that the client does not name."""

    def __init__(self, *values: bytes | BoundValue | None) -> None:
        self._values = values

    def parameter(self, number: int) -> BoundValue:
        value = self._values[number - 1]
        return value if isinstance(value, BoundValue) else BoundValue(0, 0, value)


def of_key(key: int) -> int:
    return partition_of_int(key, SHARDS)


def keys_of_each_shard() -> list[int]:
    """A key that shard 0 has, one of shard 1, and so on."""
    return [next(key for key in range(100) if of_key(key) == shard) for shard in range(SHARDS)]


@pytest.mark.parametrize('sql', [b'SELECT 1', b'BEGIN', b'SET a.b TO 1', b'CREATE TEMP TABLE t (a int)', b'nonsense'])
def test_everything_may_be_sent_to_a_database(sql: bytes) -> None:
    check(analyze(sql), ONE_SHARD)


@pytest.mark.parametrize(
    'sql', [b'BEGIN', b'START TRANSACTION', b'SELECT 1; BEGIN', b'BEGIN; SELECT 1; COMMIT', b'/* x */ begin read only']
)
def test_statement_mode_refuses_every_way_to_open_a_transaction(sql: bytes) -> None:
    with pytest.raises(FeatureNotSupported, match='statement pooling') as refused:
        check(analyze(sql), STATEMENT_MODE)
    assert 'shop' in refused.value.detail
    assert 'pooler_mode' in refused.value.hint


@pytest.mark.parametrize('sql', [b'SELECT 1', b'COMMIT', b'SET a.b TO 1', b'SELECT 1; SELECT 2'])
def test_statement_mode_accepts_what_opens_none(sql: bytes) -> None:
    check(analyze(sql), STATEMENT_MODE)


@pytest.mark.parametrize(
    ('blueprint', 'expected'),
    [
        (AnyShard(), Anywhere()),
        (OneShard(2), Direct(2)),
        (OfPrepared('x'), Anywhere()),
        (ByKey(EVERY, SCATTERED), Together((0, 1, 2), SCATTERED)),
        (ByKey(NOWHERE, SCATTERED), Anywhere()),
        (ByKey(KeyIs(HASHED, (Constant('7'),)), SCATTERED), Direct(of_key(7))),
        (ByKey(KeyIs(HASHED, (Parameter(1),)), SCATTERED), Direct(of_key(42))),
        (ByKey(KeyIs(HASHED, (Constant('7'),)), Refused('windows')), Direct(of_key(7))),
        (ByKey(EVERY, SAME), Together((0, 1, 2), SAME)),
        (Shards(b'CREATE TABLE t ()'), Together((0, 1, 2), Same(b'CREATE TABLE t ()'))),
        (OneByOne(b'VACUUM'), InTurn((0, 1, 2), b'VACUUM')),
        (CopyRows(HASHED, 0, 2, CopyOptions()), CopyIn((0, 1, 2), CopyRows(HASHED, 0, 2, CopyOptions()))),
        (CopyToAll(), CopyIn((0, 1, 2), None)),
        (CopyOut(EVERY, CopyOptions()), CopyOutOf((0, 1, 2), CopyOptions())),
        (CopyOut(KeyIs(HASHED, (Constant('7'),)), CopyOptions()), Direct(of_key(7))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_blueprint_and_parameters_say_who_answers(blueprint: Blueprint, expected: Plan) -> None:
    assert plan(blueprint, Values(b'42'), SHARDS) == expected


def test_what_is_the_same_everywhere_is_changed_everywhere_even_if_a_key_is_named() -> None:
    changed = plan(ByKey(KeyIs(HASHED, (Constant('7'),)), Everyone(b'DELETE')), Values(), SHARDS)
    assert changed == Direct(of_key(7))
    assert isinstance(plan(ByKey(EVERY, Same(b'DELETE')), Values(), SHARDS), Together)


@pytest.mark.parametrize('blueprint', [ByKey(EVERY, Refused('windows', 'a hint', 8)), Refused('windows', 'a hint', 8)])
def test_several_shards_are_refused_what_they_cannot_answer(blueprint: Blueprint) -> None:
    with pytest.raises(NotOnSeveralShards, match='windows') as refused:
        plan(blueprint, Values(), SHARDS)
    assert (refused.value.hint, refused.value.position) == ('a hint', 8)


def insert(*keys: int) -> ByRow:
    rows = tuple(Row(b"(%d, 'x')" % key, Constant(str(key))) for key in keys)
    return ByRow(b'INSERT INTO t VALUES ', rows, b' RETURNING *', HASHED, returning=True)


def test_rows_of_one_shard_are_inserted_as_they_are_written() -> None:
    assert plan(insert(7, 7), Values(), SHARDS) == Direct(of_key(7))


def test_each_shard_gets_the_rows_that_belong_there() -> None:
    first, second, third = keys_of_each_shard()
    split = plan(insert(third, first, second, first), Values(), SHARDS)
    assert split == Split(
        (
            (0, b"INSERT INTO t VALUES (%d, 'x'), (%d, 'x') RETURNING *" % (first, first)),
            (1, b"INSERT INTO t VALUES (%d, 'x') RETURNING *" % second),
            (2, b"INSERT INTO t VALUES (%d, 'x') RETURNING *" % third),
        ),
        ((1, 3), (2,), (0,)),
    )


def test_row_without_a_place_is_refused() -> None:
    nowhere = MappedNumbers(KeyType.BIGINT, Mapping.of([ListRule(frozenset({1}), 0)]), SHARDS)
    row = ByRow(b'INSERT INTO t VALUES ', (Row(b'(5)', Constant('5')),), b'', nowhere, returning=False)
    with pytest.raises(FeatureNotSupported, match='does not say on which shard'):
        plan(row, Values(), SHARDS)


def test_vector_goes_to_its_nearest_centroid_alone() -> None:
    nearest = Nearest(Centroids.of([(0.0,), (10.0,), (20.0,)], 2, SHARDS))
    rows = tuple(Row(b'(%d)' % number, Constant(f'[{number}]')) for number in (9, 1, 19))
    found = ByRow(b'INSERT INTO t VALUES ', rows, b'', nearest, returning=False)
    assert plan(found, Values(), SHARDS) == Split(
        tuple((shard, b'INSERT INTO t VALUES (%d)' % number) for shard, number in enumerate((1, 9, 19))),
        ((1,), (0,), (2,)),
    )
    other_dimension = replace(found, rows=(Row(b'(1)', Constant('[1, 2]')),))
    with pytest.raises(FeatureNotSupported, match='does not say on which shard'):
        plan(other_dimension, Values(), SHARDS)


def test_rows_that_have_to_stay_together_are_refused_on_several_shards() -> None:
    first, second, _ = keys_of_each_shard()
    apart = Refused('a function')
    assert plan(replace(insert(first, first), apart=apart), Values(), SHARDS) == Direct(of_key(first))
    with pytest.raises(NotOnSeveralShards, match='a function'):
        plan(replace(insert(first, second), apart=apart), Values(), SHARDS)


def test_an_insert_reads_only_where_it_writes() -> None:
    first, second, _ = keys_of_each_shard()
    reads = KeyIs(HASHED, (Constant(str(first)),))
    assert plan(replace(insert(first), reads=reads), Values(), SHARDS) == Direct(of_key(first))
    for keys in ((second,), (first, second)):
        with pytest.raises(NotOnSeveralShards, match='reads what other shards have'):
            plan(replace(insert(*keys), reads=reads), Values(), SHARDS)


@pytest.mark.parametrize('format_code', [0, 1])
def test_a_parameter_is_placed_as_it_is_stored(format_code: int) -> None:
    words = Hashed(KeyType.TEXT, SHARDS)
    row = ByRow(b'INSERT INTO t VALUES ', (Row(b'($1)', Parameter(1)),), b'', words, returning=False, length=4)
    for given, stored in ((b'abcd  ', b'abcd'), (b'ab  ', b'ab  '), ('äöüß '.encode(), 'äöüß'.encode())):
        bound = Values(BoundValue(TypeOid.TEXT, format_code, given))
        assert plan(row, bound, SHARDS) == Direct(*words.shards_of(stored))


def test_a_plan_of_one_shard_is_explained_there() -> None:
    one = ByKey(KeyIs(HASHED, (Constant('7'),)), Everyone(b'DELETE'))
    assert plan(Explained(b'EXPLAIN ', one), Values(), SHARDS) == Direct(of_key(7))


def test_plans_of_several_shards_are_those_of_what_each_would_get() -> None:
    shown = plan(Explained(b'EXPLAIN ', ByKey(EVERY, Everyone(b'DELETE'))), Values(), SHARDS)
    assert shown == Shown(tuple((shard, b'EXPLAIN DELETE') for shard in range(SHARDS)))


@pytest.mark.parametrize(
    'blueprint',
    [
        AnyShard(),
        OneShard(0),
        ByKey(EVERY, SCATTERED),
        ByKey(EVERY, Refused('no')),
        Shards(b'CREATE TABLE t (a int)'),
        OneByOne(b'VACUUM'),
        CopyOut(EVERY, CopyOptions()),
        Refused('no'),
    ],
    ids=lambda blueprint: type(blueprint).__name__,
)
def test_client_that_names_a_shard_is_served_by_it(blueprint: Blueprint) -> None:
    assert plan_on(2, blueprint, Values(), SHARDS) == Direct(2)


def test_row_is_only_put_where_it_belongs() -> None:
    [here, elsewhere, _] = (str(key) for key in keys_of_each_shard())

    def insert(key: str) -> ByRow:
        return ByRow(b'INSERT INTO t VALUES ', (Row(b'(1)', Constant(key)),), b'', HASHED, returning=False)

    assert plan_on(0, insert(here), Values(), SHARDS) == Direct(0)
    assert plan_on(0, insert('what the server will refuse'), Values(), SHARDS) == Direct(0)
    for wrong in (insert(elsewhere), Explained(b'EXPLAIN ANALYZE ', insert(elsewhere))):
        with pytest.raises(FeatureNotSupported, match='belongs on shard 1'):
            plan_on(0, wrong, Values(), SHARDS)


def test_rows_that_may_be_left_out_are_asked_for_in_their_order() -> None:
    keys = [0, 1, 2, 3, 4, 5]
    rows = tuple(Row(b'%d' % key, Constant(str(key))) for key in keys)
    found = plan(ByRow(b'', rows, b'', HASHED, returning=True, in_order=True), Values(), SHARDS)
    assert isinstance(found, Split)
    assert [number for numbers in found.rows for number in numbers] == keys
    shards = [shard for shard, _ in found.texts]
    assert [{of_key(number) for number in numbers} for numbers in found.rows] == [{shard} for shard in shards]
    assert all(one != other for one, other in pairwise(shards))
