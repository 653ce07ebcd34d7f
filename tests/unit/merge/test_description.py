"""RowDescriptions of several shards, and the one that the client gets."""

import pytest

from pgdog_gevent.errors import ProtocolViolation, ShardsDisagree
from pgdog_gevent.merge.description import BINARY, TEXT, Description, agreed, expanded, shard_formats
from pgdog_gevent.merge.description import Column as Field
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.response import Column, row_description
from tests.unit.merge.messages import column, description

BODY = row_description([Column('id', 20, 8), Column('naïve', 25, -1, 1)])[frames.HEADER_SIZE :]
MESSAGE = Description.decode(BODY)


def test_columns_are_read_and_written_back() -> None:
    assert MESSAGE.columns[0] == Field(b'id', 0, 0, 20, 8, -1, TEXT)
    assert [(found.name.decode(), found.format) for found in MESSAGE.columns] == [('id', TEXT), ('naïve', BINARY)]
    assert MESSAGE.encode() == BODY


@pytest.mark.parametrize('cut', range(len(BODY)))
def test_truncated_description_is_a_protocol_violation(cut: int) -> None:
    with pytest.raises(ProtocolViolation):
        Description.decode(BODY[:cut])


def test_helper_columns_are_dropped() -> None:
    assert MESSAGE.without(0) == MESSAGE
    assert MESSAGE.without(1).columns == MESSAGE.columns[:1]
    assert MESSAGE.without(2).columns == ()


@pytest.mark.parametrize(
    ('codes', 'formats'),
    [
        pytest.param([], (TEXT, TEXT), id='none is text'),
        pytest.param([1], (BINARY, BINARY), id='one is for all'),
        pytest.param([1, 0], (BINARY, TEXT), id='one for each'),
    ],
)
def test_formats_are_those_of_bind(codes: list[int], formats: tuple[int, ...]) -> None:
    assert expanded(codes, 2) == formats
    assert tuple(found.format for found in MESSAGE.with_formats(codes).columns) == formats
    assert shard_formats(codes, 2, 1) == (*formats, BINARY)


def test_wrong_number_of_formats_is_a_protocol_violation() -> None:
    with pytest.raises(ProtocolViolation, match='bind message has 2 result formats but query has 3 columns'):
        expanded([0, 1], 3)


def test_tables_are_those_of_the_first_shard() -> None:
    first, second = description(column(table_oid=16384)), description(column(table_oid=20000))
    assert agreed([first, second]) == first


def test_modifiers_that_differ_say_nothing() -> None:
    shards = [description(column(modifier=modifier)) for modifier in (14, 14, 24)]
    assert agreed(shards[:2]).columns[0].modifier == 14
    assert agreed(shards).columns[0].modifier == -1


@pytest.mark.parametrize(
    ('other', 'complaint'),
    [
        pytest.param(description(), 'different numbers of columns: 1 and 0', id='number'),
        pytest.param(description(column(b'\xe9')), 'different columns: "id" and "\ufffd"', id='name'),
        pytest.param(description(column(type_oid=23)), 'different types for column "id"', id='type'),
        pytest.param(description(column(code=TEXT)), 'different types for column "id"', id='format'),
    ],
)
def test_descriptions_that_differ_are_an_error(other: Description, complaint: str) -> None:
    with pytest.raises(ShardsDisagree, match=complaint):
        agreed([description(column()), description(column()), other])


def test_types_are_the_same_under_other_oids() -> None:
    first, second = description(column(type_oid=16390)), description(column(type_oid=17000))
    assert agreed([first, second.with_types({17000: 16390})]) == first
