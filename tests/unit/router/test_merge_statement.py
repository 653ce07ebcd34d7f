"""MERGE."""

import pytest

from pgdog_gevent.router.blueprint import Everyone, Once, Refused
from pgdog_gevent.router.keys import EVERY, Constant, KeyIs, Parameter
from tests.unit.router.written_tables import NUMBER, by_key, refusal, same

INSERT = 'when not matched then insert (id, name) values'


@pytest.mark.parametrize(
    'sql',
    [
        'merge into users u using payments p on p.user_id = u.id when matched then update set name = p.amount::text',
        'merge into users u using countries c on c.id = u.id when matched then delete',
        f'merge into users u using payments p on u.id = p.user_id {INSERT} (p.user_id, $1)',
        f'merge into users u using (select user_id as k from payments) p on u.id = p.k {INSERT} (p.k, default)',
        'merge into users u using sevens s on s.user_id = u.id when not matched by source then delete',
        'merge into users u using countries c on c.id = u.id when not matched by source then delete',
    ],
)
def test_each_shard_merges_its_rows(sql: str) -> None:
    assert by_key(sql).several == Everyone(sql.encode())
    assert by_key(sql).keys == EVERY


@pytest.mark.parametrize(
    ('source', 'keys'),
    [
        ("(values (5, 'a'), ($1, 'b')) s (id, v) on u.id = s.id", (Constant('5'), Parameter(1))),
        ('(select $1::bigint as id, $2 as v) s on s.id = u.id', (Parameter(1),)),
        ("(values (null, 'a')) s (id, v) on u.id = s.id", (Constant(None),)),
    ],
)
def test_new_rows_of_the_text_go_to_one_shard(source: str, keys: tuple[Constant | Parameter, ...]) -> None:
    found = by_key(f'merge into users u using {source} when matched then do nothing {INSERT} (s.id, s.v)')
    assert found.keys == KeyIs(NUMBER, keys, null_matches=True)
    assert isinstance(found.several, Refused)


@pytest.mark.parametrize(
    'sql',
    [
        f'merge into users u using countries c on c.id = u.id {INSERT} (c.id, c.name)',
        f'merge into users u using payments p on p.user_id = u.id {INSERT} (p.id, $1)',
        f'merge into users u using payments p on p.user_id = u.id {INSERT} (5, $1)',
        f'merge into users u using payments p on p.user_id = u.id and u.id = p.id {INSERT} (p.user_id, $1)',
        f'merge into users u using payments p on u.id = p.id and p.id = p.user_id {INSERT} (p.id, $1)',
        "merge into users u using payments p on p.user_id = u.id when not matched then insert (name) values ('a')",
        'merge into users u using (values (1)) v (id) on u.id = v.id when not matched by source then delete '
        f'{INSERT} (v.id, $1)',
        f'merge into users u using (values (1.5)) v (id) on u.id = v.id {INSERT} (v.id, $1)',
        f'merge into users u using (values (1, 2)) v (id, x) on u.id = v.id {INSERT} (v.x, $1)',
        f'merge into users u using (select generate_series(1, 3) as id) v on u.id = v.id {INSERT} (v.id, $1)',
    ],
)
def test_new_rows_that_cannot_be_placed_are_refused(sql: str) -> None:
    assert refusal(sql) == 'a MERGE that inserts rows of which it is not certain where they belong'


def test_a_merge_that_changes_the_key_is_refused() -> None:
    sql = 'merge into users u using payments p on p.user_id = u.id when matched then update set id = p.id'
    assert refusal(sql) == 'a statement that changes the sharding key of a row'


def test_rows_that_meet_on_no_key_are_refused() -> None:
    sql = 'merge into users u using payments p on p.id = u.id when matched then delete'
    assert isinstance(by_key(sql).several, Refused)


def test_all_shards_merge_the_same() -> None:
    sql = 'merge into countries c using rates r on r.id = c.id when matched then delete'
    assert same(sql) == (sql, None)


def test_the_time_of_a_merge_is_told_once() -> None:
    sql = 'merge into rates r using countries c on r.id = c.id when matched then update set added = now()'
    changed, once = same(sql)
    assert changed == 'MERGE INTO rates r USING countries c ON r.id = c.id WHEN MATCHED THEN UPDATE SET added = $1'
    assert isinstance(once, Once)
    assert once.select == b'SELECT now()'


@pytest.mark.parametrize(
    ('action', 'why'),
    [
        ('insert (name) values (c.name)', 'a write to "rates", whose defaults differ from row to row'),
        ('insert (id, added, name) values (default, now(), c.name)',
         'function nextval(), which differs from row to row'),
    ],
)
def test_a_default_that_differs_is_refused(action: str, why: str) -> None:
    assert refusal(f'merge into rates r using countries c on r.id = c.id when not matched then {action}') == why
