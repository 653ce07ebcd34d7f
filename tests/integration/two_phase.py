"""Three shards whose transactions commit in two phases, on a server that has few places for what is prepared."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from secrets import token_hex
from typing import Final, TypeVar

import psycopg

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER, ClusterSettings
from pgdog_gevent.demo.site import Site
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.integration.clients import Connection
from tests.integration.proxy import RunningProxy
from tests.integration.sharded import SHARDS, databases, on_shards, shard_names

T = TypeVar('T')

PLACES: Final = 12
"""Transactions that can be prepared on a server of ``strict_server``."""
ALL: Final = tuple(range(SHARDS))
PREPARES: Final = "PREPARE TRANSACTION 'pgdog_gevent:"
"""What a server logs of a part of ours."""


def name_of(owner: str, beginning: str) -> str:
    """The name of a transaction that ``owner`` decides: ``beginning`` is all up to the token."""
    return f'{beginning}.{token_hex(8)}{sha256(owner.encode()).hexdigest()[:8]}'


def keys_of(shard: int) -> list[int]:
    """Ids that belong on a shard."""
    return [key for key in range(1, 100) if partition_of_int(key, SHARDS) == shard]


KEYS: Final = tuple(keys_of(shard)[0] for shard in ALL)
NEW: Final = tuple(keys_of(shard)[1] for shard in ALL)
"""Ids of rows that are not there at first."""

_ROWS: Final = "INSERT INTO users (id, name, age) VALUES ({key}, 'old', 0); INSERT INTO countries VALUES ('de', 'old')"
_CONTENTS: Final = """
SELECT (SELECT coalesce(json_agg(u ORDER BY id)::text, '') FROM users u),
       (SELECT coalesce(json_agg(c ORDER BY code)::text, '') FROM countries c),
       (SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
"""

Contents = list[list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Shards:
    """The databases of one test module, as an administrator sees them."""

    cluster: Cluster
    prefix: str

    def each(self, sql: str) -> list[list[tuple[object, ...]]]:
        """What each shard answers by itself."""
        return on_shards(self.cluster, self.prefix, sql)

    def on(self, shard: int, sql: str) -> list[tuple[object, ...]]:
        """What one shard answers."""
        return self.cluster.execute(sql, shard_names(self.prefix)[shard])

    def execute(self, sql: str) -> None:
        """Have all shards do something."""
        for shard in ALL:
            with self.cluster.connect(shard_names(self.prefix)[shard]) as connection:
                connection.execute(sql.encode())

    def fill(self) -> None:
        """Have one row on each shard, and the same country on all, and nothing prepared."""
        self.undo()
        self.execute("SET lock_timeout = '10s'; TRUNCATE users, countries")
        for shard in ALL:
            self.on(shard, _ROWS.format(key=KEYS[shard]))

    def role(self, name: str, *options: str) -> None:
        """Have a role that may log in and write to these tables; ``options`` are those of CREATE ROLE."""
        self.cluster.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' {' '.join(options)}")
        self.execute(f'GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}')

    def drop_role(self, name: str) -> None:
        """Remove a role and what it owns here."""
        self.execute(f'DROP OWNED BY {name} CASCADE')
        self.cluster.execute(f'DROP ROLE {name}')

    def contents(self) -> Contents:
        """All rows of users and countries, and which tables and indexes there are."""
        return self.each(_CONTENTS)

    def undo(self) -> None:
        """Roll back all that a test has left prepared."""
        for gid, database in self.cluster.execute('SELECT gid, database FROM pg_prepared_xacts'):
            self.cluster.execute(f"ROLLBACK PREPARED '{gid}'", str(database))

    def install(self) -> None:
        """Make the table of decisions, as ``pgdog-gevent setup`` does."""
        self.execute(files('pgdog_gevent.twophase').joinpath('decision.sql').read_text())

    def forget(self) -> None:
        """Remove all decisions."""
        self.execute(
            "DO $$ BEGIN IF to_regclass('pgdog_gevent.decision') IS NOT NULL"
            ' THEN DELETE FROM pgdog_gevent.decision; END IF; END $$'
        )

    def decided(self) -> Counter[tuple[int, ...]]:
        """How many commits in two phases there have been of which shards, as far as decisions are kept."""
        found = Counter[tuple[int, ...]]()
        for shard, [[has_table]] in enumerate(self.each("SELECT to_regclass('pgdog_gevent.decision') IS NOT NULL")):
            if has_table:
                kept = self.on(shard, "SELECT participants::text FROM pgdog_gevent.decision WHERE verdict = 'commit'")
                found.update(tuple(map(int, str(text).strip('{}').split(','))) for [text] in kept)
        return found

    def leave(
        self,
        verdict: str = '',
        *,
        owner: str = SUPERUSER,
        decider: str = '',
        anchor: int = 0,
        shards: Sequence[int] = (1, 2),
        scope: str = 'pgdog_gevent::app:',
    ) -> str:
        """Have a transaction of ``owner`` that a proxy has left prepared; return its name.

        Its part makes everybody 99 years old on each of ``shards``. With a ``verdict`` there is a decision, of
        ``decider`` if it is not the owner's.
        """
        [[xid]] = self.on(anchor, 'SELECT txid_current()')
        name = name_of(owner, f'{scope}{anchor}.{xid}')
        names = shard_names(self.prefix)
        for shard in shards:
            with psycopg.connect(self.cluster.dsn(names[shard], owner), autocommit=True) as connection:
                connection.execute('SET ROLE NONE; BEGIN READ WRITE; UPDATE public.users SET age = 99')
                connection.execute(f"PREPARE TRANSACTION '{name}.{shard}'".encode())
        if verdict:
            participants = sorted({anchor, *shards})
            with psycopg.connect(self.cluster.dsn(names[anchor], decider or owner), autocommit=True) as connection:
                connection.execute('SET ROLE NONE; SET default_transaction_read_only = off; SET row_security = on')
                connection.execute(
                    'INSERT INTO pgdog_gevent.decision (name, verdict, participants) VALUES (%s, %s, %s)',
                    (name, verdict, participants),
                )
        return name

    def ages(self) -> list[int]:
        """How old the first user of each shard is."""
        return [int(str(rows[0][0])) for rows in self.each('SELECT age FROM users ORDER BY id LIMIT 1')]

    def prepared(self) -> list[str]:
        """The names of all that is prepared in these databases."""
        found = self.cluster.execute(
            f"SELECT gid FROM pg_prepared_xacts WHERE database LIKE '{self.prefix}%' ORDER BY gid"
        )
        return [str(gid) for [gid] in found]

    @contextmanager
    def undecided(self, work: Callable[[], T]) -> Iterator[Future[T]]:
        """Have a thread do something that commits: that gets as far as the decision, and waits there."""
        with ThreadPoolExecutor(1) as thread, ExitStack() as locks:
            for name in shard_names(self.prefix):
                connection = locks.enter_context(self.cluster.connect(name))
                connection.execute('BEGIN; LOCK TABLE pgdog_gevent.decision IN SHARE MODE')
            yield thread.submit(work)

    @contextmanager
    def unprepared(self, work: Callable[[], T]) -> Iterator[Future[T]]:
        """Have a thread do something that commits: those who prepare wait for a standby that there is not."""
        with ThreadPoolExecutor(1) as thread, ExitStack() as ends:
            ends.callback(self.cluster.configure, 'synchronous_standby_names', None)
            self.cluster.configure('synchronous_standby_names', 'nobody')
            yield thread.submit(work)

    def waiting(self, wait_event: str) -> list[str]:
        """What servers have been told that wait for something: ``SyncRep``, ``relation``."""
        found = self.cluster.execute(
            f"SELECT query FROM pg_stat_activity WHERE wait_event = '{wait_event}' AND datname LIKE '{self.prefix}%'"
        )
        return [str(query) for [query] in found]

    def wait_no_longer(self, word: str) -> int:
        """Have servers go on that wait for a standby with such a statement; return how many."""
        return len(
            self.cluster.execute(
                'SELECT pg_cancel_backend(pid) FROM pg_stat_activity'
                f" WHERE wait_event = 'SyncRep' AND datname LIKE '{self.prefix}%' AND query LIKE '%{word}%'"
            )
        )

    def cut_deciders(self) -> int:
        """End the server processes that wait with a decision to commit; return how many."""
        return len(
            self.cluster.execute(
                'SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
                f" WHERE wait_event_type = 'Lock' AND datname LIKE '{self.prefix}%' AND query LIKE '%''commit''%'"
            )
        )

    @contextmanager
    def nobody_may_decide(self) -> Iterator[None]:
        """All can prepare, and no shard takes a decision."""
        self.execute('ALTER TABLE pgdog_gevent.decision ADD CONSTRAINT never CHECK (false) NOT VALID')
        try:
            yield
        finally:
            self.execute('ALTER TABLE pgdog_gevent.decision DROP CONSTRAINT never')


def user_toml(name: str, *keys: str, server_user: str = '') -> str:
    """A section of users.toml; a user of the same name on the servers unless another one is given."""
    lines = '\n'.join((f'server_user = "{server_user or name}"', *keys))
    return f'[[users]]\nname = "{name}"\ndatabase = "app"\npassword = "{PASSWORD}"\n{lines}\n'


def client_of(app: RunningProxy, user: str = SUPERUSER, **options: str) -> Connection:
    """A client in autocommit."""
    client = psycopg.connect(app.dsn(user, PASSWORD, 'app', **options), autocommit=True)
    client.prepare_threshold = None
    return client


@contextmanager
def strict_server(site: Site, name: str, **parameters: str) -> Iterator[Cluster]:
    """A server that logs what it is told, and that has few places for what is prepared."""
    places = {'max_prepared_transactions': str(PLACES), 'log_statement': 'all'}
    cluster = site.cluster(name, ClusterSettings({**places, **parameters}))
    try:
        yield cluster
    finally:
        site.remove(cluster)


@contextmanager
def shards(cluster: Cluster, prefix: str) -> Iterator[Shards]:
    """Shards with rows."""
    with databases(cluster, prefix):
        made = Shards(cluster, prefix)
        made.fill()
        yield made
        made.undo()


@contextmanager
def places_left(cluster: Cluster, left: int) -> Iterator[None]:
    """Only so many places for what is prepared."""
    with cluster.connect() as theirs, ExitStack() as ends:
        for number in range(PLACES - left):
            theirs.execute(f"BEGIN; PREPARE TRANSACTION 'of somebody {number}'".encode())
            ends.callback(theirs.execute, f"ROLLBACK PREPARED 'of somebody {number}'".encode())
        yield
