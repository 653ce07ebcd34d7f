"""Statements that write, divided for three databases, held against PostgreSQL that has all rows.

What each shard gets is executed there. Then the rows of the three together must be those of the database that got the
original texts, tables that all shards have must be the same on all, and clients must be told the same.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from typing import NamedTuple
from urllib.parse import quote

import psycopg
import pytest
from psycopg.pq import ExecStatus, Format

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.config.load import load
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.monitor.catalog_query import read_catalog
from pgdog_gevent.router.blueprint import Blueprint, ByKey, Everyone, Once, Same
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.keys import BoundValue
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.plan import Anywhere, Direct, Split, Together
from pgdog_gevent.router.planner import plan
from pgdog_gevent.router.rules import Rules, ShardKey, TableRule
from pgdog_gevent.sharding.function import Hashed
from pgdog_gevent.sharding.key import KeyType

WHOLE, SHARDS = 'written', ('written_0', 'written_1', 'written_2')
SCHEMA = """
    CREATE TABLE users (id bigint PRIMARY KEY, name text DEFAULT 'nobody');
    CREATE TABLE payments (id bigint, user_id int, amount numeric DEFAULT 1, UNIQUE (user_id, id));
    CREATE TABLE notes (slug varchar(4) PRIMARY KEY, body text);
    CREATE TABLE sevens (user_id bigint DEFAULT 7, name text);
    CREATE TABLE countries (id bigint PRIMARY KEY, name text);
    CREATE TABLE rates (
        id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text UNIQUE, added timestamptz DEFAULT now(),
        tag uuid DEFAULT gen_random_uuid(), twice bigint GENERATED ALWAYS AS (id * 2) STORED
    );
    CREATE TABLE counted (id serial PRIMARY KEY, name text)
"""
SHARDED = {'users': 'id', 'payments': 'user_id', 'notes': 'slug', 'sevens': 'user_id'}
ALIKE = {'countries': '*', 'rates': 'id, name, twice', 'counted': '*'}
"""Tables that all shards have, with the columns in which the whole has the same: the time and chance differ there."""

STATEMENTS: list[tuple[str, Sequence[str | None]]] = [
    ("insert into users values (1, 'a'), (2, 'b'), (3, default), ('4', 'd'), (5::int, null), (6, '(,)') returning *",
     ()),
    ('insert into users (name, id) values ($1, $2), ($3, $4), ($1, $5)', ('p', '7', 'q', '8', '-9')),
    ("insert into payments select i, 1, i * 1.5 from generate_series(1, 4) i", ()),
    ("insert into payments (user_id, id) values (2, 1), (2, 2), (3, 1), (null, 5), (7, 1) on conflict do nothing", ()),
    ("insert into payments (user_id, id) values (2, 1), (3, 9) on conflict (user_id, id) do update set amount = 5 "
     "returning user_id, amount", ()),
    ("insert into notes values ('ab  ', 'x'), ('abcd   ', 'y'), ('', 'z')", ()),
    ('insert into sevens default values returning *', ()),
    ("insert into sevens (name) values ('x'), ('y')", ()),
    ("insert into sevens select user_id, amount::text from payments where amount > 1", ()),
    ('insert into sevens (user_id, name) select user_id, count(*)::text from payments group by user_id returning name',
     ()),
    ('insert into users select $1, $2 where not exists (select from users where id = $1)', ('2', 'again')),
    ('insert into users select $1, $2 where not exists (select from users where id = $1)', ('20', 'new')),
    ("update users set name = name || '!' where id in (1, 2, 3) returning id, name", ()),
    ('update users set name = p.amount::text from payments p where p.user_id = users.id and p.id = 1 '
     'returning users.id', ()),
    ('delete from payments using users where users.id = payments.user_id and users.name is null', ()),
    ('update users set id = id where id > 5', ()),
    ("merge into users u using payments p on u.id = p.user_id and p.id = 1 when matched then update set name = 'm'",
     ()),
    ("merge into users using (values (30, 'new')) v (id, name) on users.id = v.id "
     "when matched then update set name = v.name when not matched then insert (id, name) values (v.id, v.name)", ()),
    ('with gone as (delete from payments where user_id = 3 returning *) select count(*) from gone', ()),
    ("insert into countries values (1, 'now'), ($1, $2), ($1::bigint + 1, lower($2)) returning *", ('5', 'FR')),
    ('insert into countries select id + 10, name from countries where id < $1 returning id', ('6',)),
    ("insert into rates (name) values ('a'), ($1), ('c') returning id, name", ('b',)),
    ("insert into rates (name) values ('a') on conflict (name) do update set added = now() returning id", ()),
    ('insert into rates default values returning id', ()),
    ("insert into rates (id, name) overriding system value values (default, 'x'), (100, 'y') returning id", ()),
    ("insert into rates (id, name) overriding user value values (7, 'z') returning id, twice", ()),
    ('insert into rates (name) select $1 where not exists (select from rates where name = $1) returning id', ('s',)),
    ('insert into counted (name) values ($1), (current_date::text)', ('n',)),
    ("insert into counted values (default, 'o'), (nextval('counted_id_seq'), $1) returning id", ('p',)),
    ("update rates set added = default, name = name || $1 where added <= now() returning id", ('?',)),
    ('update countries c set name = r.name from rates r where r.id = c.id', ()),
    ('delete from countries where id in (select id from rates where added < now() + $1::interval)', ('1 day',)),
    ('merge into countries c using rates r on r.id = c.id when matched then delete '
     "when not matched then insert (id, name) values (r.id, 'merged')", ()),
]  # fmt: skip


class Result(NamedTuple):
    """What a client is told."""

    tag: str
    rows: Counter[tuple[bytes | None, ...]]


class Server:
    """One database."""

    def __init__(self, session: psycopg.Connection[tuple[object, ...]]) -> None:
        self.session = session

    def types(self, sql: str) -> list[int]:
        """The types of the parameters of a text."""
        server = self.session.pgconn
        server.prepare(b'', sql.encode())
        described = server.describe_prepared(b'')
        return [described.param_type(number) for number in range(described.nparams)]

    def run(self, sql: bytes, types: Sequence[int], values: Sequence[bytes | None]) -> tuple[Result, list[int]]:
        """What comes of a statement, and the types of its columns."""
        answer = self.session.pgconn.exec_params(sql, values, types, [Format.TEXT] * len(values))
        assert answer.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK), (sql, answer.error_message)
        columns = range(answer.nfields)
        rows = Counter(tuple(answer.get_value(row, column) for column in columns) for row in range(answer.ntuples))
        return Result((answer.command_status or b'').decode(), rows), [answer.ftype(column) for column in columns]

    def table(self, name: str, columns: str) -> Counter[tuple[object, ...]]:
        return Counter(self.session.execute(f'SELECT {columns} FROM {name}').fetchall())


class Values:
    """Parameters in text."""

    def __init__(self, types: Sequence[int], values: Sequence[bytes | None]) -> None:
        self._types = types
        self._values = values

    def parameter(self, number: int) -> BoundValue:
        return BoundValue(self._types[number - 1], 0, self._values[number - 1])


class Divided:
    """Three databases that do together what one does."""

    def __init__(self, servers: Sequence[Server], known: Known) -> None:
        self._servers = servers
        self._known = known

    def meaning(self, sql: str) -> Blueprint:
        return blueprint(parse(sql.encode()).stmts[0], sql, self._known)

    def run(self, sql: str, values: Sequence[bytes | None]) -> Result:
        types = self._servers[0].types(sql)
        found = self.meaning(sql)
        if isinstance(found, ByKey) and isinstance(found.several, Same):
            return self._alike(found.several, types, values)
        made = plan(found, Values(types, values), 3)
        match made:
            case Direct(shard):
                return self._servers[shard].run(sql.encode(), types, values)[0]
            case Anywhere():
                return self._servers[1].run(sql.encode(), types, values)[0]
            case Split(texts):
                return summed([self._servers[shard].run(text, types, values)[0] for shard, text in texts])
            case Together(shards, how):
                assert isinstance(how, Everyone)
                return summed([self._servers[shard].run(how.sql, types, values)[0] for shard in shards])
            case _:
                raise AssertionError(made)

    def _alike(self, same: Same, types: list[int], values: Sequence[bytes | None]) -> Result:
        if same.once is not None:
            assert isinstance(same.once, Once), 'not written here; the proxy itself is asked elsewhere'
            evaluated, added = self._evaluated(same.once, types, values)
            types, values = types + added, [*values, *evaluated]
        first, *others = [server.run(same.sql, types, values)[0] for server in self._servers]
        assert all(other == first for other in others), same
        return first

    def _evaluated(
        self, once: Once, types: list[int], values: Sequence[bytes | None]
    ) -> tuple[Sequence[bytes | None], list[int]]:
        assert once.parameters == len(values)
        found, added = self._servers[0].run(once.select, types, values)
        [row] = found.rows
        return row, added

    def table(self, name: str) -> Counter[tuple[object, ...]]:
        """The rows of all shards."""
        return sum((server.table(name, '*') for server in self._servers), Counter())

    def alike(self, name: str, columns: str) -> Counter[tuple[object, ...]]:
        """The rows of a table that all shards have alike."""
        first, *others = [server.table(name, '*') for server in self._servers]
        assert all(other == first for other in others), name
        return self._servers[0].table(name, columns)


def summed(results: Sequence[Result]) -> Result:
    rows: Counter[tuple[bytes | None, ...]] = sum((result.rows for result in results), Counter())
    words = results[0].tag.split()
    total = sum(int(result.tag.split()[-1]) for result in results)
    return Result(' '.join([*words[:-1], str(total)]), rows)


def rules() -> Rules:
    functions = {name: Hashed(KeyType.TEXT if name == 'notes' else KeyType.BIGINT, 3) for name in SHARDED}
    return Rules(3, tuple(TableRule(None, name, ShardKey(key, functions[name])) for name, key in SHARDED.items()))


@pytest.fixture(scope='module')
def servers(postgres: Cluster) -> Iterator[list[Server]]:
    """The whole, then the shards."""
    with ExitStack() as stack:
        found = []
        for name in (WHOLE, *SHARDS):
            postgres.execute(f'CREATE DATABASE {name}')
            stack.callback(postgres.execute, f'DROP DATABASE {name} WITH (FORCE)')
            session = stack.enter_context(closing(postgres.connect(name)))
            session.execute(SCHEMA)
            found.append(Server(session))
        yield found


def catalog_of(postgres: Cluster) -> Catalog:
    url = f'postgres://{SUPERUSER}:{quote(PASSWORD)}@{postgres.host}:{postgres.port}/{WHOLE}'
    cluster = Clusters(load(None, None, environment={}, database_urls=[url]).config).find(SUPERUSER, WHOLE)
    assert cluster is not None
    server = cluster.pools[0].acquire()
    with closing(server.stream):
        return read_catalog(server, lambda: None)


def test_three_write_what_one_writes(postgres: Cluster, servers: list[Server]) -> None:
    whole, *shards = servers
    divided = Divided(shards, Known(catalog_of(postgres), rules(), ('public',), 3))
    for sql, arguments in STATEMENTS:
        values = [None if argument is None else argument.encode() for argument in arguments]
        assert divided.run(sql, values) == whole.run(sql.encode(), whole.types(sql), values)[0], sql
        for name in SHARDED:
            assert divided.table(name) == whole.table(name, '*'), sql
        for name, columns in ALIKE.items():
            assert divided.alike(name, columns) == whole.table(name, columns), sql


def test_rows_are_where_their_keys_say(servers: list[Server]) -> None:
    for shard, server in enumerate(servers[1:]):
        for name, key in SHARDED.items():
            kind = 'text' if name == 'notes' else 'bigint'
            server.session.execute(f'CREATE TEMP TABLE parts_of_{name} (k {kind}) PARTITION BY HASH (k)')
            belongs = f"satisfies_hash_partition('parts_of_{name}'::regclass, 3, {shard}, {key}::{kind})"
            assert server.session.execute(f'SELECT FROM {name} WHERE NOT {belongs}').rowcount == 0, name
