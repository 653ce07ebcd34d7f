"""COPY."""

import pytest

from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ByKey,
    CopyFormat,
    CopyOptions,
    CopyOut,
    CopyRows,
    CopyToAll,
    Refused,
)
from pgdog_gevent.router.keys import EVERY, Constant, KeyIs
from tests.unit.router.written_tables import NUMBER, WORD, by_key, meaning, refusal

CSV = CopyOptions(CopyFormat.CSV, delimiter=b',', null=b'')


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ('copy users from stdin', CopyRows(NUMBER, 0, 3, CopyOptions())),
        ('copy payments from stdin', CopyRows(NUMBER, 1, 3, CopyOptions())),
        ('copy payments (amount, id, user_id) from stdin', CopyRows(NUMBER, 2, 3, CopyOptions())),
        ('copy payments_old (user_id) from stdin where amount > 5', CopyRows(NUMBER, 0, 1, CopyOptions())),
        ('copy notes from stdin csv', CopyRows(WORD, 0, 2, CSV, length=4)),
    ],
)
def test_rows_go_where_their_keys_say(sql: str, expected: CopyRows) -> None:
    assert meaning(sql) == expected


@pytest.mark.parametrize(
    ('options', 'expected'),
    [
        ('', CopyOptions()),
        ('binary', CopyOptions(CopyFormat.BINARY)),
        ('csv', CSV),
        ('with (format csv)', CSV),
        ("delimiter as '|' null as 'x'", CopyOptions(delimiter=b'|', null=b'x')),
        ('csv header', CopyOptions(CopyFormat.CSV, b',', b'', header=True)),
        ('(header)', CopyOptions(header=True)),
        ('(header on)', CopyOptions(header=True)),
        ('(header 1)', CopyOptions(header=True)),
        ('(header match)', CopyOptions(header=True)),
        ('(header false)', CopyOptions()),
        ('(header 0)', CopyOptions()),
        ("(format csv, quote '$')", CopyOptions(CopyFormat.CSV, b',', b'', quote=b'$', escape=b'$')),
        ("(format csv, quote '$', escape '!')", CopyOptions(CopyFormat.CSV, b',', b'', quote=b'$', escape=b'!')),
        ('(format csv, force_null (id, name))', CopyOptions(CopyFormat.CSV, b',', b'', force_null=True)),
        ('(format csv, force_null (name))', CSV),
        ('(format csv, force_null *)', CopyOptions(CopyFormat.CSV, b',', b'', force_null=True)),
        ('csv force not null id', CopyOptions(CopyFormat.CSV, b',', b'', force_not_null=True)),
        ("(encoding 'latin1')", CopyOptions(encoding='latin1')),
        ("(default 'x', freeze, on_error ignore, reject_limit 5, log_verbosity verbose)", CopyOptions(default=b'x')),
    ],
)
def test_options_say_how_to_find_the_key(options: str, expected: CopyOptions) -> None:
    assert meaning(f'copy users from stdin {options}') == CopyRows(NUMBER, 0, 3, expected)


@pytest.mark.parametrize(
    'sql',
    [
        'copy countries from stdin',
        'copy countries (id) from stdin (format csv) where id > 5',
        'copy rates from stdin',
        'copy generated from stdin',
        'copy bydefault (id) from stdin',
    ],
)
def test_what_all_shards_have_goes_to_all(sql: str) -> None:
    assert meaning(sql) == CopyToAll()


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ('copy users to stdout', CopyOut(EVERY, CopyOptions())),
        ('copy users (id) to stdout csv', CopyOut(EVERY, CSV)),
        ('copy countries to stdout', AnyShard()),
        ('copy pg_class to stdout', AnyShard(sticky=True, catalogs=True)),
        ('copy (select 1) to stdout', AnyShard()),
        ('copy (select name from users where id = 5) to stdout csv', CopyOut(KeyIs(NUMBER, (Constant('5'),)), CSV)),
        ('copy (select name from users join payments on user_id = users.id) to stdout', CopyOut(EVERY, CopyOptions())),
        ('copy (delete from users returning *) to stdout', CopyOut(EVERY, CopyOptions())),
    ],
)
def test_rows_come_from_where_they_are(sql: str, expected: Blueprint) -> None:
    assert meaning(sql) == expected


@pytest.mark.parametrize(
    'query', ['select count(*) from users', 'select * from users limit 5', 'table users order by 1']
)
def test_rows_that_have_to_be_put_together_are_refused(query: str) -> None:
    found = meaning(f'copy ({query}) to stdout')
    assert isinstance(found, ByKey)
    assert isinstance(found.several, Refused)


def test_what_is_put_together_on_one_shard_comes_from_there() -> None:
    found = by_key('copy (select count(*) from users where id = 5) to stdout')
    assert found.keys == KeyIs(NUMBER, (Constant('5'),))


@pytest.mark.parametrize(
    ('sql', 'why'),
    [
        ("copy users from '/tmp/x'", 'COPY with a file or program of the server'),
        ("copy users from program 'x'", 'COPY with a file or program of the server'),
        ("copy users to '/tmp/x'", 'COPY with a file or program of the server'),
        ("copy (select 1) to program 'x'", 'COPY with a file or program of the server'),
        ('copy users (name) from stdin', 'COPY without the sharding key "id" among its columns'),
        ('copy padded from stdin', 'COPY with a sharding key of type character(4)'),
        ('copy rich from stdin', 'a write to "rich", which is not a plain table'),
        ('copy rich to stdout', 'COPY of "rich": it has rows of sharded tables, but which are where is not known'),
        ('copy absent to stdout', 'COPY of "absent": the catalogue does not have it'),
        ('copy watched from stdin', 'a write to "watched", which all shards have, with triggers'),
        ('copy rates (name) from stdin', 'COPY into "rates", which all shards have, with a default for "id"'),
        ('copy rates (id, name) from stdin', 'COPY into "rates", which all shards have, with a default for "added"'),
        ("copy rates from stdin (default 'x')", 'COPY into "rates", which all shards have, with a default for "id"'),
        ('copy countries from stdin where random() > 0.5', 'function random(), which differs from row to row'),
        ('copy rates from stdin where added > now()', 'COPY with a condition that differs from shard to shard'),
        ('copy users from stdin (format parquet)', 'format "parquet" of COPY, which is not known here'),
        ('copy users from stdin (speed 5)', 'option "speed" of COPY, which is not known here'),
        ('copy (insert into countries values (1) returning *) to stdout',
         'COPY of a query whose rows have to be put together'),
        ('copy (insert into users values (1) returning *) to stdout',
         'COPY of a statement that writes to several shards'),
    ],
)  # fmt: skip
def test_what_cannot_be_copied_exactly_is_refused(sql: str, why: str) -> None:
    assert refusal(sql) == why
