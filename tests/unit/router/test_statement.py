"""What a Statement tells of its effects."""

import pytest

from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.statement import ORDINARY, Deallocate, Statement


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
