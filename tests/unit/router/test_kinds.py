"""Types and collations of expressions, as far as they can be told."""

import pytest

from pgdog_gevent.router.kinds import Kind, merges
from pgdog_gevent.router.nodes import expression
from tests.unit.router.select_tables import BYTEWISE, COLLATIONS, KNOWN, block_of, known

ORDERS = 'SELECT FROM orders'
TYPES = {
    'items': 'int4', 'o.items': '', 'orders.items': 'int4', 'nothing': '', 'cents': 'int8', 'tags': '_int4',
    '1': 'int4', '3000000000': 'int8', '99999999999999999999': 'numeric', '1.5': 'numeric', 'true': 'bool',
    'items + 1': 'int4', 'items * id': 'int8', 'small + small': 'int2', 'small / items': 'int4',
    'items + total': 'numeric',
    'ratio + ratio': 'float4', 'ratio + items': 'float8', 'total * weight': 'float8', '-total': 'numeric',
    'items % 3': 'int4', 'items % small': '',
    'pause * 2': 'interval', 'made - made': 'interval', 'made + pause': 'timestamptz',
    'made::date - made::date': 'int4',
    'items + $1': '', '$1': '', '$1::numeric': 'numeric', "items + '1'": '', 'total::numeric(10, 2)': 'numeric',
    'items::public.mood': '', 'items::int[]': '', "note ->> 'a'": '', "(note ->> 'a')::int": 'int4',
    'items = 1': 'bool',
    'items IN (1, 2)': 'bool', 'paid AND paid': 'bool', 'items IS NULL': 'bool', 'EXISTS (SELECT 1)': 'bool',
    'CASE WHEN paid THEN 1 ELSE 0 END': 'int4', 'CASE WHEN paid THEN 1 ELSE 0.5 END': 'numeric',
    'CASE WHEN paid THEN total END': 'numeric', "CASE WHEN paid THEN made ELSE '1' END": 'timestamptz',
    'CASE WHEN paid THEN 1 ELSE $1 END': '', 'coalesce(items, 0)': 'int4', 'coalesce(items, ratio)': 'float4',
    'greatest(items, id)': 'int8', 'nullif(items, 0)': 'int4', 'nullif(items, id)': '',
    'coalesce(items, total_of(1))': '',
    'abs(total)': 'numeric', 'round(total, 2)': 'numeric', 'round(items)': 'float8', 'floor(ratio)': 'float8',
    'extract(epoch FROM pause)': 'numeric', "date_part('epoch', pause)": 'float8',
    "date_trunc('day', made)": 'timestamptz',
    'age(made)': 'interval', 'age(items)': '', 'now()': 'timestamptz', 'float8(items)': 'float8', 'total_of(1)': '',
    'public.abs(items)': '', 'count(*)': 'int8', 'sum(items)': 'int8', 'sum(id)': 'numeric', 'avg(ratio)': 'float8',
    'avg(items)': 'numeric', 'max(made)': 'timestamptz', 'max(tags)': '', 'lag(items) OVER ()': 'int4',
    'jsonb_array_length(note)': 'int4', 'length(code)': '',
}  # fmt: skip


@pytest.mark.parametrize(('sql', 'type_name'), TYPES.items(), ids=TYPES)
def test_type_is_said_if_it_is_certain(sql: str, type_name: str) -> None:
    assert block_of(ORDERS).kind(expression(sql)).type == type_name


def test_extract_was_double_precision_once() -> None:
    found = block_of(ORDERS, known(version=130_010)).kind(expression('extract(epoch FROM pause)'))
    assert found.type == 'float8'


WORDS = {
    'plain': '', 'german': 'de-x-icu', 'bytewise': 'C', 'label': 'C', 'app': 'app.mine', 'nothing': None,
    'plain COLLATE "C"': 'C', 'german COLLATE pg_catalog."C"': 'C', 'plain COLLATE app.mine': 'app.mine',
    'plain COLLATE mine': 'mine', "plain || 'x'": '', 'lower(plain)': '', 'lower(german)': None,
    'plain || german': None,
    'lower(plain COLLATE "C")': None, 'plain::name': None, 'current_user': None, 'length(german)': '', 'id': '',
    "'x'": '', '$1': '', "(german || 'x')::int": '', 'german = plain': '', '(SELECT 1)': None, 'current_date': '',
    'pg_get_userbyid(1)': None, 'plain || current_schema()': None,
}  # fmt: skip


@pytest.mark.parametrize(('sql', 'collation'), WORDS.items(), ids=WORDS)
def test_collation_is_that_of_the_columns(sql: str, collation: str | None) -> None:
    assert block_of('SELECT FROM words').kind(expression(sql)).collation == collation


def test_collation_of_the_users_is_found_on_the_search_path() -> None:
    found = block_of('SELECT FROM words', known(search_path=('public', 'app'))).kind(expression('plain COLLATE mine'))
    assert found.collation == 'app.mine'


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT s.x FROM (SELECT name || note AS x FROM users, f(1) AS g(note)) s',
        'SELECT x FROM users, f(name) AS x',
        'WITH s AS (SELECT name AS x FROM users UNION SELECT name FROM countries) SELECT x FROM s',
    ],
)
def test_where_all_is_of_the_database_so_is_what_is_not_known(sql: str) -> None:
    found = block_of(sql)
    assert found.kind(found.outputs[0].value).collation == ''


@pytest.mark.parametrize(
    'sql',
    [
        'SELECT x FROM users, f(name) AS x WHERE EXISTS (SELECT 1 FROM words)',
        'SELECT x FROM users, f(name COLLATE "C") AS x',
        'SELECT x FROM users, f(name::name) AS x',
        'SELECT x FROM users, f(current_user) AS x',
        'SELECT x FROM nowhere, f(1) AS x',
    ],
)
def test_another_collation_anywhere_may_be_that_of_what_is_not_known(sql: str) -> None:
    found = block_of(sql)
    assert found.kind(found.outputs[0].value).collation is None


@pytest.mark.parametrize(
    ('kind', 'merged'),
    [
        (Kind('int4', ''), True),
        (Kind('interval', ''), True),
        (Kind('text', ''), False),
        (Kind('text', 'C'), True),
        (Kind('text', 'de-x-icu'), False),
        (Kind('text', None), False),
        (Kind('jsonb', ''), False),
        (Kind('public.mood', ''), False),
        (Kind('_int4', ''), None),
        (Kind('', ''), None),
    ],
    ids=str,
)
def test_values_merge_if_they_sort_by_what_they_are(kind: Kind, merged: bool | None) -> None:
    assert merges(kind, KNOWN) is merged


def test_text_merges_in_a_database_that_compares_bytes() -> None:
    assert BYTEWISE.catalog.default_collation == COLLATIONS['C']
    assert merges(Kind('text', ''), BYTEWISE) is True
