"""INSERT into tables that all shards have: what differs is evaluated once."""

import pytest

from pgdog_gevent.router.blueprint import Once, Refused, Repeated
from tests.unit.router.written_tables import meaning, refusal, same

PLAIN = [
    "insert into countries values (1, 'now'), ($1, $2) on conflict (id) do update set name = excluded.name returning *",
    'insert into countries (id) values (1 + 2), (default), (abs(-3))',
    'insert into countries default values',
    "insert into rates (id, added, name) overriding system value values (1, '2026-01-01', 'today'::text)",
    'insert into countries select id + 1, lower(name) from countries where id > 5',
    'insert into countries (id) select count(*) from rates union all select 2',
    'insert into countries with c as (select 1 as id) select id from c',
    "insert into generated (id, name) values (1, 'a')",
    "insert into generated values (1, default, 'a')",
    'insert into domains values (1, $1)',
]


@pytest.mark.parametrize('sql', PLAIN)
def test_what_is_the_same_everywhere_goes_as_it_is(sql: str) -> None:
    assert same(sql) == (sql, None)


_NEXT = """pg_catalog.nextval(pg_catalog.pg_get_serial_sequence('"public"."%s"', 'id'))"""


@pytest.mark.parametrize(
    ('sql', 'changed', 'select', 'parameters'),
    [
        ('insert into countries (name, id) values ($1, $3), (now()::text, 2)',
         'INSERT INTO countries (name, id) VALUES ($1, $3), ($4::text, 2)', 'SELECT now()', 3),
        ('insert into countries (name) values (current_timestamp), (random())',
         'INSERT INTO countries (name) VALUES ($1), ($2)', 'SELECT current_timestamp, random()', 0),
        ("insert into countries (id) values (nextval('s')), (1 + nextval($1))",
         'INSERT INTO countries (id) VALUES ($2), (1 + $3)', "SELECT nextval('s'), nextval($1)", 1),
        ("insert into countries (name) values (date_trunc('day', now() - $1::interval)) returning now()",
         "INSERT INTO countries (name) VALUES (date_trunc('day', $2 - $1::interval)) RETURNING $3",
         'SELECT now(), now()', 1),
        ("insert into countries (name) values ('now'::timestamptz)",
         'INSERT INTO countries (name) VALUES ($1)', "SELECT 'now'::timestamptz", 0),
        ('insert into countries (name) select name || localtime from countries where id = $1',
         'INSERT INTO countries (name) SELECT name || $2 FROM countries WHERE id = $1', 'SELECT localtime', 1),
        ("insert into rates values (1, 'a') on conflict (id) do update set added = now()",
         'INSERT INTO rates (id, name, added) VALUES (1, \'a\', $1) ON CONFLICT (id) DO UPDATE SET added = $2',
         'SELECT now(), now()', 0),
        ('insert into bydefault (name) values ($1), ($2)',
         'INSERT INTO bydefault (name, id) VALUES ($1, $3), ($2, $4)',
         f"SELECT {_NEXT % 'bydefault'}, {_NEXT % 'bydefault'}",
         2),
        ("insert into bydefault values (default, 'a')", "INSERT INTO bydefault VALUES ($1, 'a')",
         f"SELECT {_NEXT % 'bydefault'}", 0),
        ('insert into bydefault overriding user value values (7)', 'INSERT INTO bydefault VALUES ($1)',
         f"SELECT {_NEXT % 'bydefault'}", 0),
        ('insert into rates default values returning *',
         'INSERT INTO rates (id, added) OVERRIDING SYSTEM VALUE VALUES ($1, $2) RETURNING *',
         f"SELECT {_NEXT % 'rates'}, now()", 0),
        ('insert into rates (name) select $1 where not exists (select from rates where name = $1)',
         'INSERT INTO rates (name, id, added) OVERRIDING SYSTEM VALUE '
         'SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM rates WHERE name = $1)',
         f"SELECT {_NEXT % 'rates'}, now()", 1),
        ('insert into countries (name) select session_user from countries',
         'INSERT INTO countries (name) SELECT $1 FROM countries', 'SELECT session_user', 0),
        ('insert into rates (id, name) select id, name from countries',
         'INSERT INTO rates (id, name, added) SELECT id, name, $1 FROM countries', 'SELECT now()', 0),
        ("insert into countries (name) values (uuid_generate_v4())", 'INSERT INTO countries (name) VALUES ($1)',
         'SELECT uuid_generate_v4()', 0),
    ],
)  # fmt: skip
def test_what_differs_is_evaluated_once(sql: str, changed: str, select: str, parameters: int) -> None:
    assert same(sql) == (changed, Once(select.encode(), parameters))


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ('insert into countries (name) select random() from countries on conflict (id) do nothing',
         'function random(), which differs from row to row'),
        ('insert into countries (id) select sum(id) from rates on conflict do nothing',
         'function sum(), which may differ from shard to shard'),
        ('insert into countries (id) select id from rates limit 5 on conflict do nothing',
         'LIMIT or OFFSET, which depend on an order'),
        ('insert into countries (id) select distinct id from rates on conflict do nothing',
         'DISTINCT or GROUP BY, which keep one of several equal values'),
        ("insert into rates (id, added) values (1, 'now') on conflict do nothing", 'a string that may be a time'),
        ('insert into countries (id) select id from users',
         'an INSERT into "countries", which all shards have, that reads a sharded table'),
        ('insert into countries (id) values ((select id from rich))',
         'an INSERT into "countries", which all shards have, that reads a sharded table'),
        ('with u as (select id from users) insert into countries select id from u',
         'an INSERT into "countries", which all shards have, that reads a sharded table'),
        ('insert into countries (id) values (total_of(1))',
         'function total_of(), which may differ from shard to shard'),
        ('insert into countries (id) values (s.f(1))', 'function f(), which may differ from shard to shard'),
        ('insert into countries (id) values (1 <<>> 2)', 'an operator that a user made'),
        ("insert into countries (id) values ('countries'::regclass)", 'an OID, which is another on each server'),
        ('insert into countries (name) select ctid::text from countries', 'a system column'),
        ('insert into countries (id) select id from rates tablesample system (5)', 'TABLESAMPLE'),
        ('insert into parted values (1)', 'a write to "parted", which all shards have, with triggers'),
        ('insert into watched values (1)', 'a write to "watched", which all shards have, with triggers'),
        ('insert into countries (id) select relpages from pg_class',
         'a write that reads "pg_class": each shard has its own: a system catalogue, a sequence'),
        ('insert into countries (id) select id from poor', '"poor", which is not a plain table'),
        ('insert into countries (id) select id from absent',
         'a write that reads "absent": the catalogue does not have it'),
    ],
)  # fmt: skip
def test_what_cannot_be_made_the_same_is_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why


REPEATED = {
    'insert into bydefault (name) select * from unnest($1::text[])': (
        'INSERT INTO bydefault (name) SELECT * FROM unnest($1::text[])'
        ' RETURNING bydefault.id AS __pgdog_new_1, bydefault.name AS __pgdog_new_2',
        'INSERT INTO "public"."bydefault" ("id", "name") OVERRIDING SYSTEM VALUE'
        ' SELECT u.c1, u.c2 FROM unnest($1, $2) AS u(c1, c2)',
        (20, 25),
    ),
    'insert into generated as g (id) select random() from countries limit 5 returning id': (
        'INSERT INTO generated AS g (id) SELECT random() FROM countries LIMIT 5'
        ' RETURNING id, g.id AS __pgdog_new_1, g.name AS __pgdog_new_2',
        'INSERT INTO "public"."generated" ("id", "name") OVERRIDING SYSTEM VALUE'
        ' SELECT u.c1, u.c2 FROM unnest($1, $2) AS u(c1, c2)',
        (20, 25),
    ),
    'insert into domains (id) values (1)': (
        'INSERT INTO domains (id) VALUES (1)'
        ' RETURNING domains.id AS __pgdog_new_1, domains.at::timestamp with time zone AS __pgdog_new_2',
        'INSERT INTO "public"."domains" ("id", "at") OVERRIDING SYSTEM VALUE'
        ' SELECT u.c1, u.c2 FROM unnest($1, $2) AS u(c1, c2)',
        (20, 1184),
    ),
}


@pytest.mark.parametrize(('sql', 'expected'), REPEATED.items(), ids=REPEATED)
def test_rows_that_only_a_server_can_compute_are_computed_by_one(
    sql: str, expected: tuple[str, str, tuple[int, ...]]
) -> None:
    text, found = same(sql)
    assert isinstance(found, Repeated)
    assert (text, found.first.decode(), found.rest.decode(), found.elements) == (sql, *expected)


@pytest.mark.parametrize(
    'sql',
    [
        'insert into countries (name) select random() from countries',
        "insert into countries (id) select nextval('s'), generate_series(1, 3)",
        'insert into bydefault overriding user value select * from countries',
        'insert into countries (id) select sum(id) from rates',
        'insert into countries (id) select distinct id from rates',
        'insert into countries (id) select id from rates union select 1',
        'insert into countries (id) select row_number() over () from rates',
        "insert into rates (id, added) values (1, 'now')",
        'insert into rates (id) values (1) order by 1',
    ],
)
def test_one_computes_what_would_differ(sql: str) -> None:
    assert isinstance(same(sql)[1], Repeated)


def test_a_refusal_says_where() -> None:
    sql = "insert into countries (name) select 'ä' || random() from countries on conflict (id) do nothing"
    found = meaning(sql)
    assert isinstance(found, Refused)
    assert sql[found.position - 1 :].startswith('random()')
