"""INSERT cut at its rows: each row alone is the same INSERT with that row only."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.nodes import shape
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.row_texts import row_texts
from pgdog_gevent.router.text import Text

HEADS = (
    'insert into t ',
    'INSERT INTO values ',
    'insert into s.values (a, values) ',
    'insert into t as values (b[(1)], "values (") overriding user value ',
    'with v as (values (1), (2)) insert into a . b . c as "as" ',
    '/* values (0) */ insert into t -- values (\n',
)
VALUES = (
    '1', '-$2', 'default', "'),('", "e'\\'),('", '$$)$$', '$é$), (1$é$', '(((1)))', 'array[1, (2)]', 'f((1), 2)',
    "'é)'",
    '(select (1) from (values (1), (2)) v (x))', '1 /* ), ( */', '2 -- )\n', 'row(1, (2))', "'a'::varchar(3)", '"(" ',
    "U&'\\0029'", 'case when (a) then (1) end', '(1 + (2)) * 3',
)  # fmt: skip
GAPS = (',', ' , ', ' /* ( */, ', ',-- (\n')
TAILS = ('', ' returning (1), values', ' on conflict (a) do update set b = (2), c = (d)', ' -- (1)', '/* , (2) */')

rows_of_text = st.lists(st.lists(st.sampled_from(VALUES), min_size=1, max_size=3), min_size=1, max_size=4)


def insert_of(sql: str) -> tuple[pg.InsertStmt, Text]:
    tree = parse(sql.encode()).stmts[0]
    return tree.stmt.insert_stmt, Text.of(tree, sql)


@settings(deadline=None)
@given(st.sampled_from(HEADS), rows_of_text, st.sampled_from(GAPS), st.sampled_from(TAILS))
def test_each_row_is_found(head: str, rows: list[list[str]], gap: str, tail: str) -> None:
    texts = ['(' + ', '.join(row) + ')' for row in rows]
    insert, text = insert_of(head + 'values' + gap.join(texts) + tail)
    cut = row_texts(insert, text)
    assert cut.rows == tuple(one.encode() for one in texts)
    for number, row in enumerate(cut.rows):
        alone, _ = insert_of((cut.head + row + cut.tail).decode())
        expected = pg.InsertStmt()
        expected.CopyFrom(insert)
        del expected.select_stmt.select_stmt.values_lists[:]
        expected.select_stmt.select_stmt.values_lists.append(insert.select_stmt.select_stmt.values_lists[number])
        assert shape(alone) == shape(expected)


def test_a_statement_after_others_is_cut_in_its_own_text() -> None:
    sql = "select 'é'; insert into t values (1), (2) returning a; select 2"
    tree = parse(sql.encode()).stmts[1]
    cut = row_texts(tree.stmt.insert_stmt, Text.of(tree, sql))
    assert (cut.head.strip(), cut.rows, cut.tail) == (b'insert into t values', (b'(1)', b'(2)'), b' returning a')
