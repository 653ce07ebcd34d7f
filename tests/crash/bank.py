"""A bank on three shards, with two proxies before them, and what its books have to say in the end.

An account is on one shard, with an entry for each transfer that it is part of; what is announced is on all shards.
"""

import signal
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from psycopg.conninfo import make_conninfo

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.integration.configuration import ADMIN_PASSWORD, users_toml
from tests.integration.fleet import QUICK, Keys, toml_lines
from tests.integration.proxy import RunningProxy

SHARDS: Final = 3
ACCOUNTS: Final = 150
BALANCE: Final = 1000
DATABASE: Final = 'bank'
EVERYWHERE: Final = -1
"""Instead of an account: what is announced."""
SCHEMA: Final = """
CREATE TABLE accounts (id bigint PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE entries (account bigint, transfer text, amount bigint NOT NULL, PRIMARY KEY (transfer, account));
CREATE TABLE announcements (id text PRIMARY KEY);
"""
_GENERAL: Final[Keys] = {
    **QUICK,
    'default_pool_size': 15,
    'checkout_timeout': 20_000,
    'two_phase_commit': True,
    'two_phase_commit_recovery_interval': 300,
    'two_phase_commit_retention': 1000,
    'log_connections': False,
    'log_disconnections': False,
}
_ENTRIES: Final = f"""
    SELECT transfer, account, amount FROM entries
    UNION ALL SELECT id, {EVERYWHERE}, 0 FROM announcements
"""
_WRONG_BALANCES: Final = f"""
    SELECT id, balance FROM accounts
    WHERE balance <> {BALANCE} + (SELECT coalesce(sum(amount), 0) FROM entries WHERE account = id)
"""
_LEFT: Final = "SELECT gid FROM pg_prepared_xacts WHERE gid LIKE 'pgdog_gevent:%'"
_DECISIONS: Final = 'SELECT name FROM pgdog_gevent.decision'
_TERMINATE: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 5
"""


class Entry(NamedTuple):
    """One row of the books; a transfer has several, on several shards."""

    shard: int
    account: int
    amount: int


def shard_of(account: int) -> int:
    """Where an account is."""
    return partition_of_int(account, SHARDS)


class Branch:
    """A proxy that can be killed, and opened again at the same port."""

    def __init__(self, directory: Path, config: str) -> None:
        directory.mkdir()
        self._directory = directory
        self._config = config
        self._lives: list[RunningProxy] = []
        self.begin()

    @property
    def dsn(self) -> str:
        """Where its clients connect."""
        return make_conninfo(self._lives[0].dsn(SUPERUSER, PASSWORD, DATABASE), connect_timeout=10, sslmode='disable')

    @property
    def log(self) -> str:
        """What it has logged since it was opened last."""
        return self._lives[-1].log()

    def begin(self) -> None:
        """Open it."""
        # The first life keeps its claim of the port until the end.
        port = f'port = {self._lives[0].port}\n' if self._lives else ''
        directory = self._directory / str(len(self._lives))
        directory.mkdir()
        (directory / 'pgdog.toml').write_text(f'[general]\n{port}{self._config}')
        (directory / 'users.toml').write_text(users_toml().replace('"app"', f'"{DATABASE}"'))
        self._lives.append(RunningProxy(directory, {}))

    def kill(self) -> None:
        """End it without a last word."""
        self._lives[-1].signal(signal.SIGKILL)
        self._lives[-1].wait()

    def finish(self) -> None:
        """End it, and fail if anything is wrong about how it has ended or what it has logged."""
        with ExitStack() as ends:
            for life in self._lives:
                ends.callback(life.finish)


@dataclass(frozen=True, slots=True)
class Books:
    """What the shards have in the end."""

    entries: Mapping[str, frozenset[Entry]]
    """By transfer."""
    wrong_balances: Sequence[object]
    """Accounts whose balance is not what their entries say."""
    money: int


@dataclass(frozen=True, slots=True)
class Bank:
    """The shards, and the proxies before them."""

    shards: tuple[Cluster, ...]
    branches: list[Branch] = field(default_factory=list)

    def found(self, directory: Path) -> None:
        """Make the tables and the accounts, and open two branches."""
        for number, shard in enumerate(self.shards):
            ours = ', '.join(f'({account}, {BALANCE})' for account in range(ACCOUNTS) if shard_of(account) == number)
            shard.execute(f'DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)')
            shard.execute(f'CREATE DATABASE {DATABASE}')
            shard.execute(f'{SCHEMA}; INSERT INTO accounts VALUES {ours}', DATABASE)
        for name in ('first', 'second'):
            self.branches.append(Branch(directory / name, self._config()))

    def _config(self) -> str:
        """pgdog.toml without the first line."""
        databases = ''.join(
            f'[[databases]]\nname = "{DATABASE}"\nhost = "{LOOPBACK}"\nport = {shard.port}\nshard = {number}\n'
            for number, shard in enumerate(self.shards)
        )
        keys = ''.join(
            f'[[sharded_tables]]\ndatabase = "{DATABASE}"\nname = "{table}"\ncolumn = "{column}"\n'
            for table, column in (('accounts', 'id'), ('entries', 'account'))
        )
        everywhere = f'[[omnisharded_tables]]\ndatabase = "{DATABASE}"\ntables = ["announcements"]\n'
        return f'{toml_lines(_GENERAL)}[admin]\npassword = "{ADMIN_PASSWORD}"\n{databases}{keys}{everywhere}'

    def close(self) -> None:
        """End the proxies; what is wrong with one of them fails."""
        with ExitStack() as ends:
            for branch in self.branches:
                ends.callback(branch.finish)

    def cut(self, shard: int) -> None:
        """End some of the connections with a shard."""
        self.shards[shard].execute(_TERMINATE, DATABASE)

    def prepared(self) -> list[str]:
        """What is prepared on any shard."""
        return [str(gid) for shard in self.shards for [gid] in shard.execute(_LEFT)]

    def decisions(self) -> list[str]:
        """The decisions that have not been forgotten."""
        return [str(name) for shard in self.shards for [name] in shard.execute(_DECISIONS, DATABASE)]

    def books(self) -> Books:
        """Read all of it."""
        entries: defaultdict[str, set[Entry]] = defaultdict(set)
        wrong: list[object] = []
        money = 0
        for number, shard in enumerate(self.shards):
            for transfer, account, amount in shard.execute(_ENTRIES, DATABASE):
                entries[str(transfer)].add(Entry(number, int(str(account)), int(str(amount))))
            wrong += shard.execute(_WRONG_BALANCES, DATABASE)
            [(sum_of_shard,)] = shard.execute('SELECT sum(balance) FROM accounts', DATABASE)
            money += int(str(sum_of_shard))
        return Books({transfer: frozenset(rows) for transfer, rows in entries.items()}, wrong, money)
