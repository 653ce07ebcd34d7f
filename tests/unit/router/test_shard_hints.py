"""What comments and parameters say of the shard where statements are to be done."""

import pytest

from pgdog_gevent.errors import FeatureNotSupported, InvalidParameterValue, ProxyError, WrongSetting
from pgdog_gevent.frontend.startup_settings import startup_settings
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.planner import Topology, check
from pgdog_gevent.router.rules import Rules, ShardKey, TableRule
from pgdog_gevent.router.set_config import set_config
from pgdog_gevent.router.shard_hints import (
    KeyGiven,
    ShardHint,
    ShardNamed,
    hinted_shard,
    session_hint,
    shard_asked_for,
)
from pgdog_gevent.router.statement import SetLocalHint, SetParameter
from pgdog_gevent.sharding.function import Hashed, LookedUp, MappedNumbers, Sha1, ShardFunction
from pgdog_gevent.sharding.hashing import partition_of_int
from pgdog_gevent.sharding.key import KeyType
from pgdog_gevent.sharding.lookup import Answers
from pgdog_gevent.sharding.mapping import Mapping

SHARDS = 3
SEVERAL = Topology('shop', SHARDS, statement_mode=False)
ALONE = Topology('shop', 1, statement_mode=False)
HASHED = Hashed(KeyType.BIGINT, SHARDS)


def rules(*functions: ShardFunction) -> Rules:
    tables = (TableRule(None, f't{number}', ShardKey('id', one)) for number, one in enumerate(functions))
    return Rules(SHARDS, tuple(tables))


@pytest.mark.parametrize(
    ('sql', 'hint'),
    [
        ('/* pgdog_shard: 1 */ SELECT 1', ShardNamed('1')),
        ('SELECT 1 -- pgdog_shard: 1', ShardNamed('1')),
        ('SELECT /*pgdog_shard:1*/ 1', ShardNamed('1')),
        ("/* pgdog_shard: '1' */ SELECT 1", ShardNamed('1')),
        ('/* pgdog_shard: one */ SELECT 1', ShardNamed('one')),
        ('/* pgdog_shard: -1 */ SELECT 1', ShardNamed('-1')),
        ('/* pgdog_shard: */ SELECT 1', ShardNamed(None)),
        ('/* pgdog_shard: 1/2 */ SELECT 1', ShardNamed(None)),
        ('/* pgdog_shard: 1 */ SELECT 1 /* pgdog_shard: 2 */', ShardNamed('1')),
        ('SELECT 1; /* pgdog_role: primary, pgdog_shard: 1 */ SELECT 2', ShardNamed('1')),
        ('/* pgdog_sharding_key: 5 */ SELECT 1', KeyGiven('5')),
        ('/* pgdog_sharding_key: 5, pgdog_shard: 1 */ SELECT 1', KeyGiven('5')),
        ('/* pgdog_shard: 1 */ SELECT 1 /* pgdog_sharding_key: 5 */', KeyGiven('5')),
        ("/* pgdog_sharding_key: 'a b/c' */ SELECT 1", KeyGiven('a b/c')),
        ('/* pgdog_sharding_key: "it\'s" */ SELECT 1', KeyGiven("it's")),
        ("/* pgdog_sharding_key: '' */ SELECT 1", KeyGiven('')),
        ('/* pgdog_sharding_key: Zürich.1; */ SELECT 1', KeyGiven('Zürich.1')),
        ('/* pgdog_sharding_key: a"b */ SELECT 1', KeyGiven(None)),
        ("/* pgdog_sharding_key: 'open */ SELECT 1", KeyGiven(None)),
        ('/* my_pgdog_shard: 1 */ SELECT 1', None),
        ('/* pgdog_shard 1 */ SELECT 1', None),
        ("SELECT '/* pgdog_shard: 1 */'", None),
        ('SELECT 1', None),
    ],
)
def test_comment_asks_for_a_shard(sql: str, hint: ShardHint | None) -> None:
    assert hinted_shard(sql.encode()) == hint


@pytest.mark.parametrize(
    ('sql', 'hint'),
    [
        ("/* pgdog_shard: 1 */ SELECT 'é'", ShardNamed('1')),
        ("/* é */ SELECT 'é' -- pgdog_sharding_key: 5", KeyGiven('5')),
        ("/* pgdog_sharding_key: 'é' */ SELECT 1", KeyGiven(None)),
        ("/* pgdog_shard: 1 */ SELECT 'open", ShardNamed(None)),
    ],
)
def test_hint_in_another_encoding_is_not_overlooked(sql: str, hint: ShardHint) -> None:
    assert hinted_shard(sql.encode('latin-1')) == hint


@pytest.mark.parametrize(
    ('settings', 'hint'),
    [
        ({}, None),
        ({'pgdog.shard': '2'}, ShardNamed('2')),
        ({'pgdog.shard': ''}, None),
        ({'pgdog.sharding_key': 'a'}, KeyGiven('a')),
        ({'pgdog.shard': '2', 'pgdog.sharding_key': 'a'}, KeyGiven('a')),
        ({'pgdog.shard': '2', 'pgdog.sharding_key': ''}, ShardNamed('2')),
    ],
)
def test_session_asks_by_its_settings(settings: dict[str, str], hint: ShardHint | None) -> None:
    assert session_hint(startup_settings(settings), {}) == hint


def test_setting_of_the_transaction_counts_more() -> None:
    settings = startup_settings({'pgdog.shard': '2'})
    assert session_hint(settings, {'pgdog.shard': '1'}) == ShardNamed('1')
    assert session_hint(settings, {'pgdog.shard': None}) is None
    assert session_hint(settings, {'pgdog.sharding_key': 'a'}) == KeyGiven('a')


@pytest.mark.parametrize(
    ('sql', 'effect'),
    [
        ('SET pgdog.shard TO 1', SetParameter('pgdog.shard', set_config('pgdog.shard', '1'))),
        ("SET LOCAL pgdog.shard = '1'", SetLocalHint('pgdog.shard', '1')),
        ('SET LOCAL pgdog.sharding_key TO DEFAULT', SetLocalHint('pgdog.sharding_key', None)),
        ("SELECT set_config('PgDog.Sharding_Key', 'a', true)", SetLocalHint('pgdog.sharding_key', 'a')),
    ],
)  # fmt: skip
def test_setting_is_noted(sql: str, effect: object) -> None:
    assert analyze(sql.encode()).effects == ((effect,),)


@pytest.mark.parametrize('number', ['3', '-1', 'one', '99999999999', '1.0'])
@pytest.mark.parametrize('sql', ["SET pgdog.shard TO '{}'", "SET LOCAL pgdog.shard TO '{}'"])
def test_shard_that_there_is_not_cannot_be_set(sql: str, number: str) -> None:
    statement = analyze(sql.format(number).encode())
    check(statement, ALONE)
    with pytest.raises(WrongSetting, match='there is no shard'):
        check(statement, SEVERAL)


@pytest.mark.parametrize('sql', ['SET pgdog.shard TO 2', "SET pgdog.shard TO ''", 'SET LOCAL pgdog.shard TO DEFAULT'])
def test_shard_that_there_is_can_be_set(sql: str) -> None:
    check(analyze(sql.encode()), SEVERAL)


def test_client_cannot_connect_to_a_shard_that_is_no_number() -> None:
    with pytest.raises(InvalidParameterValue):
        startup_settings({'options': '-c pgdog.shard=one'})


@pytest.mark.parametrize('key', ['0', '7', ' -12 ', '0x10'])
def test_key_says_its_shard(key: str) -> None:
    assert shard_asked_for(KeyGiven(key), rules(HASHED, HASHED), SHARDS) == partition_of_int(int(key, 0), SHARDS)


def test_number_is_its_shard() -> None:
    assert shard_asked_for(ShardNamed(' 2'), rules(), SHARDS) == 2


@pytest.mark.parametrize(
    ('hint', 'known', 'words'),
    [
        (ShardNamed('3'), rules(), 'there is no shard "3"'),
        (ShardNamed(None), rules(), 'cannot be read'),
        (KeyGiven(None), rules(HASHED), 'cannot be read'),
        (KeyGiven('1'), rules(), 'no table'),
        (KeyGiven('1'), rules(HASHED, Sha1(KeyType.BIGINT, SHARDS)), 'multiple sharding functions'),
        (KeyGiven('one'), rules(HASHED), 'is no sharding key of type bigint'),
        (KeyGiven('9'), rules(MappedNumbers(KeyType.BIGINT, Mapping.of([]), SHARDS)), 'is on no single shard'),
        (KeyGiven('1'), rules(LookedUp(KeyType.BIGINT, 'SELECT $1', HASHED, Answers(0))), 'is on no single shard'),
    ],
)
def test_hint_that_means_no_shard_is_refused(hint: ShardHint, known: Rules, words: str) -> None:
    with pytest.raises((WrongSetting, FeatureNotSupported), match=words) as refused:
        shard_asked_for(hint, known, SHARDS)
    assert isinstance(refused.value, ProxyError)
    assert refused.value.hint
