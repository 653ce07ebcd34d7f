"""What texts mean for several shards where none is parsed for that."""

import pytest

from pgdog_gevent.router.blueprint import AnyShard, Blueprint, OfPrepared, OneShard, Refused
from pgdog_gevent.router.shard_hints import KeyGiven, ShardHint, ShardNamed
from pgdog_gevent.router.texts import One
from pgdog_gevent.router.unparsed import unparsed


def only(sql: str) -> One[None]:
    found: tuple[One[None], ...] = unparsed(sql.encode())
    [one] = found
    return one


@pytest.mark.parametrize(
    ('sql', 'blueprint'),
    [
        ("SET a.b TO 'c'", AnyShard()),
        ('/* hello */ set search_path to x', AnyShard()),
        ('-- hello\nRESET ALL', AnyShard()),
        ('SHOW search_path', AnyShard()),
        ('BEGIN READ ONLY', AnyShard()),
        ('COMMIT', AnyShard()),
        ("COMMIT PREPARED 'x'", OfPrepared('x')),
        ("ROLLBACK PREPARED 'x'", OfPrepared('x')),
        ('DISCARD ALL', AnyShard()),
        ('DEALLOCATE a', AnyShard()),
        ('LISTEN a', OneShard()),
        ("NOTIFY a, 'b'", OneShard()),
    ],
)
def test_what_is_about_the_session_needs_no_shard(sql: str, blueprint: Blueprint) -> None:
    assert only(sql).blueprint == blueprint


@pytest.mark.parametrize(
    ('sql', 'hint'),
    [
        ('SELECT 1', None),
        ('INSERT INTO users VALUES (1)', None),
        ('SET a.b TO 1; SELECT * FROM users', None),
        ('set of words', None),
        ('PREPARE a AS SELECT 1', None),
        ('/* pgdog_shard: 1 */ SELECT 1', ShardNamed('1')),
        ('SELECT 1 -- pgdog_sharding_key: x', KeyGiven('x')),
    ],
)
def test_all_else_is_refused_unless_the_shard_is_named(sql: str, hint: ShardHint | None) -> None:
    one = only(sql)
    assert isinstance(one.blueprint, Refused)
    assert 'query_parser' in one.blueprint.why
    assert one.hint == hint


@pytest.mark.parametrize('sql', ['', ';', ' -- nothing'])
def test_nothing_is_no_statement(sql: str) -> None:
    assert unparsed(sql.encode()) == ()
