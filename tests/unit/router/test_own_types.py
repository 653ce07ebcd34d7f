"""Types that have another OID on each shard."""

from dataclasses import replace
from struct import pack

import pytest

from pgdog_gevent.router.catalog import (
    Catalog,
    Collation,
    Column,
    FunctionNames,
    Name,
    Table,
    TableKind,
    Type,
    TypeKind,
)
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.own_types import TypeNumbers, names_own_types
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.rules import Rules


def _catalog(first: int, *, extra: int = 0) -> Catalog:
    types = [
        Type(23, 'pg_catalog', 'int4', TypeKind.BASE, array=1007),
        Type(1007, 'pg_catalog', '_int4', TypeKind.BASE, element=23),
        Type(first, 'public', 'mood', TypeKind.ENUM, array=first + 1),
        Type(first + 1, 'public', '_mood', TypeKind.BASE, element=first),
        Type(first + 2, 'public', 'pair', TypeKind.COMPOSITE),
        Type(20_000, 'public', 'same', TypeKind.ENUM),
    ]
    if extra:
        types.append(Type(extra, 'public', 'extra', TypeKind.ENUM))
    moody = (Column('id', 23, 'integer'), Column('m', first, 'public.mood'))
    tables = {
        Name('public', 'plain'): Table('public', 'plain', TableKind.TABLE, (Column('id', 23, 'integer'),)),
        Name('public', 'moody'): Table('public', 'moody', TableKind.TABLE, moody),
        Name('pg_catalog', 'pg_class'): Table('pg_catalog', 'pg_class', TableKind.TABLE),
    }
    functions = FunctionNames(users=frozenset({'feel'}), operators=frozenset({'~~~'}))
    c = Collation('c', 'C')
    return Catalog(160_000, 'UTF8', c, tables, {each.oid: each for each in types}, functions=functions)


REFERENCE = _catalog(30_000)
NUMBERS = TypeNumbers.of({0: REFERENCE, 1: _catalog(40_000, extra=50_000), 2: REFERENCE}, 0)
KNOWN = Known(REFERENCE, Rules(3), ('public',), 3, NUMBERS.own)


def types(*numbers: int) -> bytes:
    return pack(f'!H{len(numbers)}I', len(numbers), *numbers)


def test_parameters_are_told_both_ways() -> None:
    assert NUMBERS.types_at(1, types(23, 30_000, 0, 30_001)) == types(23, 40_000, 0, 40_001)
    assert NUMBERS.types_told(1, types(40_000, 20_000, 23)) == types(30_000, 20_000, 23)
    assert NUMBERS.types_at(2, types(30_000)) == types(30_000)
    assert [NUMBERS.differ_at(shard) for shard in range(3)] == [False, True, False]


def test_type_that_clients_cannot_know_has_no_number() -> None:
    assert NUMBERS.told(1, 50_000) == 0
    assert NUMBERS.told(1, 23) == 23


@pytest.mark.parametrize(
    ('number', 'nested'),
    [(30_000, False), (30_001, True), (30_002, True), (2249, True), (1007, False), (20_000, False)],
    ids=['enum', 'array', 'composite', 'record', 'plain array', 'same everywhere'],
)
def test_what_has_types_in_it_has_their_numbers(number: int, nested: bool) -> None:
    assert (number in NUMBERS.nested) is nested


def test_nothing_differs_where_all_shards_number_alike() -> None:
    assert TypeNumbers.of({0: REFERENCE, 1: replace(REFERENCE)}, 0) == TypeNumbers()
    assert TypeNumbers.of({}, 0) == TypeNumbers()


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ('SELECT id FROM plain WHERE id = $1', False),
        ('SELECT count(*), max(id)::int4 FROM plain p WHERE p.id + 1 > 2', False),
        ('WITH moody AS (SELECT 1 AS id) SELECT id FROM moody', False),
        ('SELECT relname FROM pg_class', False),
        ('SELECT id FROM moody', True),
        ('SELECT p FROM plain p', True),
        ('SELECT plain FROM plain', True),
        ("SELECT 'sad'::mood", True),
        ("SELECT public.mood 'sad'", True),
        ('SELECT feel(1)', True),
        ('SELECT 1 ~~~ 2', True),
        ('SELECT * FROM absent', True),
        ('FETCH c', True),
        ('INSERT INTO moody (id) SELECT 1', True),
        ('UPDATE plain SET id = 1 RETURNING *', False),
    ],
)
def test_text_tells_whether_such_types_may_be_in_it(sql: str, expected: bool) -> None:
    assert names_own_types(parse(sql.encode()).stmts[0], KNOWN) is expected
    assert not names_own_types(parse(sql.encode()).stmts[0], replace(KNOWN, own_types=frozenset()))
