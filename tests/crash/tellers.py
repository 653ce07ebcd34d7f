"""Clients who move money, and remember what they were told."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from random import Random
from typing import Final, NamedTuple, Self

import psycopg
from psycopg.rows import TupleRow

from tests.crash.bank import ACCOUNTS, EVERYWHERE, SHARDS, Books, Branch, Entry, shard_of
from tests.integration.clients import PATIENCE

_ACCOUNTS_OF: Final = [
    [account for account in range(ACCOUNTS) if shard_of(account) == shard] for shard in range(SHARDS)
]
_PAUSE: Final = 0.1
"""Seconds until the next attempt to reach a proxy that is not there."""
_EXPLAINED: Final = frozenset({'lost', '08006', '08007', '57P01', '57P03'})
"""What a client may be told when a server is lost."""
_NUMBERS: Final = itertools.count(1)

Statement = tuple[str, tuple[int | str, ...]]
Connection = psycopg.Connection[TupleRow]


class Fate(Enum):
    """What a client knows of a transfer."""

    COMMITTED = 'committed'
    ABSENT = 'absent'
    """Nobody has been asked to commit it, or it is said that it is not."""
    UNKNOWN = 'unknown'


class Transfer(NamedTuple):
    """What has to be there, all or nothing, and how it is asked for."""

    id: str
    entries: frozenset[Entry]
    statements: tuple[Statement, ...]
    """The last one commits."""


def transfer(random: Random) -> Transfer:
    """Money from one account to one or two others, each on another shard."""
    name, accounts = _name(), _accounts(random)
    amounts = [random.randint(1, 9) for _ in accounts[1:]]
    moved = dict(zip(accounts, (-sum(amounts), *amounts), strict=True))
    statements: list[Statement] = [('BEGIN', ())]
    for account in sorted(moved):  # So that nobody waits for one another.
        statements += [
            ('UPDATE accounts SET balance = balance + %s WHERE id = %s', (moved[account], account)),
            ('INSERT INTO entries VALUES (%s, %s, %s)', (account, name, moved[account])),
        ]
    return Transfer(name, _entries(moved), (*statements, ('COMMIT', ())))


def note(random: Random) -> Transfer:
    """Entries about no money, in one statement without a transaction."""
    name, accounts = _name(), _accounts(random)
    values = ', '.join(['(%s, %s, 0)'] * len(accounts))
    parameters = tuple(each for account in accounts for each in (account, name))
    return Transfer(name, _entries(dict.fromkeys(accounts, 0)), ((f'INSERT INTO entries VALUES {values}', parameters),))


def announcement(random: Random) -> Transfer:
    """A row for all shards, in one statement without a transaction."""
    name = _name()
    entries = frozenset(Entry(shard, EVERYWHERE, 0) for shard in range(SHARDS))
    return Transfer(name, entries, (('INSERT INTO announcements VALUES (%s)', (name,)),))


def _name() -> str:
    return f't{next(_NUMBERS):08d}'


def _accounts(random: Random) -> list[int]:
    shards = random.sample(range(SHARDS), random.choice((2, 2, SHARDS)))
    return [random.choice(_ACCOUNTS_OF[shard]) for shard in shards]


def _entries(amounts: Mapping[int, int]) -> frozenset[Entry]:
    return frozenset(Entry(shard_of(account), account, amount) for account, amount in amounts.items())


class Ledger:
    """What all clients know together."""

    def __init__(self) -> None:
        self.asked: dict[str, frozenset[Entry]] = {}
        """What each transfer is to leave."""
        self.fates: dict[str, Fate] = {}
        self.errors: Counter[str] = Counter()
        """By SQLSTATE."""
        self.unexplained: list[str] = []
        """Errors that nobody gets because something was killed."""

    def count(self, fate: Fate) -> int:
        return list(self.fates.values()).count(fate)

    def contradictions(self, books: Books) -> Iterator[str]:
        """What the books say otherwise."""
        for name in self.asked.keys() | books.entries.keys():
            wanted, found = self.asked.get(name, frozenset()), books.entries.get(name, frozenset())
            fate = self.fates.get(name, Fate.UNKNOWN)
            if found not in (frozenset(), wanted):
                yield f'{name} ({fate.value}) is half there: {sorted(found)} of {sorted(wanted)}'
            elif fate is Fate.COMMITTED and not found:
                yield f'{name} was committed, and is not there'
            elif fate is Fate.ABSENT and found:
                yield f'{name} was not committed, and is there'


class Tellers:
    """So many clients, who share the branches; a context manager, at whose end all have gone."""

    def __init__(self, branches: Sequence[Branch], clients: int, seed: str) -> None:
        self.ledger = Ledger()
        self._over = threading.Event()
        self._threads = [
            threading.Thread(
                target=self._work, args=(branches[number % len(branches)], Random(f'{seed}/{number}')), daemon=True
            )
            for number in range(clients)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        deadline = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        assert not any(thread.is_alive() for thread in self._threads), 'a client waits for ever'

    def _work(self, branch: Branch, random: Random) -> None:
        while not self._over.is_set():
            try:
                connection = psycopg.connect(branch.dsn, autocommit=True)
            except psycopg.OperationalError:
                self._over.wait(_PAUSE)
                continue
            connection.prepare_threshold = random.choice((None, 2))
            with connection:
                self._serve(connection, random)

    def _serve(self, connection: Connection, random: Random) -> None:
        """One transfer after the other, as long as there is a connection."""
        while not self._over.is_set() and not connection.closed:
            kind = random.choice((transfer, transfer, transfer, note, announcement))
            wanted = kind(random)
            self.ledger.asked[wanted.id] = wanted.entries
            hangs_up = random.random() < 0.005
            self.ledger.fates[wanted.id] = self._fate(connection, wanted, hangs_up=hangs_up)

    def _fate(self, connection: Connection, wanted: Transfer, *, hangs_up: bool) -> Fate:
        *before, (last, parameters) = wanted.statements
        try:
            for sql, values in before:
                connection.execute(sql.encode(), values or None)
        except psycopg.Error as error:
            self._failed(connection, error)
            return Fate.ABSENT
        if hangs_up and before:
            connection.pgconn.send_query(last.encode())
            connection.close()
            return Fate.UNKNOWN
        try:
            connection.execute(last.encode(), parameters or None)
        except psycopg.Error as error:
            self._failed(connection, error)
            return Fate.UNKNOWN if error.sqlstate in (None, '08007') else Fate.ABSENT
        return Fate.COMMITTED

    def _failed(self, connection: Connection, error: psycopg.Error) -> None:
        sqlstate = error.sqlstate or 'lost'
        self.ledger.errors[sqlstate] += 1
        if sqlstate not in _EXPLAINED:
            self.ledger.unexplained.append(f'{sqlstate}: {error}')
        if not connection.closed:
            try:
                connection.execute('ROLLBACK')
            except psycopg.OperationalError:
                connection.close()
