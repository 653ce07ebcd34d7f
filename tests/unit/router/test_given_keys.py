"""Primary keys that the proxy gives: where in a text, and where not."""

from dataclasses import replace

import pytest

from pgdog_gevent.config.choices import RewriteMode
from pgdog_gevent.config.sharding import Rewrite
from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.given_keys import with_given_keys
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.texts import Texts
from tests.unit.router.written_tables import KNOWN

ID = 'pgdog.unique_id()'


def known(mode: RewriteMode) -> Known:
    return replace(KNOWN, rules=replace(KNOWN.rules, rewrite=Rewrite(primary_key=mode)))


def completed(sql: str, mode: RewriteMode = RewriteMode.REWRITE) -> str:
    return with_given_keys(sql.encode(), known(mode)).decode()


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ("insert into users (name) values ('a')", f'insert into users (name, "id") values (\'a\', {ID})'),
        ("insert into users (name) values ('ä'), (1)",
         f'insert into users (name, "id") values (\'ä\', {ID}), (1, {ID})'),
        ('insert into users (id, name) values (default, 1), (2, 2)',
         f'insert into users (id, name) values ({ID}, 1), (2, 2)'),
        ('insert into users values (default)', f'insert into users values ({ID})'),
        ('insert into users default values', f'insert into users ("id") VALUES ({ID})'),
        ('insert into users as default_ (name) values ((1), f(1, 2)) returning id',
         f'insert into users as default_ (name, "id") values ((1), f(1, 2), {ID}) returning id'),
        ('insert into late values (1)', f'insert into late ("n", "id") values (1, {ID})'),
        ('insert into late as l overriding system value values (array[1, 2])',
         f'insert into late as l ("n", "id") overriding system value values (array[1, 2], {ID})'),
        ('select 1; insert into users (name) values (1) ; select 2',
         f'select 1; insert into users (name, "id") values (1, {ID}) ; select 2'),
        ('insert into bydefault (name) values (1)', f'insert into bydefault (name, "id") values (1, {ID})'),
        ('insert into countries (name) values (1) on conflict do nothing',
         f'insert into countries (name, "id") values (1, {ID}) on conflict do nothing'),
    ],
)  # fmt: skip
def test_a_row_without_a_primary_key_gets_one(sql: str, expected: str) -> None:
    assert completed(sql) == expected


@pytest.mark.parametrize(
    'sql',
    [
        "insert into users values (1, 'a')",
        'insert into users (id) values ($1)',
        'insert into users (name) select name from countries',
        'insert into rates (name) values (1)',
        'insert into bydefault (name) overriding user value values (1)',
        "insert into notes values (default, 'a')",
        'insert into absent (a) values (1)',
        "with x as (insert into users (name) values ('a') returning id) select * from x",
        'insert into',
        'select 1',
    ],
    ids=lambda sql: str(sql)[:40],
)
def test_all_else_stays_as_it_is(sql: str) -> None:
    assert completed(sql) == sql


@pytest.mark.parametrize(
    ('mode', 'sharded', 'omnisharded'),
    [
        (RewriteMode.IGNORE, False, False),
        (RewriteMode.ERROR, False, False),
        (RewriteMode.REWRITE, True, True),
        (RewriteMode.REWRITE_OMNI, False, True),
    ],
)
def test_the_setting_says_which_tables_get_keys(mode: RewriteMode, sharded: bool, omnisharded: bool) -> None:
    assert (ID in completed('insert into users (name) values (1)', mode)) is sharded
    assert (ID in completed('insert into countries (name) values (1)', mode)) is omnisharded


@pytest.mark.parametrize(
    ('sql', 'refused'),
    [
        ('insert into users (name) values (1)', True),
        ('insert into users values (1), (default)', True),
        ('insert into countries default values', True),
        ('insert into countries (name) select 1', True),
        ('insert into countries (id) values (1)', False),
        ('insert into users values (1), (2)', False),
        ('insert into countries select 1', False),
        ("insert into notes values ('a')", False),
    ],
)
def test_or_they_are_refused(sql: str, refused: bool) -> None:
    found = blueprint(parse(sql.encode()).stmts[0], sql, known(RewriteMode.ERROR))
    assert isinstance(found, Refused) is refused
    assert not isinstance(found, Refused) or 'rewrite.primary_key' in found.why


def test_what_has_been_completed_is_remembered() -> None:
    texts = Texts[object](known(RewriteMode.REWRITE), 1)
    sql = b'insert into users (name) values (1)'
    assert texts.completed(sql) is texts.completed(sql)
    assert texts.completed(b'select 1') == b'select 1'
