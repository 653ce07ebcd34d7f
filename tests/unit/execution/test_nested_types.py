"""Types inside of values in binary format."""

from contextlib import suppress
from struct import pack

import pytest

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.execution.nested_types import MALFORMED, NestedTypes, UnknownToClients
from pgdog_gevent.router.catalog import Catalog, Collation, Type, TypeKind
from pgdog_gevent.router.own_types import TypeNumbers

MOOD, MOODS, PAIR, PAIRS, LIST = range(30_000, 30_005)
INT4, INT4S, RECORD, RECORDS = 23, 1007, 2249, 2287


def _catalog(first: int) -> Catalog:
    types = [
        Type(INT4, 'pg_catalog', 'int4', TypeKind.BASE, array=INT4S),
        Type(INT4S, 'pg_catalog', '_int4', TypeKind.BASE, element=INT4),
        Type(first, 'public', 'mood', TypeKind.ENUM, array=first + 1),
        Type(first + 1, 'public', '_mood', TypeKind.BASE, element=first),
        Type(first + 2, 'public', 'pair', TypeKind.COMPOSITE, array=first + 3),
        Type(first + 3, 'public', '_pair', TypeKind.BASE, element=first + 2),
        Type(first + 4, 'public', 'list', TypeKind.DOMAIN, base_type=first + 1),
    ]
    if first != MOOD:
        types.append(Type(50_000, 'public', 'only_here', TypeKind.ENUM))
    return Catalog(160_000, 'UTF8', Collation('c', 'C'), {}, {each.oid: each for each in types})


THERE = 10_000
"""So much greater are the numbers of shard 1."""
NUMBERS = TypeNumbers.of({0: _catalog(MOOD), 1: _catalog(MOOD + THERE)}, 0)
TYPES = NestedTypes(NUMBERS, 1)


def item(value: bytes | None) -> bytes:
    return pack('!i', -1) if value is None else pack('!i', len(value)) + value


def array(element: int, *values: bytes | None, dimensions: int = 1) -> bytes:
    sizes = b''.join(pack('!ii', len(values) if number == 0 else 1, 1) for number in range(dimensions))
    return pack('!iII', dimensions, 1, element) + sizes + b''.join(map(item, values))


def row(*fields: tuple[int, bytes | None]) -> bytes:
    return pack('!I', len(fields)) + b''.join(pack('!I', number) + item(value) for number, value in fields)


def values(of: int) -> dict[str, tuple[int, bytes]]:
    """Type, as clients know it, and value; ``of`` is added to the numbers in it."""
    mood, moods, pair, plain = MOOD + of, MOODS + of, PAIR + of, array(INT4, b'\0\0\0\1')
    one_pair = row((INT4, b'\0\0\x75\x30'), (mood, b'happy'))
    return {
        'array': (MOODS, array(mood, b'sad', None, b'ok')),
        'empty array': (MOODS, pack('!iII', 0, 0, mood)),
        'two dimensions': (MOODS, array(mood, b'sad', b'ok', dimensions=2)),
        'domain': (LIST, array(mood, b'sad')),
        'row': (PAIR, one_pair),
        'array of rows': (PAIRS, array(pair, one_pair, None, one_pair)),
        'record': (RECORD, row((moods, array(mood, b'sad')), (LIST + of, array(mood)), (INT4S, plain), (0, None))),
        'records': (RECORDS, array(RECORD, row((pair, one_pair)), row((RECORD, row((mood, None)))))),
        'plain array': (INT4S, plain),
        'enum': (MOOD, b'happy'),
    }


@pytest.mark.parametrize('kind', values(0))
def test_numbers_inside_are_told_both_ways(kind: str) -> None:
    (told, known), (_, there) = values(0)[kind], values(THERE)[kind]
    assert TYPES.outward(there, told) == known
    assert TYPES.inward(known, told) == there


@pytest.mark.parametrize('kind', values(0))
def test_value_that_is_cut_off_is_told_from_a_whole_one_or_left_to_the_server(kind: str) -> None:
    told, known = values(0)[kind]
    for end in range(len(known)):
        with suppress(*MALFORMED):
            assert len(TYPES.inward(known[:end], told)) == end


def test_type_that_clients_do_not_know_is_not_told() -> None:
    with pytest.raises(UnknownToClients):
        TYPES.outward(row((50_000, b'x')), RECORD)


def test_columns_of_a_row_are_told_that_have_numbers_in_them() -> None:
    told, known = values(0)['array of rows']
    _, there = values(THERE)['array of rows']
    columns = {1: told, 2: MOODS}
    assert TYPES.row(columns, pack('!H', 4) + item(there) * 2 + item(None) + item(b'x')) == (
        pack('!H', 4) + item(there) + item(known) + item(None) + item(b'x')
    )


@pytest.mark.parametrize('cut', range(30))
def test_row_that_is_cut_off_is_malformed(cut: int) -> None:
    _, there = values(THERE)['array']
    body = pack('!H', 1) + item(there)
    with pytest.raises(ProtocolViolation):
        TYPES.row({0: MOODS}, body[:cut])


def test_deeply_nested_value_does_no_harm() -> None:
    value = row((INT4, None))
    for _ in range(2000):
        value = row((RECORD, value))
    with pytest.raises(MALFORMED):
        TYPES.inward(value, RECORD)
