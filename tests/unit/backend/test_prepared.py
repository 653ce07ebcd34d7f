"""One name for equal statements, and what a server has of them."""

import gc
from dataclasses import replace

import pytest

from pgdog_gevent.backend.prepared import PREFIX, PreparedStatement, ServerStatements, StatementNames
from pgdog_gevent.config.resolve import resolve
from pgdog_gevent.config.settings import Config
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.protocol.query import Parse
from pgdog_gevent.router.statement import ORDINARY

[_CLUSTER] = resolve(
    Config.model_validate(
        {
            'databases': [{'name': 'app', 'host': 'localhost'}],
            'users': [{'name': 'someone', 'database': 'app', 'password': 'secret'}],
            'general': {'prepared_statements_ttl': 100_000, 'prepared_statements_ttl_jitter': 40_000},
        }
    )
)
SETTINGS = _CLUSTER.pools[0]
NO_TYPES = b'\0\0'
ONE_INT = b'\0\1\0\0\0\x17'


def intern(names: StatementNames, sql: bytes, types: bytes = NO_TYPES, name: bytes = b'') -> PreparedStatement:
    return names.intern(Parse(name, sql, types), ORDINARY)


def server_with(*names: bytes, limit: int | None = None) -> ServerStatements:
    server = ServerStatements()
    server.limit = limit
    for name in names:
        server.add(name)
    return server


def test_equal_texts_with_equal_types_are_one_statement() -> None:
    names = StatementNames()
    first = intern(names, b'SELECT 1', name=b'mine')
    assert intern(names, b'SELECT 1', name=b'yours') is first
    assert len(names) == 1
    assert names.all() == (first,)


@pytest.mark.parametrize(
    ('sql', 'types'),
    [(b'SELECT 2', NO_TYPES), (b'SELECT 1', ONE_INT), (b'select 1', NO_TYPES)],
    ids=['text', 'types', 'case'],
)
def test_other_text_or_other_types_are_another_statement(sql: bytes, types: bytes) -> None:
    names = StatementNames()
    first = intern(names, b'SELECT 1')
    assert intern(names, sql, types).server_name != first.server_name


def test_text_that_is_read_otherwise_is_another_statement() -> None:
    names, parse = StatementNames(), Parse(b'', b'SELECT * FROM t', NO_TYPES)
    path = (b'SET search_path TO a',)
    first = names.intern(parse, ORDINARY)
    assert names.intern(parse, ORDINARY, path) is not first
    assert names.renew(names.intern(parse, ORDINARY, path)).reading == path
    assert names.intern(parse, ORDINARY) is first


def test_text_that_nobody_knows_how_to_read_is_never_shared() -> None:
    names, parse = StatementNames(), Parse(b'', b'SELECT * FROM t', NO_TYPES)
    first = names.intern(parse, ORDINARY, None)
    assert names.intern(parse, ORDINARY, None) is not first
    assert names.renew(first) is not first
    assert names.intern(parse, ORDINARY) is not first


def test_renewed_statement_takes_the_place_of_the_old_one() -> None:
    names = StatementNames()
    first = intern(names, b'SELECT 1')
    fresh = names.renew(first)
    assert fresh.server_name != first.server_name
    assert intern(names, b'SELECT 1') is fresh
    assert names.renew(first) is fresh


def test_statement_that_nobody_holds_is_forgotten() -> None:
    names = StatementNames()
    names.limit = 0
    statement = intern(names, b'SELECT 1', name=b'mine')
    del statement
    gc.collect()
    assert len(names) == 0
    assert names.all() == ()


def test_statements_that_were_asked_for_last_are_remembered() -> None:
    names = StatementNames()
    names.limit = 2
    given = [intern(names, b'SELECT %d' % number, name=b'mine').server_name for number in range(3)]
    gc.collect()
    assert {statement.server_name for statement in names.all()} == set(given[1:])
    assert intern(names, b'SELECT 1', name=b'yours').server_name == given[1]


def test_unnamed_statements_are_not_remembered() -> None:
    names = StatementNames()
    intern(names, b'SELECT 1')
    gc.collect()
    assert len(names) == 0


def test_statement_expires_within_the_spread_of_its_age() -> None:
    server = ServerStatements()
    server.configure(SETTINGS)
    given = [b'%d' % number for number in range(200)]
    for name in given:
        server.add(name, 1000.0)
    assert not any(server.expired(name, 1000.0 + 59.9) for name in given)
    assert 50 < sum(server.expired(name, 1000.0 + 100) for name in given) < 150
    assert all(server.expired(name, 1000.0 + 140.1) for name in given)
    assert not server.expired(b'never there', 5000.0)


def test_spread_is_never_more_than_the_age() -> None:
    server = ServerStatements()
    server.configure(replace(SETTINGS, prepared_statements_ttl=1.0))
    server.add(b'a', 1000.0)
    assert server.expired(b'a', 1002.1)


def test_statement_does_not_expire_without_a_limit() -> None:
    server = ServerStatements()
    server.configure(replace(SETTINGS, prepared_statements_ttl=None))
    server.add(b'a', 0.0)
    assert not server.expired(b'a', 1e9)


def test_name_is_never_given_twice() -> None:
    names = StatementNames()
    given = [intern(names, b'SELECT 1').server_name for _ in range(3)]
    given += [intern(names, b'SELECT %d' % number).server_name for number in range(3)]
    assert len(set(given)) == 6
    assert all(name.startswith(PREFIX) for name in given)


def test_parse_message_has_the_text_and_types_under_the_name_asked_for() -> None:
    statement = intern(StatementNames(), b'SELECT $1', ONE_INT, name=b'mine')
    for name in (b'', statement.server_name):
        assert Parse.decode(statement.parse(name)[HEADER_SIZE:]) == Parse(name, b'SELECT $1', ONE_INT)


def test_size_of_a_statement_is_that_of_its_text_types_and_name() -> None:
    statement = intern(StatementNames(), b'SELECT $1', ONE_INT)
    assert statement.size_bytes == 9 + 6 + len(statement.server_name)


def test_new_server_has_no_statements() -> None:
    server = ServerStatements()
    assert b'a' not in server
    assert len(server) == 0
    assert not server.touch(b'a')
    assert server.excess() == ()
    assert server.unnamed is None


def test_server_has_what_was_added_and_not_discarded() -> None:
    server = server_with(b'a', b'b')
    server.discard(b'a')
    server.discard(b'never there')
    assert (b'a' in server, b'b' in server, len(server)) == (False, True, 1)


@pytest.mark.parametrize(
    ('limit', 'excess'),
    [(None, ()), (4, ()), (3, ()), (2, (b'b',)), (1, (b'b', b'c')), (0, (b'b', b'c'))],
)
def test_least_recently_used_statements_are_too_many(limit: int | None, excess: tuple[bytes, ...]) -> None:
    server = server_with(b'a', b'b', b'c', limit=limit)
    assert server.touch(b'a')
    assert server.excess() == excess


def test_private_names_are_taken_once_and_only_if_they_are_there() -> None:
    server = server_with(b'a', b'b')
    server.private |= {b'a', b'evicted'}
    assert server.take_private() == {b'a'}
    assert server.take_private() == set()


def test_server_without_session_has_neither_names_nor_an_unnamed_statement() -> None:
    server = server_with(b'a')
    server.unnamed = intern(StatementNames(), b'SELECT 1')
    server.clear()
    assert len(server) == 0
    assert server.unnamed is None
