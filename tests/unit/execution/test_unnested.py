"""Rows that one shard gets as arrays, to go on with them."""

import pytest

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.execution.question import NO_TYPES, Question, Values
from pgdog_gevent.execution.unnested import first_types, folding, sorting, types_of
from pgdog_gevent.merge.arrays import Columns, binary_array
from pgdog_gevent.merge.description import BINARY, TEXT, Column, Description
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.router.blueprint import Folded, SortColumn
from tests.unit.merge.messages import int8, row

MINE = 90_001
"""A type without arrays."""
ARRAYS = {oids.INT8: oids.ARRAY_OF[oids.INT8], oids.TEXT: oids.ARRAY_OF[oids.TEXT]}
FOLDED = Folded(b'PARTIAL', b'FINAL', 1)


def column(oid: int, name: bytes = b'x') -> Column:
    return Column(name, 0, 0, oid, -1, -1, BINARY)


def gathered(*rows: bytes, width: int = 2) -> Columns:
    columns = Columns(width, 1000)
    for each in rows:
        columns.add(each)
    return columns


def test_types_of_parameters_are_cut_and_go_on() -> None:
    types = types_of(NO_TYPES, [20, 25])
    assert types == b'\0\2\0\0\0\x14\0\0\0\x19'
    assert first_types(types, 1) == types_of(NO_TYPES, [20])
    assert types_of(first_types(types, 1), [16]) == types_of(NO_TYPES, [20, 16])
    assert first_types(types, 0) == NO_TYPES


@pytest.mark.parametrize('formats', [(), (TEXT,), (BINARY,), (BINARY, TEXT)])
def test_arrays_come_after_the_parameters_that_the_final_answer_needs(formats: tuple[int, ...]) -> None:
    partial = Description((column(oids.INT8), column(oids.TEXT)))
    columns = gathered(row(int8(1), b'a'), row(None, b'b'))
    values = Values(formats, (b'7', b'not needed'), (BINARY,))
    own = types_of(NO_TYPES, [oids.INT8, oids.TEXT])
    assert folding(FOLDED, own, values, columns, partial, ARRAYS.get) == Question(
        b'FINAL',
        types_of(NO_TYPES, [oids.INT8, ARRAYS[oids.INT8], ARRAYS[oids.TEXT]]),
        Values(
            ((formats or (TEXT,))[0], BINARY, BINARY),
            (b'7', binary_array(oids.INT8, [int8(1), None]), binary_array(oids.TEXT, [b'a', b'b'])),
            (BINARY,),
        ),
    )


def test_no_rows_are_empty_arrays() -> None:
    partial = Description((column(oids.INT8), column(oids.TEXT)))
    question = folding(Folded(b'', b'', 0), NO_TYPES, Values(), gathered(), partial, ARRAYS.get)
    assert question.values is not None
    assert question.values.parameters == (binary_array(oids.INT8, []), binary_array(oids.TEXT, []))


def test_type_without_arrays_is_refused_by_the_name_of_its_column() -> None:
    partial = Description((column(oids.INT8), column(MINE, b'mood')))
    with pytest.raises(FeatureNotSupported, match='column "mood"'):
        folding(FOLDED, NO_TYPES, Values(), gathered(), partial, ARRAYS.get)


@pytest.mark.parametrize(
    ('sort', 'oid', 'term'),
    [
        (SortColumn(False, False, ''), oids.INT8, b'k0 ASC NULLS LAST'),
        (SortColumn(True, True, None), oids.INT8, b'k0 DESC NULLS FIRST'),
        (SortColumn(False, True, ''), oids.TEXT, b'k0 ASC NULLS FIRST'),
        (SortColumn(True, False, '"C"'), oids.TEXT, b'k0 COLLATE "C" DESC NULLS LAST'),
    ],
)
def test_rows_are_numbered_in_the_order_of_their_keys(sort: SortColumn, oid: int, term: bytes) -> None:
    value = int8(5) if oid == oids.INT8 else b'five'
    question = sorting([sort], [column(oid)], gathered(row(value), width=1), 1, ARRAYS.get)
    assert question.sql == b'SELECT i FROM unnest($1, $2) AS __pgdog(i, k0) ORDER BY ' + term
    assert question.types == types_of(NO_TYPES, [ARRAYS[oids.INT8], ARRAYS[oid]])
    arrays = binary_array(oids.INT8, [int8(0)]), binary_array(oid, [value])
    assert question.values == Values((BINARY,), arrays, (BINARY,))


def test_text_of_an_unknown_collation_is_not_sorted() -> None:
    with pytest.raises(FeatureNotSupported, match='collation'):
        sorting([SortColumn(False, False, None)], [column(oids.TEXT)], gathered(width=1), 0, ARRAYS.get)
