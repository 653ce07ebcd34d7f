"""Which differences between two answers count; values only, no server."""

from dataclasses import replace

import pytest

from tests.integration.answers import Answer, Column, Row
from tests.integration.comparison import difference, taken_from, without_limit
from tests.integration.sql.kinds import FLOAT8, INTERVAL, NUMERIC, TEXT, Kind
from tests.integration.sql.statement import Order, Parameter, Statement

LISTED = Statement('SELECT', 'select', order=Order.ROWS)
BAG = replace(LISTED, order=Order.NONE)
KEYED = replace(LISTED, order=Order.KEYS, keys=(0,))
LOOSE = replace(LISTED, loose=True)
INEXACT = replace(LISTED, inexact=True)
LIMITED = replace(BAG, unlimited='SELECT')
A: Row = (b'1', b'a')
B: Row = (b'1', b'b')
C: Row = (b'2', b'c')


def answer(*rows: Row, kind: Kind = TEXT, tag: bytes = b'SELECT') -> Answer:
    width = len(rows[0]) if rows else 0
    columns = tuple(Column(b'%d' % number, kind.oid, -1, 0) for number in range(width))
    return Answer(tag, columns, rows)


@pytest.mark.parametrize(
    ('statement', 'expected', 'received', 'what'),
    [
        pytest.param(LISTED, (A, B, C), (A, B, C), None, id='the same'),
        pytest.param(LISTED, (A, B), (B, A), 'rows', id='another order'),
        pytest.param(LISTED, (A, B), (A,), 'number of rows or tag', id='a row less'),
        pytest.param(BAG, (A, B), (B, A), None, id='another order that is open'),
        pytest.param(BAG, (A, A, B), (A, B, B), 'rows', id='another row twice'),
        pytest.param(KEYED, (A, B, C), (B, A, C), None, id='ties the other way'),
        pytest.param(KEYED, (A, B, C), (A, C, B), 'order of rows', id='keys in another order'),
        pytest.param(KEYED, (A, B, C), (A, A, C), 'rows', id='keys in order, other rows'),
        pytest.param(LIMITED, (A,), (B,), None, id='another row, which LIMIT leaves open'),
        pytest.param(BAG, ((None,),), ((b'',),), 'rows', id='empty for NULL'),
    ],
)
def test_rows_are_compared_as_far_as_their_order_is_said(
    statement: Statement, expected: tuple[Row, ...], received: tuple[Row, ...], what: str | None
) -> None:
    assert difference(statement, answer(*expected), answer(*received)) == what


@pytest.mark.parametrize(
    ('statement', 'kind', 'expected', 'received', 'same'),
    [
        pytest.param(LISTED, NUMERIC, b'1.0', b'1.00', False, id='a scale'),
        pytest.param(LOOSE, NUMERIC, b'1.0', b'1.00', True, id='a scale that is open'),
        pytest.param(LOOSE, NUMERIC, b'NaN', b'NaN', True, id='not a number'),
        pytest.param(LOOSE, NUMERIC, b'1.0', b'1.01', False, id='another number'),
        pytest.param(LOOSE, INTERVAL, b'1 day', b'24:00:00', True, id='an interval that is open'),
        pytest.param(LOOSE, FLOAT8, b'-0', b'0', True, id='a zero that is open'),
        pytest.param(LISTED, FLOAT8, b'0.3', b'0.30000000000000004', False, id='a last digit'),
        pytest.param(INEXACT, FLOAT8, b'0.3', b'0.30000000000000004', True, id='a last digit of a sum'),
        pytest.param(INEXACT, FLOAT8, b'0.3', b'0.31', False, id='another sum'),
        pytest.param(INEXACT, NUMERIC, b'0.3', b'0.30', False, id='a sum that is exact'),
    ],
)
def test_values_are_compared_as_far_as_they_are_determined(
    statement: Statement, kind: Kind, expected: bytes, received: bytes, same: bool
) -> None:
    assert (difference(statement, answer((expected,), kind=kind), answer((received,), kind=kind)) is None) is same


@pytest.mark.parametrize(
    'wrong',
    [
        pytest.param(replace(answer(A), sqlstate=b'22012'), id='an error'),
        pytest.param(answer(A, tag=b'SELECT 2'), id='a tag'),
        pytest.param(answer(A, kind=NUMERIC), id='a type'),
        pytest.param(replace(answer(A), transaction=2), id='a transaction'),
        pytest.param(replace(answer(A), parameters=(20,)), id='parameters'),
    ],
)
def test_all_the_rest_of_an_answer_is_compared(wrong: Answer) -> None:
    assert difference(BAG, answer(A), wrong) is not None


def test_rows_that_limit_leaves_are_some_of_all() -> None:
    assert taken_from(LIMITED, answer(A, B, B), answer(B, B))
    assert not taken_from(LIMITED, answer(A, B), answer(B, B))
    assert not taken_from(LIMITED, answer(A), answer(C))


def test_statement_without_limit_has_no_parameters_of_limit() -> None:
    parameters = (Parameter('1', '2', 20), Parameter('5', '6', 0))
    limited = Statement('SELECT $1 LIMIT $2', 'select limit', parameters, unlimited='SELECT $1')
    assert without_limit(limited) == Statement('SELECT $1', 'select limit', parameters[:1])
