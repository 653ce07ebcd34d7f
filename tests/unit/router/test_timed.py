"""Statements that tell the time, for several shards."""

from dataclasses import replace

import pytest

from pgdog_gevent.router.blueprint import ByKey, ByRow, Everyone, Folded, Once, Refused, Repeated, Same, Scattered
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.moments import Marks
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.plan import Split, Together
from pgdog_gevent.router.planner import NotOnSeveralShards, plan
from pgdog_gevent.router.texts import Texts, planned
from pgdog_gevent.router.timed import Timed, put
from tests.unit.router.sharded import Values
from tests.unit.router.written_tables import KNOWN

NOW = "'pgdog: 0 now'::timestamp with time zone"


def marked(sql: str, known: Known = KNOWN) -> str:
    """The text with marks."""
    found = Timed(sql.encode(), known).marked
    assert found is not None
    return found.sql.decode().replace(NOW, 'NOW').replace(NOW.replace('now', 'statement', 1), 'STATEMENT')


def means(sql: str) -> object:
    """How several shards do it."""
    found = Timed(sql.encode(), KNOWN).blueprint(blueprint(parse(sql.encode()).stmts[0], sql, KNOWN))
    if isinstance(found, ByRow):
        return found.apart or found
    return found.several if isinstance(found, ByKey) else found


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ('select now() from users', 'SELECT NOW AS now FROM users'),
        ('select transaction_timestamp()::date from users', 'SELECT NOW::date AS transaction_timestamp FROM users'),
        ('select pg_catalog.statement_timestamp() as t', 'SELECT STATEMENT AS t'),
        ('select current_timestamp, current_timestamp(3)',
         'SELECT NOW AS "current_timestamp", '
         'NOW::timestamp (3) with time zone AS "current_timestamp"'),
        ('select current_date, current_time(0), localtime, localtimestamp(2)',
         'SELECT NOW::pg_catalog.date AS "current_date", NOW::time (0) with time zone AS "current_time", '
         'NOW::time AS "localtime", NOW::timestamp(2) AS "localtimestamp"'),
        ("select id from users where added > now() - interval '1 day'",
         "SELECT id FROM users WHERE added > NOW - '1 day'::interval"),
        ("select 'now'::timestamp, date 'today', timestamptz ' Tomorrow ', 'now'::text::date",
         'SELECT NOW::timestamp::timestamp AS "timestamp", NOW::pg_catalog.date::pg_catalog.date::date AS date, '
         '(NOW::pg_catalog.date + 1)::timestamp with time zone::timestamptz AS timestamptz, '
         'NOW::pg_catalog.date::date AS date'),
        ('select age(added) from users', 'SELECT age(NOW::pg_catalog.date, added) AS age FROM users'),
        ('select x.now from (select now()) x', 'SELECT x.now FROM (SELECT NOW AS now) x'),
        ("update users set name = 'now', added = 'now' where name in ('today', 'x')",
         "UPDATE users SET name = 'now', added = NOW WHERE name IN ('today', 'x')"),
        ('update users set added = default', 'UPDATE users SET added = NOW'),
        ('update users set (name, added) = (1, now())', 'UPDATE users SET name = 1, added = NOW'),
        ('delete from users where added < now() returning now() + $1',
         'DELETE FROM users WHERE added < NOW RETURNING NOW + $1 AS "?column?"'),
        ("insert into users values (1, 'a'), (2, 'today')",
         "INSERT INTO users (id, name, added) VALUES (1, 'a', NOW), (2, 'today', NOW)"),
        ("insert into users (id, added) values (1, default), (2, '2020-01-01')",
         "INSERT INTO users (id, added) VALUES (1, NOW), (2, '2020-01-01')"),
        ('insert into users (added, id) values (now(), 1)', 'INSERT INTO users (added, id) VALUES (NOW, 1)'),
        ('insert into rates default values', 'INSERT INTO rates (added) VALUES (NOW)'),
        ('insert into users select id, name from notes',
         'INSERT INTO users (id, name, added) SELECT id, name, NOW FROM notes'),
        ('insert into users (id) select user_id from payments on conflict (id) do update set added = default',
         'INSERT INTO users (id, added) SELECT user_id, NOW FROM payments ON CONFLICT (id) DO UPDATE SET added = NOW'),
        ("update users set (name, added) = ('x', default), (id) = (select id)",
         "UPDATE users SET name = 'x', added = NOW, (id) = (SELECT id)"),
        ('merge into users u using payments p on u.id = p.user_id when matched then update set added = default '
         'when not matched then insert values (p.user_id)',
         'MERGE INTO users u USING payments p ON u.id = p.user_id WHEN MATCHED THEN UPDATE SET added = NOW '
         'WHEN NOT MATCHED THEN INSERT (id, added) VALUES (p.user_id, NOW)'),
        ('copy (select id, now() from users) to stdout', 'COPY (SELECT id, NOW AS now FROM users) TO STDOUT'),
        ('explain analyze select now() from users', 'EXPLAIN (ANALYZE) SELECT NOW AS now FROM users'),
        ("select 'pgdog: 0 x', now()", "SELECT 'pgdog: 0 x', 'pgdog: 1 now'::timestamp with time zone AS now"),
    ],
)  # fmt: skip
def test_mark_stands_wherever_the_time_is_told(sql: str, expected: str) -> None:
    assert marked(sql) == expected


@pytest.mark.parametrize(
    'sql',
    [
        'select 1 from users where name = $1', "select now from (select 1 as now) x", 'select clock_timestamp()',
        "insert into users values (1, 'now', '2020-01-01')", 'insert into users (id, added) values (1, null)',
        "update users set name = 'now' where name = 'today'", "select * from users where name like 'now'",
        """select name from users where body -> 'a' @> '{"now": 1}'""",
        'select age(relfrozenxid) from pg_class', "select age('7'::xid)", "select 'now'::text, 'today'::varchar",
        "select coalesce(name, 'What now?', 'until today') from users",
        'explain select now()', 'update users set name = default',
        'insert into users select * from users', 'create table x (y timestamptz default now())',
    ],
)  # fmt: skip
def test_what_tells_no_time_is_left_alone(sql: str) -> None:
    assert Timed(sql.encode(), KNOWN).marked is None
    plain = blueprint(parse(sql.encode()).stmts[0], sql, KNOWN)
    assert Timed(sql.encode(), KNOWN).blueprint(plain) is plain


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ("select id from users where added > 'yesterday'", 'a string that may be a time'),
        ("select coalesce(name, 'now') from users", 'a string that may be a time'),
        ("update users set added = 'today 12:00'", 'a string that may be a time'),
        ("update users set added = 'today 10:00 PM Europe/Berlin'", 'a string that may be a time'),
        ("select id from users where added > 'tomorrow zulu'::timestamptz", 'a string that may be a time'),
        ("select id from users where added = any ('{now,NULL}')", 'a string that may be a time'),
        ("select id from users where '[2020-01-01,now)' @> added", 'a string that may be a time'),
        ("update held set during = '[now,)'", 'a string that may be a time'),
        ("select id from held where during = '[now,)'", 'a string that may be a time'),
        ('select id, t from users, now() t', 'the time as a function in FROM'),
        (
            'insert into users (id) select id from users union all select id from users',
            'an INSERT of rows that get the time as a default',
        ),
    ],
)
def test_what_cannot_be_marked_is_refused_to_several_shards(sql: str, why: str) -> None:
    found = means(sql)
    assert isinstance(found, Refused)
    assert found.why == why


@pytest.mark.parametrize(
    ('sql', 'kind'),
    [
        ('select id, now() from users', Scattered),
        ('select distinct now(), name from users', Folded),
        ('select now() - added, count(*) from users group by 1', Folded),
        ('select count(distinct now() - added) from users', Folded),
        ('update users set added = now()', Everyone),
        ('update rates set added = now()', Same),
        ('insert into users values (1), (2)', ByRow),
    ],
)
def test_texts_for_several_shards_have_marks(sql: str, kind: type) -> None:
    found = means(sql)
    assert isinstance(found, kind)
    assert 'pgdog: 0 now' in repr(found)
    assert 'now()' not in repr(found)


def test_what_is_refused_for_its_time_alone_is_answered() -> None:
    sql = "merge into rates r using countries c on c.id = r.id when matched then update set added = 'now'"
    [one] = Texts[None](KNOWN, 10).statements(sql.encode())
    assert isinstance(one.blueprint, Refused)
    found = planned(one, lambda each: plan(each.blueprint, Values(), 3))
    marked = sql.encode().replace(b"'now'", b"'pgdog: 0 now'::timestamp with time zone")
    assert isinstance(found, Together)
    assert isinstance(found.how, Same)
    assert found.how.sql.lower() == marked


def test_what_is_refused_whatever_the_time_is_says_why() -> None:
    sql = (
        'merge into rates r using countries c on c.id = r.id '
        "when matched then update set added = 'now', name = random()"
    )
    [one] = Texts[None](KNOWN, 10).statements(sql.encode())
    with pytest.raises(NotOnSeveralShards) as refused:
        planned(one, lambda each: plan(each.blueprint, Values(), 3))
    assert refused.value.position == 1 + sql.index("'now'")


def test_what_is_evaluated_once_has_the_time_as_well() -> None:
    found = means("insert into countries (name) values (to_char(now(), to_char(random(), '9')))")
    assert isinstance(found, Same)
    assert isinstance(found.once, Once)
    assert found.once.select == b'SELECT random()'
    assert b'pgdog: 0 now' in found.sql


def test_rows_that_one_shard_makes_for_all_have_the_time_as_well() -> None:
    found = means('insert into rates (name) select to_char(now(), name) from countries order by random()')
    assert isinstance(found, Same)
    assert isinstance(found.once, Repeated)
    assert b'pgdog: 0 now' in found.once.first


@pytest.mark.parametrize(
    'sql',
    [
        'insert into rates (id, name) select 1, name from countries union all select 2, name from countries',
        "insert into countries (id) select 1 from rates where added > ' today '",
    ],
)
def test_what_all_shards_do_alike_is_not_refused_for_its_time(sql: str) -> None:
    assert isinstance(means(sql), Same)


def test_function_of_a_user_may_not_be_the_time() -> None:
    functions = replace(KNOWN.catalog.functions, users=KNOWN.catalog.functions.users | {'now'})
    catalog: Catalog = replace(KNOWN.catalog, functions=functions)
    known = replace(KNOWN, catalog=catalog)
    assert marked('select now()', known) == 'SELECT NOW AS now'
    behind = replace(known, search_path=('public', 'pg_catalog'))
    assert Timed(b'select now()', behind).marked is None
    assert marked('select pg_catalog.now()', behind) == 'SELECT NOW AS now'


def test_times_are_put_where_marks_are() -> None:
    marks = Marks.not_in('')
    plan = Together((0, 1), Everyone(b"SELECT 'pgdog: 0 now', 'pgdog: 0 statement'"))
    assert put(plan, lambda sql: marks.put(sql, b'1', b'2')) == Together((0, 1), Everyone(b"SELECT '1', '2'"))
    split = Split(((0, b'a'), (1, b'b')), ((0,), (1,)))
    assert put(split, lambda sql: sql * 2) == Split(((0, b'aa'), (1, b'bb')), ((0,), (1,)))
