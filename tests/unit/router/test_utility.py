"""Utility statements."""

import pytest

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ByKey,
    ClosesCursors,
    Declared,
    Executed,
    Explained,
    OfCursor,
    OfPrepared,
    OneByOne,
    OneShard,
    Prepares,
    Refused,
    Shards,
)
from pgdog_gevent.router.keys import EVERY, Constant, KeyIs, Parameter
from pgdog_gevent.router.utility_kinds import ALL_SHARDS, ANY_SHARD, IN_TURN, ONE_PLACE, REFUSED
from tests.unit.router.written_tables import NUMBER, meaning, refusal

TOGETHER = 'rows of several shards that have to be put together before they are written'
QUERIES = {
    'RawStmt', 'SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt', 'CreateTableAsStmt',
    'DeclareCursorStmt', 'ExplainStmt', 'FetchStmt', 'ClosePortalStmt', 'PrepareStmt',
    'ExecuteStmt',
    # No statements of SQL.
    'SetOperationStmt', 'ReturnStmt', 'PLAssignStmt',
}  # fmt: skip


def test_each_kind_of_statement_has_one_place() -> None:
    places = [ALL_SHARDS, ANY_SHARD, IN_TURN, ONE_PLACE, frozenset(REFUSED)]
    named = [kind.DESCRIPTOR.name for kinds in places for kind in kinds]
    assert len(named) == len(set(named))
    every = {name for name in pg.DESCRIPTOR.message_types_by_name if name.endswith('Stmt')}
    assert set(named) | QUERIES == every


@pytest.mark.parametrize(
    'sql',
    [
        'create table t (id bigserial primary key, at timestamptz default now())',
        'create index on users (name)',
        'create unique index i on users (name) where id > 5',
        'drop table users cascade',
        'drop index i',
        'alter table users add column x int default 5, drop column y',
        'alter table users add column x timestamptz default now()',
        'alter table countries add column x int not null default 7, alter name set default now()::text',
        'alter table countries alter column name type int using length(name)',
        'truncate users, countries restart identity',
        'analyze users',
        'comment on table users is $$x$$',
        'grant select on users to public',
        'create view v as select count(*) from users',
        'create sequence s',
        'create extension pg_trgm',
        'create function f() returns int language sql as $$select 1$$',
        'create trigger t before insert on users for each row execute function f()',
        'create type mood as enum ($$a$$)'.replace('$$', "'"),
        "alter type mood add value 'b'",
        'create role r',
        'create schema s',
        'refresh materialized view m',
        'refresh materialized view concurrently m',
        'reindex table users',
        'cluster users using i',
        'set constraints all deferred',
        'checkpoint',
        'alter database d set work_mem = 5',
        'alter table measures detach partition m1',
        'create materialized view m as select * from users where name is not null',
        'create materialized view m as select now() from users with no data',
        'create materialized view m as select id, count(*) from users group by id',
        'create materialized view m as select id, upper(name) from countries',
        'create table t as select id from countries',
        'create table t as select * from users with no data',
        'select id into t from countries',
    ],
)
def test_all_shards_define_the_same(sql: str) -> None:
    assert meaning(sql) == Shards(sql.encode())


@pytest.mark.parametrize(
    'sql',
    [
        'create index concurrently on users (name)',
        'drop index concurrently i',
        'vacuum',
        'vacuum full users',
        'reindex (concurrently) table users',
        'reindex table concurrently users',
        'reindex database d',
        'reindex schema s',
        'reindex table measures',
        'cluster',
        'cluster measures using i',
        'create database d',
        'drop database d',
        'alter system set work_mem = 5',
        "create tablespace t location '/t'",
        'drop tablespace t',
        'lock table users in share mode',
        'alter database d set tablespace t',
        'alter table measures detach partition m1 concurrently',
    ],
)
def test_what_runs_in_no_transaction_is_done_one_by_one(sql: str) -> None:
    assert meaning(sql) == OneByOne(sql.encode())


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ('set work_mem = 5', AnyShard()),
        ('show work_mem', AnyShard()),
        ('reset all', AnyShard()),
        ('discard all', AnyShard()),
        ('begin', AnyShard()),
        ('commit', AnyShard()),
        ("prepare transaction 'x'", AnyShard()),
        ("commit prepared 'x'", OfPrepared('x')),
        ("rollback prepared 'it''s'", OfPrepared("it's")),
        ('deallocate p', AnyShard()),
        ('listen c', OneShard(0)),
        ('unlisten *', OneShard(0)),
        ('notify c', OneShard(0)),
    ],
)
def test_what_concerns_the_session_needs_one_shard(sql: str, expected: Blueprint) -> None:
    assert meaning(sql) == expected


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ('do $$begin end$$', 'DO, whose code may do anything'),
        ('call p(1)', 'CALL, whose procedure may do anything'),
        ("load 'x'", 'LOAD, which changes a session of one server'),
        ("create subscription s connection 'x' publication p",
         'a subscription, of which each shard would get all rows'),
        ('create temp table t (id int)', 'a temporary table, view or sequence'),
        ('create table pg_temp.t (id int)', 'a temporary table, view or sequence'),
        ('create temp view v as select 1', 'a temporary table, view or sequence'),
        ('create temp sequence s', 'a temporary table, view or sequence'),
        ('create temp table t as select 1', 'a temporary table'),
        ('select 1 into temp t', 'a temporary table'),
        ('create table t as select id from users', 'a table made of the rows of several shards'),
        ('select id into t from users', 'a table made of the rows of several shards'),
        ('create table t as execute p', 'a table made of a prepared statement'),
        ('create table t as select now() from countries', 'a table whose rows differ from shard to shard'),
        ('create table users as select id from countries', 'a sharded table made of rows that all shards have'),
        ('create materialized view m as select count(*) from users', TOGETHER),
        ('create materialized view m as select * from users limit 5', TOGETHER),
        ('alter table countries add column x timestamptz default now()',
         'values for "countries" that differ from shard to shard'),
        ('alter table countries add column x bigserial', 'values for "countries" that differ from shard to shard'),
        ('alter table countries add column x int generated always as identity',
         'values for "countries" that differ from shard to shard'),
        ('alter table countries alter name type text using random()::text',
         'values for "countries" that differ from shard to shard'),
        ('explain create table t as select 1', 'EXPLAIN of a statement that all shards would do'),
    ],
)  # fmt: skip
def test_what_cannot_be_done_exactly_is_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why


FIVE = KeyIs(NUMBER, (Constant('5'),))


def test_a_cursor_is_where_its_rows_are() -> None:
    several = Refused('a cursor over several shards')
    assert meaning('declare c cursor for select * from users where id = 5') == Declared(
        'c', False, ByKey(FIVE, several)
    )
    assert meaning('declare "C" cursor for select * from users') == Declared('C', False, ByKey(EVERY, several))
    assert meaning('declare c cursor with hold for select 1') == Declared('c', True, AnyShard())


@pytest.mark.parametrize(
    'sql',
    ['fetch 5 from c', 'move c', 'close c', 'delete from users where current of c',
     'update payments set amount = 1 where current of C returning *'],
)  # fmt: skip
def test_what_has_a_cursor_is_done_where_that_is(sql: str) -> None:
    assert meaning(sql) == OfCursor('c')


def test_all_cursors_are_closed_wherever_they_are() -> None:
    assert meaning('close all') == ClosesCursors()


@pytest.mark.parametrize(
    'prefix', ['explain ', 'explain analyze ', 'explain analyze verbose ', 'explain (analyze, costs off) /* ) */ ']
)
@pytest.mark.parametrize('query', ['select * from users where id = 5', '(select * from users where id = 5)'])
def test_explain_shows_the_plan_of_each_shard(prefix: str, query: str) -> None:
    found = meaning(prefix + query)
    assert isinstance(found, Explained)
    assert found.prefix + query.encode() == (prefix + query).encode()
    assert isinstance(found.inner, ByKey)
    assert found.inner.keys == FIVE


@pytest.mark.parametrize('sql', ['explain select 1', 'explain (costs off) select * from countries'])
def test_explain_of_what_any_shard_knows_is_shown_by_any(sql: str) -> None:
    assert meaning(sql) == AnyShard()


def test_explain_does_not_write_unless_it_analyzes() -> None:
    assert meaning('explain delete from countries') == AnyShard()
    assert isinstance(meaning('explain analyze delete from countries'), Explained)


def test_a_refusal_names_a_way_out() -> None:
    found = meaning('do $$begin end$$')
    assert isinstance(found, Refused)
    assert 'pgdog_shard' in found.hint


def test_what_is_prepared_has_a_place_of_its_own() -> None:
    assert meaning('prepare p as select 1') == Prepares((), AnyShard())
    prepared = meaning('prepare p (bigint, absent, int[]) as select * from users where id = $1')
    assert isinstance(prepared, Prepares)
    assert prepared.types == (20, 1, 1)
    assert isinstance(prepared.query, ByKey)
    assert prepared.query.keys == KeyIs(NUMBER, (Parameter(1),))
    assert isinstance(meaning('prepare p as select * from users, payments'), Prepares)


def test_arguments_are_known_if_they_are_constants() -> None:
    assert meaning("execute p (5, '5', null, -7, 1 + 1, now(), true, 5.5)") == Executed(
        'p', (Constant('5'), Constant('5'), Constant(None), Constant('-7'), None, None, None, None)
    )
    assert meaning('execute p') == Executed('p', ())
