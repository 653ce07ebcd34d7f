"""Trees that are changed and written again."""

import pytest

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.nodes import (
    NotWritten,
    collated,
    column,
    expression,
    function_name,
    integer,
    integer_constant,
    location,
    outside_sublinks,
    replaced,
    replaced_below,
    select,
    shape,
    single_name,
    target,
    written,
)

WRITTEN = """
SELECT a, "B c" AS x, (SELECT sum(n) FROM unnest(array_agg(c1)) AS p(n)) FROM unnest($1, $2) t(c1, c2) ORDER BY 1
SELECT extract(epoch FROM x), a AT TIME ZONE 'utc', grouping(a), substring(a FROM 1 FOR 2), a[1:2], (a).b, b'101' FROM t
SELECT sum(x) FILTER (WHERE y) OVER (PARTITION BY z ORDER BY w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t
SELECT -1, - 1, 1.5e10, 99999999999, E'a\\nb', x'ff', $1::text, interval '3' day, "char" 'a', varchar(3) 'x' FROM t
SELECT count(DISTINCT a ORDER BY a), percentile_cont(0.5) WITHIN GROUP (ORDER BY x), f(VARIADIC a), f(x => 1) FROM t
SELECT * FROM a LEFT JOIN b USING (id) NATURAL JOIN c CROSS JOIN LATERAL (SELECT 1) x, ONLY t, ROWS FROM (f(1), g(2))
SELECT DISTINCT ON (a) a FROM t ORDER BY a USING <, b USING OPERATOR(pg_catalog.>) NULLS FIRST
WITH x AS MATERIALIZED (SELECT 1), y(a) AS (SELECT 2) SELECT * FROM x, y FOR UPDATE OF x SKIP LOCKED
SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), ()), ROLLUP (c, d) HAVING c WINDOW w AS (PARTITION BY a)
SELECT a FROM t ORDER BY a OFFSET 2 FETCH FIRST 3 ROWS WITH TIES
(SELECT 1 LIMIT 1) UNION ALL SELECT 2 EXCEPT (SELECT 3 UNION SELECT 4) ORDER BY 1
VALUES (1, 'a'), ($1, NULL)
""".strip().splitlines()


@pytest.mark.parametrize('sql', WRITTEN)
def test_statement_is_written_so_that_it_says_the_same(sql: str) -> None:
    statement = select(sql)
    assert shape(select(written(statement).decode())) == shape(statement)


def test_tree_that_no_text_can_have_is_not_written() -> None:
    statement = select('SELECT')
    statement.target_list.append(target(pg.Node(string=pg.String(sval='x')), 'y'))
    with pytest.raises(NotWritten):
        written(statement)


def test_shape_is_the_same_wherever_the_text_stands() -> None:
    assert shape(expression('a  +  b')) == shape(expression('a + b'))
    assert shape(expression('a + b')) != shape(expression('b + a'))


def test_replacing_leaves_the_original_as_it_was() -> None:
    original = expression('f(a, a + 1)')
    changed = replaced(original, lambda node: column('b') if single_name(node) == 'a' else None)
    assert shape(changed) == shape(expression('f(b, b + 1)'))
    assert shape(original) == shape(expression('f(a, a + 1)'))


def test_replacing_below_leaves_the_node_itself() -> None:
    changed = replaced_below(expression('f(a)'), lambda node: column('b'))
    assert shape(changed.func_call.args[0]) == shape(column('b'))
    assert changed.HasField('func_call')


def test_trees_from_the_same_text_are_not_shared() -> None:
    expression('a').column_ref.fields[0].string.sval = 'b'
    assert single_name(expression('a')) == 'a'


@pytest.mark.parametrize(
    ('sql', 'name'), [('f(1)', 'f'), ('pg_catalog.f(1)', 'f'), ('public.f(1)', ''), ('a.pg_catalog.f(1)', '')]
)
def test_function_of_postgresql_is_known_by_its_name(sql: str, name: str) -> None:
    assert function_name(expression(sql).func_call) == name


def test_only_a_lone_name_is_a_single_name() -> None:
    assert [single_name(expression(sql)) for sql in ('a', 't.a', 'a + 1', 'f(a)')] == ['a', '', '', '']


def test_only_an_integer_is_an_integer_constant() -> None:
    found = [integer_constant(expression(sql)) for sql in ('0', '3', "'3'", '3.0', 'a')]
    assert found == [0, 3, None, None, None]
    assert integer_constant(integer(7)) == 7


def test_collate_is_written_with_its_schema() -> None:
    statement = select('SELECT')
    statement.target_list.append(target(collated(column('a'), ('pg_catalog', 'de-x-icu')), 'b'))
    assert written(statement) == b'SELECT a COLLATE pg_catalog."de-x-icu" AS b'


def test_location_is_that_of_the_text() -> None:
    statement = select('SELECT  a, count(*)')
    assert [location(item.res_target.val) for item in statement.target_list] == [8, 11]
    assert location(pg.Node()) == -1


def test_subqueries_are_left_out_as_a_whole() -> None:
    found = outside_sublinks(expression('f(a, (SELECT g(b)))'))
    assert [message.funcname[0].string.sval for message in found if isinstance(message, pg.FuncCall)] == ['f']
