"""A text whose first statement ends a transaction, and what comes after it."""

import pytest

from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.divided import divided, ends_first


@pytest.mark.parametrize(
    ('sql', 'first', 'rest'),
    [
        (b'ROLLBACK; SELECT 1', b'ROLLBACK; ', b' ' * 10 + b'SELECT 1'),
        (b'COMMIT;BEGIN;SELECT 1', b'COMMIT;', b' ' * 7 + b'BEGIN;SELECT 1'),
        ('/* ö */ END; SELECT 1'.encode(), '/* ö */ END; '.encode(), b' ' * 13 + b'SELECT 1'),
    ],
)
def test_rest_of_a_text_stays_where_it_is(sql: bytes, first: bytes, rest: bytes) -> None:
    assert divided(sql) == (first, rest)


@pytest.mark.parametrize('sql', [b'ROLLBACK', b'ROLLBACK;;', b'', b'ROLLBACK; SELEC'])
def test_text_that_has_no_rest_is_not_divided(sql: bytes) -> None:
    assert divided(sql) is None


@pytest.mark.parametrize(
    ('sql', 'ends'),
    [
        (b'ROLLBACK; SELECT 1', True), (b'END; BEGIN', True), (b'COMMIT', False), (b'SELECT 1; COMMIT', False),
        (b'ROLLBACK TO a; SELECT 1', False), (b'SELECT 1; SELECT 2', False),
    ],
)  # fmt: skip
def test_end_has_to_come_first(sql: bytes, ends: bool) -> None:
    assert ends_first(analyze(sql)) == ends
