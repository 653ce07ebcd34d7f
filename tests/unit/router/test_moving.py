"""UPDATE of a sharding key: which rows may move, and how."""

from dataclasses import replace

import pytest

from pgdog_gevent.config.choices import RewriteMode
from pgdog_gevent.config.sharding import Rewrite
from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.router.blueprint import Blueprint, ByKey, Carried, Everyone, MovedRow, Moving, Refused
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.catalog import ForeignKey, Name, Table, TableKind
from pgdog_gevent.router.keys import EVERY, BoundValue, Constant, KeyIs, Parameter
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.plan import Anywhere, Direct, Move
from pgdog_gevent.router.planner import NotOnSeveralShards, plan, plan_on
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.unit.router.written_tables import KNOWN, NUMBER, PAYMENTS, USERS

FIVE = KeyIs(NUMBER, (Constant('5'),))


def known(mode: RewriteMode = RewriteMode.REWRITE, *tables: Table) -> Known:
    """What is known under a setting, with these tables in the place of those of the same names."""
    there = {**KNOWN.catalog.tables, **{table.key: table for table in tables}}
    changed = replace(KNOWN.catalog, tables=there)
    return replace(KNOWN, catalog=changed, rules=replace(KNOWN.rules, rewrite=Rewrite(shard_key=mode)))


def meaning(sql: str, under: Known | None = None) -> Blueprint:
    return blueprint(parse(sql.encode()).stmts[0], sql, under or known())


def moving(sql: str, under: Known | None = None) -> Moving:
    found = meaning(sql, under)
    assert isinstance(found, Moving), found
    return found


def refusal(sql: str, under: Known | None = None) -> str:
    how = moving(sql, under).how
    assert isinstance(how, Refused), how
    assert how.position
    return how.why.removeprefix('a statement that changes the sharding key of a row: ')


def test_row_is_read_with_its_new_values_then_deleted_and_inserted() -> None:
    found = moving("update users as u set id = $1, name = 'a', added = default where id = 5 returning u.id + $2")
    assert (found.keys, found.belongs) == (FIVE, KeyIs(NUMBER, (Parameter(1),), null_matches=True))
    assert isinstance(found.how, MovedRow)
    assert found.how.select == (
        b'SELECT __pgdog.*, __pgdog.c0::bigint, __pgdog_seen.n FROM (SELECT pg_catalog.count(*) AS n '
        b'FROM (SELECT FROM users u WHERE id = 5 LIMIT 2) __pgdog_seen) __pgdog_seen LEFT JOIN '
        b"(SELECT $1 AS c0, 'a'::pg_catalog.text AS c1, u.ctid AS __pgdog_ctid, u.tableoid AS __pgdog_tableoid "
        b'FROM users u WHERE id = 5 LIMIT 2 FOR UPDATE) __pgdog ON true'
    )
    assert found.how.delete == b'DELETE FROM "public"."users" WHERE ctid = $1 AND tableoid = $2'
    assert found.how.insert == (
        b'INSERT INTO public.users AS u (id, name, added) OVERRIDING SYSTEM VALUE '
        b'VALUES ($1, $2, DEFAULT) RETURNING u.id + $4'
    )
    assert found.how.carried == (Carried(binary=True, typed=True),) * 2
    assert found.how.returns_parameters


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ('update users u set id = 6 from payments p where p.user_id = u.id', 'FROM or WITH'),
        ('with c as (select 1) update users set id = 6', 'FROM or WITH'),
        ('update users set id = total_of(id)', 'function total_of(), which may read sharded tables'),
        ('update users set id = 6 returning old.id', 'the old row in RETURNING'),
        ('update users set id = 6 returning (select 1)', 'a subquery in RETURNING'),
        ("update users set id = 6 returning nextval('a')", 'function nextval() over several shards'),
        ('update users set (id, name) = (6, 1)', 'an assignment to a part of a column, or to several columns together'),
        ('update users set id = default', 'its default'),
        ("update padded set slug = 'a'", 'it is of type character(4)'),
    ],
)  # fmt: skip
def test_what_is_more_than_a_row_that_moves_is_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why


def _referencing(on_delete: str) -> Table:
    foreign = ForeignKey('f', ('user_id',), Name('public', 'users'), ('id',), on_delete=on_delete)
    return replace(PAYMENTS, foreign_keys=(foreign,))


@pytest.mark.parametrize(
    ('table', 'why'),
    [
        (replace(USERS, has_triggers=True), '"users" has triggers'),
        (replace(USERS, row_security=True), '"users" has row-level security'),
        (replace(PAYMENTS, name='heir', parents=(Name('public', 'users'),)), 'other tables inherit from "users"'),
        (_referencing('c'), '"payments" references "users" with ON DELETE CASCADE'),
        (_referencing('n'), '"payments" references "users" with ON DELETE SET NULL'),
        (_referencing('d'), '"payments" references "users" with ON DELETE SET DEFAULT'),
    ],
)
def test_nothing_may_tell_a_move_from_an_update(table: Table, why: str) -> None:
    assert refusal('update users set id = 6 where id = 5', known(RewriteMode.REWRITE, table)) == why


def test_foreign_keys_that_refuse_are_for_postgresql_to_heed() -> None:
    for action in ('a', 'r'):
        found = moving('update users set id = 6 where id = 5', known(RewriteMode.REWRITE, _referencing(action)))
        assert isinstance(found.how, MovedRow)


def test_parts_of_a_table_count_as_it_does() -> None:
    whole = replace(USERS, kind=TableKind.PARTITIONED)
    part = replace(USERS, name='part', parents=(USERS.key,), partition=True)
    sql = 'update users set id = 6 where id = 5'
    assert isinstance(moving(sql, known(RewriteMode.REWRITE, whole, part)).how, MovedRow)
    triggered = replace(part, has_triggers=True)
    assert refusal(sql, known(RewriteMode.REWRITE, whole, triggered)) == '"part" has triggers'


def test_other_settings_refuse_or_leave_rows_where_they_are() -> None:
    sql = 'update users set id = 6 where id = 5'
    assert meaning(sql, known(RewriteMode.IGNORE)) == ByKey(FIVE, Everyone(sql.encode()))
    refused = meaning(sql, known(RewriteMode.ERROR))
    assert isinstance(refused, ByKey)
    assert isinstance(refused.several, Refused)


def test_where_all_is_on_one_shard_it_does_the_statement_as_it_is() -> None:
    home = partition_of_int(5, 3)
    near = next(key for key in range(6, 99) if partition_of_int(key, 3) == home)
    far = next(key for key in range(6, 99) if partition_of_int(key, 3) != home)
    assert plan(moving(f'update users set id = {near} where id = 5'), NOTHING, 3) == Direct(home)
    how = moving(f'update users set id = {far} where id = 5').how
    assert isinstance(how, MovedRow)
    assert plan(moving(f'update users set id = {far} where id = 5'), NOTHING, 3) == Move((home,), how)
    computed = moving('update users set id = id + 1 where false')
    assert computed.belongs == EVERY
    assert plan(computed, NOTHING, 3) == Anywhere()
    with pytest.raises(NotOnSeveralShards):
        plan(moving('update users set id = default where id = 5'), NOTHING, 3)


def test_client_that_names_a_shard_keeps_rows_where_they_belong() -> None:
    home = partition_of_int(6, 3)
    update = moving('update users set id = 6')
    assert plan_on(home, update, NOTHING, 3) == Direct(home)
    with pytest.raises(FeatureNotSupported, match='may belong on another shard'):
        plan_on((home + 1) % 3, update, NOTHING, 3)
    with pytest.raises(FeatureNotSupported, match='may belong on another shard'):
        plan_on(0, moving('update users set id = id + 1'), NOTHING, 3)


class _Nothing:
    def parameter(self, number: int) -> BoundValue:
        raise LookupError


NOTHING = _Nothing()
