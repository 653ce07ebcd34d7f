"""INSERT into sharded tables: which rows it has, and where they belong."""

from dataclasses import replace

import pytest

from pgdog_gevent.config.choices import RewriteMode
from pgdog_gevent.config.sharding import Rewrite
from pgdog_gevent.router.blueprint import ByKey, ByRow, Everyone, Refused
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.keys import EVERY, NOWHERE, Constant, KeyIs, Parameter
from pgdog_gevent.router.parse import parse
from tests.unit.router.written_tables import KNOWN, NUMBER, WORD, by_key, meaning, refusal, rows

TOGETHER = 'rows of several shards that have to be put together before they are written'


def keys(sql: str) -> list[object]:
    return [row.key.text if isinstance(row.key, Constant) else row.key for row in rows(sql).rows]


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ("insert into users values (1, 'a')", ['1']),
        ("insert into users values (1, 'a'), (2, 'b'), (-3, 'c')", ['1', '2', '-3']),
        ('insert into payments (amount, user_id) values (1, 2), (3, $4)', ['2', Parameter(4)]),
        ("insert into public.users (name, id) values ('a', '5')", ['5']),
        ("insert into users (id) values ('5'::bigint), (cast($1 as int)), (5::int8)", ['5', Parameter(1), '5']),
        ('insert into users (id) values (12345678901234)', ['12345678901234']),
        ('insert into users (id) values (null), (null::bigint)', [None, None]),
        ("insert into users (name) values ('a')", [None]),
        ('insert into users (id) values (default)', [None]),
        ('insert into users default values', [None]),
        ("insert into sevens (name) values ('a')", ['7']),
        ('insert into sevens values (default), (8)', ['7', '8']),
        ('insert into sevens default values', ['7']),
        ("insert into notes values ('abc'), ($1), (5)", ['abc', Parameter(1), '5']),
        ("insert into notes values ('abcd   '), ('abcde')", ['abcd', 'abcde']),
        ("insert into notes values ('ab  ')", ['ab  ']),
        ("insert into padded values ('ab  ')", ['ab']),
        ("insert into payments_old (user_id) values (4)", ['4']),
        ('insert into users as u (id) values (1) returning u.id', ['1']),
        ('insert into users (id) select 5', ['5']),
        ('insert into users (id) select $1 where not exists (select from countries where id = $1)', [Parameter(1)]),
        ('insert into payments (user_id, amount) select 5, id from countries', ['5']),
        ("with c as (select 1) insert into users (id, name) values (1, (select 'x' from c))", ['1']),
        ('insert into numbered (user_id) overriding system value values (4)', ['4']),
    ],
)  # fmt: skip
def test_rows_have_the_keys_that_are_assigned(sql: str, expected: list[object]) -> None:
    assert keys(sql) == expected


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ('insert into users (id) values (1 + 1)', 'a computed value for the sharding key "id"'),
        ('insert into users (id) values (1), (abs(2))', 'a computed value for the sharding key "id"'),
        ('insert into users (id) values (5.5)', 'a computed value for the sharding key "id"'),
        ("insert into users (id) values ('5'::numeric)", 'a computed value for the sharding key "id"'),
        ("insert into users (id) values ('5'::text::varchar(1))", 'a computed value for the sharding key "id"'),
        ("insert into notes values ('abc'::varchar(2))", 'a computed value for the sharding key "slug"'),
        ("insert into notes values ('05'::int)", 'a computed value for the sharding key "slug"'),
        ('insert into padded values ($1)', 'a computed value for the sharding key "slug"'),
        ('insert into users (id[1]) values (1)', 'an INSERT of a part of the sharding key'),
        ("insert into numbered (name) values ('a')", 'an INSERT with no value for the sharding key "user_id"'),
        ('insert into numbered (user_id) overriding user value values (4)',
         'an INSERT with no value for the sharding key "user_id"'),
        ('insert into numbered default values', 'an INSERT with no value for the sharding key "user_id"'),
        ("insert into payments values ((row(1, 2)::sevens).*, 5)", 'whole rows in VALUES'),
        ("insert into drawn (name, user_id) values ((row(1, 2)::sevens).*)", 'whole rows in VALUES'),
        ('insert into payments select (r).*, 5 from (select row(1, 2)::sevens as r) q',
         'rows whose sharding key "user_id" is not that of the rows they are made of'),
        ('insert into payments select (r).*, user_id from (select user_id, row(1)::heirs as r from payments) q',
         'rows whose sharding key "user_id" is not that of the rows they are made of'),
        ('insert into absent values (1)', 'table "absent", which the catalogue does not have'),
        ('insert into rich values (1)', 'a write to "rich", which is not a plain table'),
        ("insert into heirs values ('a')", 'a write to "heirs", whose rows are in tables that are sharded'),
        ('insert into pg_class values (1)', 'a write to "pg_class", which is not a plain table'),
        ('insert into ruled values (1)', 'a write to "ruled", which has rules'),
        ('insert into pg_temp.users values (1)', 'a temporary table'),
        ('insert into users (id) values (1) on conflict (id) do update set id = 2',
         'a statement that changes the sharding key of a row'),
        ('insert into users (id) values (1) on conflict (id) do update set (id, name) = (2, $1)',
         'a statement that changes the sharding key of a row'),
        ('insert into users (id) values (1) returning (select max(amount) from payments)',
         'a subquery in ON CONFLICT or RETURNING that reads a sharded table'),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_placed_is_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why


@pytest.mark.parametrize(
    'sql',
    [
        "insert into users values (1, 'a'), (2, 'b')",
        "insert into users (id, name) values (1, '),('), (2, e'\\'),(') on conflict do nothing returning *",
        "insert into users /* values (0) */ as values (id, name) values ( 1, $$),($$ )/**/, -- ,(\n (2, ')') -- (3)",
        "insert into public . users values ((1), ((('a'))) ), (2, (select array[(1)]::text)) returning id, (name)",
        'with v as (values (1), (2)) insert into users (id) overriding system value values (1), (2)',
        "insert into users values (1, 'ä'), (2, 'ö') returning 'ü'",
    ],
)  # fmt: skip
def test_the_text_is_cut_at_its_rows(sql: str) -> None:
    found = rows(sql)
    assert [row.sql[:1] + row.sql[-1:] for row in found.rows] == [b'()', b'()']
    first, second = found.rows
    start = len(found.head) + len(first.sql)
    end = len(sql.encode()) - len(found.tail) - len(second.sql)
    between = sql.encode()[start:end]
    assert found.head + first.sql + between + second.sql + found.tail == sql.encode()
    assert between.startswith((b',', b'/**/,'))


def test_rows_with_commas_between_them_are_the_whole() -> None:
    sql = b'insert into users (id) values (1), (2), (3) returning id'
    found = rows(sql.decode())
    assert found.head + b', '.join(row.sql for row in found.rows) + found.tail == sql
    assert found.returning


def test_default_values_are_the_only_row() -> None:
    found = rows('insert into sevens as values default values returning *')
    assert [row.sql for row in found.rows] == [b'default values']
    assert (found.head, found.tail) == (b'insert into sevens as values ', b' returning *')


def test_an_insert_says_how_long_its_key_may_be() -> None:
    found = rows('insert into notes values ($1)')
    assert (found.function, found.length) == (WORD, 4)
    assert rows('insert into users values (1)').length == 0


def test_a_function_of_a_user_keeps_the_rows_together() -> None:
    found = rows("insert into users values (1, total_of(1)), (2, 'b')")
    assert found.apart == Refused('function total_of(), which may read what other shards have')


def test_what_a_row_reads_must_be_where_it_goes() -> None:
    found = rows("insert into users values (1, (select id::text from payments where user_id = 1))")
    assert found.reads == KeyIs(NUMBER, (Constant('1'),))
    assert rows("insert into users values (1, (select 'x' from countries limit 1))").reads == NOWHERE


@pytest.mark.parametrize('target', ['excluded.id', 'users.id', 'id'])
def test_a_conflict_that_keeps_the_key_is_settled_on_its_shard(target: str) -> None:
    assert rows(f'insert into users (id) values (1) on conflict (id) do update set id = {target}, name = $1')


def test_rows_of_a_co_located_table_are_inserted_where_they_are_read() -> None:
    sql = 'insert into users (name, id) select amount::text, user_id from payments where amount > 5'
    assert meaning(sql) == ByKey(EVERY, Everyone(sql.encode()))


def test_rows_of_one_key_are_inserted_on_its_shard() -> None:
    found = by_key('insert into users (id) select user_id from payments where user_id = 4 limit 1')
    assert found == ByKey(KeyIs(NUMBER, (Constant('4'),)), Refused(TOGETHER))


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ('insert into users (id) select id from payments',
         'rows whose sharding key "id" is not that of the rows they are made of'),
        ('insert into users (id) select id from countries',
         'rows whose sharding key "id" is not that of the rows they are made of'),
        ("insert into users (id, name) select user_id, total_of(1) from payments",
         'function total_of(), which may read sharded tables'),
        ('insert into users (id) select user_id from payments order by 1 limit 5',
         TOGETHER),
        ('insert into users (id) select max(user_id) from payments',
         'rows whose sharding key "id" is not that of the rows they are made of'),
        ('insert into users (id) values (1), (2) order by 1',
         'rows whose sharding key "id" is not that of the rows they are made of'),
    ],
)  # fmt: skip
def test_rows_that_would_have_to_move_are_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why


def test_groups_of_the_key_are_inserted_where_they_are() -> None:
    sql = 'insert into users (id, name) select user_id, count(*) from payments group by user_id'
    assert meaning(sql) == ByKey(EVERY, Everyone(sql.encode()))
    sets = 'insert into users (id, name) select user_id, count(*) from payments group by grouping sets ((1), ())'
    assert refusal(sets) == TOGETHER


@pytest.mark.parametrize('mode', [RewriteMode.IGNORE, RewriteMode.ERROR, RewriteMode.REWRITE])
def test_rows_of_several_shards_are_split_if_the_setting_says_so(mode: RewriteMode) -> None:
    sql = 'insert into users (id) values (1), (2)'
    known = replace(KNOWN, rules=replace(KNOWN.rules, rewrite=Rewrite(split_inserts=mode)))
    found = blueprint(parse(sql.encode()).stmts[0], sql, known)
    assert isinstance(found, ByRow)
    if mode is RewriteMode.REWRITE:
        assert found.apart is None
    else:
        assert found.apart is not None
        assert 'rewrite.split_inserts' in found.apart.why
