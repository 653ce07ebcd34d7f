"""How PostgreSQL calls columns that have no name."""

import pytest

from pgdog_gevent.router.column_names import column_name
from pgdog_gevent.router.nodes import select

NAMES = {
    'a AS b': 'b', 'a': 'a', 't.a': 'a', '(c).d': 'd', 'a[1]': 'a', '(f(a)).x': 'x', '(f(a))[1]': 'f',
    'count(*)': 'count', 'pg_catalog.sum(a)': 'sum', 'a + 1': '?column?', '-a': '?column?', '1': '?column?',
    "'x'": '?column?', 'nullif(a, b)': 'nullif', 'a::int': 'a', '1::int': 'int4', "'x'::text": 'text',
    "date '2020-01-01'": 'date', 'CASE WHEN a THEN 1 END': 'case', 'CASE WHEN a THEN 1 ELSE b END': 'b',
    'CASE WHEN a THEN 1 ELSE b + 1 END::int': 'int4', 'a COLLATE "C"': 'a', "'x' COLLATE \"C\"": '?column?',
    'grouping(a)': 'grouping', 'EXISTS (SELECT 1)': 'exists', 'ARRAY(SELECT 1)': 'array', '(SELECT a FROM t)': 'a',
    '(SELECT 1 AS q UNION SELECT 2)': 'q', '(SELECT 1)': '?column?', '(VALUES (1))': 'column1',
    'a IN (SELECT 1)': '?column?',
    'ARRAY[1]': 'array', 'ROW(1, 2)': 'row', '(1, 2)': 'row', 'coalesce(a, b)': 'coalesce',
    'greatest(a, b)': 'greatest',
    'least(a, b)': 'least', 'current_date': 'current_date', 'current_user': 'current_user', 'user': 'user',
    'extract(year FROM a)': 'extract', "a AT TIME ZONE 'utc'": 'timezone', 'xmlelement(NAME a)': 'xmlelement',
    'trim(a)': 'btrim', 'true': '?column?', 'true::bool': 'bool', 'a IS NULL': '?column?', 'a AND b': '?column?',
    "json_value(a, '$')": 'json_value', 'json_object(1: 2)': 'json_object', 'json_arrayagg(a)': 'json_arrayagg',
}  # fmt: skip


@pytest.mark.parametrize(('sql', 'name'), NAMES.items(), ids=NAMES)
def test_column_is_called_as_postgresql_calls_it(sql: str, name: str) -> None:
    assert column_name(select(f'SELECT {sql}').target_list[0].res_target) == name
