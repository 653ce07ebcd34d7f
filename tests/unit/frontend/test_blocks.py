"""What needs a transaction that the client has begun."""

import pytest

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import NoActiveTransaction
from pgdog_gevent.frontend.blocks import NO_TRANSACTION, chained, check_begun, check_needs_no_block, nothing_to_end
from pgdog_gevent.protocol import response
from pgdog_gevent.router.blueprint import AnyShard, Declared
from pgdog_gevent.router.statement import (
    Commit,
    Effect,
    ReleaseSavepoint,
    Rollback,
    RollbackTo,
    Savepoint,
    SetLocal,
)
from pgdog_gevent.router.texts import One

ANYWHERE = AnyShard()


@pytest.mark.parametrize(
    ('effect', 'sql', 'command'),
    [
        (Savepoint('a'), b'SAVEPOINT a', 'SAVEPOINT'),
        (ReleaseSavepoint('a'), b'RELEASE a', 'RELEASE SAVEPOINT'),
        (RollbackTo('a'), b'ROLLBACK TO a', 'ROLLBACK TO SAVEPOINT'),
        (Commit(), b'COMMIT AND CHAIN', 'COMMIT AND CHAIN'),
        (Rollback(), b'rollback and chain', 'ROLLBACK AND CHAIN'),
    ],
)
def test_it_is_refused_in_the_words_of_postgresql(effect: Effect, sql: bytes, command: str) -> None:
    for check in (check_begun, nothing_to_end):
        with pytest.raises(NoActiveTransaction) as raised:
            check(effect, sql)
        assert raised.value.sqlstate == '25P01'
        assert raised.value.message == f'{command} can only be used in transaction blocks'


@pytest.mark.parametrize('sql', [b'COMMIT', b'COMMIT AND NO CHAIN', b'END /* chain */ AND NO  CHAIN'])
def test_end_of_nothing_is_no_error(sql: bytes) -> None:
    check_begun(Commit(), sql)
    assert nothing_to_end(Commit(), sql) == NO_TRANSACTION + response.command_complete('COMMIT')
    assert nothing_to_end(Rollback(), b'ABORT') == NO_TRANSACTION + response.command_complete('ROLLBACK')


def test_what_is_something_else_is_for_servers() -> None:
    assert nothing_to_end(None, b'SELECT 1') == b''
    assert nothing_to_end(SetLocal(), b'SET LOCAL a.b = 1') == b''


def test_chain_is_said_or_not() -> None:
    assert chained(b'COMMIT AND CHAIN')
    assert not chained(b'COMMIT AND NO CHAIN')
    assert not chained(b'COMMIT')


@pytest.mark.parametrize(
    ('one', 'command'),
    [
        (One(b'DECLARE c CURSOR FOR SELECT 1', Declared('c', False, ANYWHERE)), 'DECLARE CURSOR'),
        (One(b' /* so */ Lock TABLE users', ANYWHERE), 'LOCK TABLE'),
    ],
)
def test_what_servers_do_needs_one_as_well(one: One[Shape], command: str) -> None:
    with pytest.raises(NoActiveTransaction, match=command):
        check_needs_no_block(one)


def test_cursor_with_hold_and_other_statements_need_none() -> None:
    check_needs_no_block(One(b'DECLARE c CURSOR WITH HOLD FOR SELECT 1', Declared('c', True, ANYWHERE)))
    check_needs_no_block(One(b'SELECT lock FROM users', ANYWHERE))
