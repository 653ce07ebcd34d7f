"""What a Statement tells of its effects."""

import pytest

from pgdog_gevent.config.choices import Role
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.statement import ORDINARY, Access, Deallocate, SetParameter, Statement


@pytest.mark.parametrize(
    ('sql', 'opens'),
    [
        (b'BEGIN', True),
        (b'SELECT 1; start transaction', True),
        (b'BEGIN; COMMIT', True),
        (b'COMMIT', False),
        (b'SAVEPOINT a', False),
        (b'SELECT 1', False),
    ],
    ids=str,
)
def test_statement_with_a_begin_opens_a_transaction(sql: bytes, opens: bool) -> None:
    assert analyze(sql).opens_transaction == opens


@pytest.mark.parametrize(
    ('sql', 'ends'),
    [
        (b'COMMIT', True),
        (b'END', True),
        (b'rollback', True),
        (b'ABORT WORK', True),
        (b'ROLLBACK AND CHAIN', True),
        (b"PREPARE TRANSACTION 'x'", True),
        (b'ROLLBACK TO a', False),
        (b'ROLLBACK; SELECT 1', False),
        (b'SELECT 1; ROLLBACK', False),
        (b'BEGIN', False),
        (b'SELECT 1', False),
        (b'', False),
    ],
    ids=str,
)
def test_lone_commit_or_rollback_ends_a_transaction(sql: bytes, ends: bool) -> None:
    assert analyze(sql).ends_transaction == ends


@pytest.mark.parametrize(
    ('sql', 'deallocate'),
    [
        (b'DEALLOCATE a', Deallocate('a')),
        (b'DEALLOCATE PREPARE "A"', Deallocate('A')),
        (b'DEALLOCATE ALL', Deallocate(None)),
        (b'DEALLOCATE a; SELECT 1', None),
        (b'DEALLOCATE a; DEALLOCATE b', None),
        (b'DISCARD ALL', None),
        (b'SELECT 1', None),
        (b'', None),
    ],
    ids=str,
)
def test_lone_deallocate_is_told(sql: bytes, deallocate: Deallocate | None) -> None:
    assert analyze(sql).deallocates == deallocate


def test_ordinary_statement_does_nothing() -> None:
    assert Statement() == ORDINARY
    assert not ORDINARY.opens_transaction
    assert not ORDINARY.ends_transaction
    assert ORDINARY.deallocates is None


def executed(execute: bytes, prepare: bytes) -> Statement:
    """What an EXECUTE does."""
    prepared = analyze(prepare).prepared
    assert prepared is not None
    return analyze(execute).executing(prepared.meaning)


@pytest.mark.parametrize(
    ('execute', 'prepare', 'access', 'names'),
    [
        (b'EXECUTE a', b'PREPARE a AS SELECT 1', Access.READ, set()),
        (b'EXECUTE a(1, f())', b'PREPARE a AS SELECT $1, $2, g()', Access.READ, {'f', 'g'}),
        (b'EXPLAIN ANALYZE EXECUTE a', b'PREPARE a AS SELECT 1', Access.READ, set()),
        (b'EXECUTE a', b'PREPARE a AS DELETE FROM t', Access.WRITE, set()),
        (b"EXECUTE a(nextval('s'))", b'PREPARE a AS SELECT $1', Access.WRITE, set()),
        (b'EXECUTE a(pg_advisory_lock(1))', b'PREPARE a AS SELECT $1', Access.WRITE, set()),
        (b'CREATE TABLE t AS EXECUTE a', b'PREPARE a AS SELECT 1', Access.WRITE, set()),
    ],
)
def test_execute_has_the_access_of_its_arguments_and_of_what_it_executes(
    execute: bytes, prepare: bytes, access: Access, names: set[str]
) -> None:
    statement = executed(execute, prepare)
    assert (statement.access, set(statement.reads_if_stable)) == (access, names)


def test_execute_does_what_its_arguments_do() -> None:
    assert executed(b'EXECUTE a(pg_advisory_lock(1))', b'PREPARE a AS SELECT $1').leaves
    assert executed(b'EXECUTE a(f())', b'PREPARE a AS SELECT $1, g()').functions == {'f', 'g'}
    assert executed(b'EXECUTE a(setseed(1))', b'PREPARE a AS SELECT $1').spoils
    assert executed(b"EXECUTE a(nextval('s'))", b'PREPARE a AS SELECT $1').advances_sequences
    assert executed(b'EXECUTE a(lastval())', b'PREPARE a AS SELECT $1').reads_sequences


def test_execute_does_what_was_prepared() -> None:
    statement = executed(b'EXECUTE a', b"PREPARE a AS SELECT set_config('a.b', 'c', false)")
    assert [effect.name for (effect,) in statement.effects if isinstance(effect, SetParameter)] == ['a.b']
    assert statement.unsure == ''


def test_hint_of_the_execute_counts_before_that_of_the_prepare() -> None:
    prepare = b'/* pgdog_role: replica */ PREPARE a AS SELECT 1'
    assert executed(b'EXECUTE a', prepare).role is Role.REPLICA
    assert executed(b'EXECUTE a /* pgdog_role: primary */', prepare).role is Role.PRIMARY
