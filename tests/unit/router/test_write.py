"""UPDATE and DELETE."""

import pytest

from pgdog_gevent.router.blueprint import ByKey, Everyone, Once, Refused, Repeated
from pgdog_gevent.router.keys import EVERY, Any, Constant, KeyIs, Parameter
from tests.unit.router.written_tables import NUMBER, by_key, meaning, refusal, same

FIVE = KeyIs(NUMBER, (Constant('5'),))


@pytest.mark.parametrize(
    ('sql', 'keys'),
    [
        ('update users set name = $1', EVERY),
        ('update users set name = random()::text where id = $2 returning *', KeyIs(NUMBER, (Parameter(2),))),
        ('delete from users where id = 5', FIVE),
        ("delete from users where name = 'a' returning now()", EVERY),
        ('update users u set name = p.amount::text from payments p where p.user_id = u.id', EVERY),
        ('delete from users using payments p where p.user_id = users.id and users.id = 5', FIVE),
        ('update users set name = c.name from countries c where c.id = length(users.name)', EVERY),
        ('update users set name = (select max(name) from countries), id = id', EVERY),
        ('delete from payments_old where user_id = 5', FIVE),
        ('update users set name = default where exists (select from payments where user_id = users.id)', EVERY),
    ],
)
def test_each_shard_does_it_to_its_rows(sql: str, keys: object) -> None:
    assert meaning(sql) == ByKey(keys, Everyone(sql.encode()))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ("delete from users where ctid = '(0,1)'", 'a system column'),
        ('update users set id = 5 where current of c', 'a statement that changes the sharding key of a row'),
        ('update users set name = total_of(id)::text', 'function total_of(), which may read sharded tables'),
        ('update rich set name = 1', 'a write to "rich", which is not a plain table'),
        ('delete from absent', 'table "absent", which the catalogue does not have'),
        (
            'update halved set whole = 9 where half = 2',
            'a statement that may change the sharding key "half", which is generated',
        ),
        (
            'merge into halved h using users u on u.id = h.half when matched then update set whole = 9',
            'a statement that may change the sharding key "half", which is generated',
        ),
        ('delete from pg_class', 'a write to "pg_class", which is not a plain table'),
    ],
)
def test_what_several_shards_cannot_do_exactly_is_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why


@pytest.mark.parametrize(
    'sql',
    [
        'update users set name = p.amount from payments p where p.id = users.id',
        'delete from users where exists (select from payments p where p.amount = users.id)',
        'update users set name = (select max(name) from users)',
    ],
)
def test_rows_of_other_shards_are_not_looked_up(sql: str) -> None:
    assert isinstance(by_key(sql).several, Refused)


def test_what_is_on_one_shard_goes_there_whatever_it_is() -> None:
    assert by_key("delete from users where ctid = '(0,1)' and id = 5").keys == FIVE
    assert by_key('update users set name = total_of(id)::text where id = 5').keys == FIVE


def test_a_key_may_change_if_the_row_stays_on_its_shard() -> None:
    found = by_key('update users set id = $1 where id = 5')
    moved = KeyIs(NUMBER, (Parameter(1),), null_matches=True)
    assert found.keys == Any((FIVE, moved))
    assert isinstance(found.several, Refused)
    assert 'rewrite.shard_key' in found.several.hint


def test_a_key_of_limited_length_is_not_changed() -> None:
    why = 'a statement in which rows get sharding keys "slug"'
    assert refusal("update notes set slug = $1 where slug = 'a'") == why


@pytest.mark.parametrize('value', ['id + 1', '(select 1)', 'u.id', '5.5'])
def test_a_computed_key_is_refused(value: str) -> None:
    assert refusal(f'update users as u set id = {value}') == 'a statement that changes the sharding key of a row'


@pytest.mark.parametrize(
    'sql',
    [
        "update countries set name = 'now' where id = 5 returning *",
        'delete from countries where id in (select id from rates)',
        'update countries c set name = r.name from rates r where r.id = c.id and r.value > 5',
        'update countries c set name = r.name from rates as r where c.id = r.id',
        'delete from countries using rates where rates.value = countries.id',
        'with r as (select id from rates) delete from countries where id in (select id from r)',
        'update measures set id = $1 where id = $2',
        'update countries set name = array(select name from rates order by 1)::text',
        'update countries set name = array(select unnest($1))::text',
    ],
)
def test_all_shards_do_the_same(sql: str) -> None:
    assert same(sql) == (sql, None)


@pytest.mark.parametrize(
    ('sql', 'changed', 'select', 'parameters'),
    [
        ('update rates set added = now(), value = $1 where added < current_date',
         'UPDATE rates SET added = $3, value = $1 WHERE added < $2', 'SELECT current_date, now()', 1),
        ('update rates set added = default', 'UPDATE rates SET added = $1', 'SELECT now()', 0),
        ('delete from rates where added < now() - $1::interval returning id',
         'DELETE FROM rates WHERE added < $2 - $1::interval RETURNING id', 'SELECT now()', 1),
    ],
)  # fmt: skip
def test_the_time_is_told_once(sql: str, changed: str, select: str, parameters: int) -> None:
    assert same(sql) == (changed, Once(select.encode(), parameters))


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ('update countries set id = random()', 'function random(), which differs from row to row'),
        ("update countries set id = nextval('s')", 'function nextval(), which differs from row to row'),
        ('update rates set id = default', 'function nextval(), which differs from row to row'),
        ('update rates set (id, name) = (default, $1)', 'function nextval(), which differs from row to row'),
        ('update rates set (id) = row(default)', 'function nextval(), which differs from row to row'),
        ('merge into rates r using countries c on c.id = r.id when matched then update set (name, id) = ($1, default)',
         'function nextval(), which differs from row to row'),
        ('update countries set name = u.name from users u where u.id = countries.id',
         'a write to "countries", which all shards have, that reads a sharded table'),
        ('delete from countries where id in (select id from users)',
         'a write to "countries", which all shards have, that reads a sharded table'),
        ("delete from countries where ctid = '(0,1)'", 'a system column'),
        ('delete from countries where current of c', 'WHERE CURRENT OF'),
        ('merge into rates r using countries c on c.id = r.id when not matched then insert values ((c.x).*)',
         'a MERGE that inserts whole rows into "rates"'),
        ('update inherited set name = random()', 'function random(), which differs from row to row'),
        ('merge into rates r using countries c on c.id = r.id when matched then update set name = array(table late)',
         'an array of rows, which depends on their order'),
        ('delete from watched', 'a write to "watched", which all shards have, with triggers'),
    ],
)  # fmt: skip
def test_what_would_differ_is_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why


@pytest.mark.parametrize(
    'sql',
    [
        "update rates set added = 'today zulu'",
        "update rates set added = 'now'",
        'update countries set name = r.name from rates r where r.value = countries.id',
        'update countries set name = v.n from (values (1, $1)) v (i, n) where v.i = countries.id',
        'update countries set name = h.name from inherited h where h.id = countries.id',
        'delete from countries using rates where rates.value = countries.id returning rates.id',
        'update countries set name = array(select name from rates)::text',
        'update countries set name = json_array(select name from rates order by id)::text',
    ],
)
def test_one_does_what_would_differ(sql: str) -> None:
    assert isinstance(same(sql)[1], Repeated)


@pytest.mark.parametrize(
    ('sql', 'keys'),
    [
        ('with x as (delete from payments where user_id = 5 returning *) select count(*) from x', FIVE),
        ("with x as (insert into users values (5, 'a') returning id) select * from x",
         KeyIs(NUMBER, (Constant('5'),), null_matches=True)),
        ('with x as (delete from payments where user_id = 5) update users set name = $1 where id = 5', FIVE),
    ],
)  # fmt: skip
def test_statements_that_write_in_with_are_for_one_shard(sql: str, keys: object) -> None:
    found = by_key(sql)
    assert found.keys == keys
    assert isinstance(found.several, Refused)
    assert found.several.why == 'several statements that write, in WITH, over several shards'


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ('with x as (insert into notes values ($1) returning slug) select * from x',
         'several statements that write, in WITH, one of them row by row'),
        ('with x as (delete from countries returning id) select * from x',
         'several statements that write, in WITH, one of them on all shards'),
        ('with x as (delete from users where id = 5 returning id) insert into users select id from x',
         'rows whose sharding key "id" is not that of the rows they are made of'),
        ('with x as (delete from users where id = 5 returning id) delete from countries where id in (select id from x)',
         'several statements that write, in WITH, one of them on all shards'),
    ],
)  # fmt: skip
def test_statements_that_write_in_with_to_all_shards_are_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why
