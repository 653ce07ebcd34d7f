"""UPDATE and DELETE of which only a server can say what they do, to a table that all shards have."""

import pytest

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Repeated
from pgdog_gevent.router.catalog import Name
from pgdog_gevent.router.write_repeated import repeated_write
from tests.unit.router.sharded import KNOWN, statement


def repeated(sql: str) -> Repeated | None:
    write = statement(sql)
    assert isinstance(write, pg.UpdateStmt | pg.DeleteStmt)
    return repeated_write(write, KNOWN.catalog.tables[Name('public', write.relation.relname)], KNOWN)


def test_rows_that_one_shard_deletes_are_deleted_by_their_primary_keys() -> None:
    found = repeated('delete from countries where id = (select id from countries limit 1 for update skip locked)')
    assert found == Repeated(
        b'DELETE FROM countries WHERE id = (SELECT id FROM countries LIMIT 1 FOR UPDATE SKIP LOCKED)'
        b' RETURNING countries.id AS __pgdog_new_1',
        b'DELETE FROM "public"."countries" AS t USING pg_catalog.unnest($1) AS u(c1)'
        b' WHERE t."id" OPERATOR(pg_catalog.=) u.c1',
        (23,),
    )


def test_what_one_shard_assigns_is_assigned_by_all() -> None:
    sql = 'update countries c set name = random()::text from rates r where r.country = c.id returning c.id, r.*'
    found = repeated(sql)
    assert found == Repeated(
        b'UPDATE countries c SET name = random()::text FROM rates r WHERE r.country = c.id'
        b' RETURNING c.id, r.*, c.id AS __pgdog_new_1, c.name AS __pgdog_new_2',
        b'UPDATE "public"."countries" AS t SET "name" = u.c2 FROM unnest($1, $2) AS u(c1, c2)'
        b' WHERE t."id" OPERATOR(pg_catalog.=) u.c1',
        (23, 25),
    )


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param('update countries set id = random()', id='another primary key'),
        pytest.param('update countries set name = balance(id)', id='a function of the user'),
        pytest.param('delete from countries where balance(id) > 5', id='a function of the user in WHERE'),
        pytest.param('delete from countries where current of c', id='a cursor'),
        pytest.param("delete from countries where ctid = '(0,1)'", id='a system column'),
        pytest.param('delete from countries using country_names v where v.id = countries.id', id='a view'),
    ],
)
def test_what_may_do_more_is_not_repeated(sql: str) -> None:
    assert repeated(sql) is None
