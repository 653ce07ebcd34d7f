"""Aggregates in two steps. That they are exact is shown in ``tests/integration/test_folded.py``."""

import pytest

from pgdog_gevent.router.aggregates import filled, form_of, is_aggregate, takes_distinct
from pgdog_gevent.router.kinds import UNKNOWN, Kind
from pgdog_gevent.router.nodes import column, expression, shape
from tests.unit.router.select_tables import KNOWN, known

CALLS = {
    'count(*)': True, 'sum(a)': True, 'pg_catalog.sum(a)': True, 'median(a)': True, 'f(a)': False,
    'f(DISTINCT a)': True,
    'f(a ORDER BY a)': True, 'f(a) FILTER (WHERE b)': True, 'sum(a) OVER ()': False, 'lower(a)': False,
    'rank(1) WITHIN GROUP (ORDER BY a)': True,
}  # fmt: skip


@pytest.mark.parametrize(('sql', 'aggregate'), CALLS.items(), ids=CALLS)
def test_aggregate_is_known_by_its_name_or_by_how_it_is_called(sql: str, aggregate: bool) -> None:
    assert is_aggregate(expression(sql).func_call, KNOWN) is aggregate


def test_distinct_does_not_matter_to_extremes() -> None:
    found = [takes_distinct(expression(f'{name}(DISTINCT a)').func_call) for name in ('min', 'max', 'sum', 'count')]
    assert found == [False, False, True, True]


FORMS = {
    ('count(*)', ''): 'coalesce(pg_catalog.sum(a), 0)::bigint',
    ('count(x)', ''): 'coalesce(pg_catalog.sum(a), 0)::bigint',
    ('sum(x)', 'int4'): 'pg_catalog.sum(a)::bigint',
    ('sum(x)', 'int8'): 'pg_catalog.sum(a)',
    ('sum(x)', 'money'): 'pg_catalog.sum(a)',
    ('avg(x)', 'int2'): 'pg_catalog.sum(a) / pg_catalog.sum(b)',
    ('avg(x)', 'interval'): 'pg_catalog.sum(a) / pg_catalog.sum(b)::float8',
    ('min(x)', ''): 'pg_catalog.min(a)',
    ('every(x)', ''): 'pg_catalog.every(a)',
}


@pytest.mark.parametrize(('sql', 'type_name', 'final'), [(*key, final) for key, final in FORMS.items()])
def test_aggregate_has_two_steps(sql: str, type_name: str, final: str) -> None:
    form = form_of(expression(sql).func_call, Kind(type_name, ''), KNOWN)
    assert form is not None
    assert form.final == final


@pytest.mark.parametrize(
    'sql',
    [
        'sum(x)', 'avg(x)', 'stddev(x)', 'string_agg(x, y)', 'array_agg(x)', 'sum(x ORDER BY y)', 'app.sum(x)',
        'mode() WITHIN GROUP (ORDER BY x)', 'median(x)', 'sum(VARIADIC x)', 'corr(x, y)', 'sum(*)',
    ],
)  # fmt: skip
def test_aggregate_of_what_is_not_known_has_none(sql: str) -> None:
    assert form_of(expression(sql).func_call, UNKNOWN, KNOWN) is None


@pytest.mark.parametrize('type_name', ['', 'public.mood'])
def test_aggregate_by_a_name_that_users_have_taken_needs_a_type_of_postgresql(type_name: str) -> None:
    call = expression('median(x)').func_call
    call.funcname[0].string.sval = 'min'
    users = known(users=frozenset({'min'}))
    assert form_of(call, Kind(type_name, ''), users) is None
    assert form_of(call, Kind('int4', ''), users) is not None
    assert form_of(call, Kind('int4', ''), known(users=frozenset({'min'}), search_path=('app', 'pg_catalog'))) is None


def test_only_names_of_columns_are_filled_in() -> None:
    found = filled('f(a) + g(a.a, b)', {'a': column('c1')})
    assert shape(found) == shape(expression('f(c1) + g(a.a, b)'))
