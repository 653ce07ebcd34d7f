"""Random conversations, held with PostgreSQL itself and through the proxy: every byte of the answers is the same."""

import random
from collections.abc import Iterator
from itertools import zip_longest

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.query import Bind, Execute, Named, Target
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.extended import EXECUTE, bind, parse
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

STATEMENTS = (
    b'SELECT 1', b'SELECT $1::int + 1', b'SELECT generate_series(1, 5)', b'SELECT 1 / 0', b'SELEC', b'',
    b'INSERT INTO t VALUES (1)', b'SELECT count(*) FROM t', b'BEGIN', b'COMMIT', b'ROLLBACK', b'SAVEPOINT s',
    b'ROLLBACK TO s', b'RELEASE s', b"SET work_mem = '1111kB'", b'SHOW work_mem', b'RESET work_mem',
    b"SET LOCAL work_mem = '2222kB'", b"SET application_name = 'me'", b"SET TIME ZONE 'UTC'", b'RESET ALL',
    b'SELECT no_such_column', b"SELECT set_config('work_mem', '3333kB', false)",
    b'DEALLOCATE a', b'DEALLOCATE ALL', b'DO $$BEGIN RAISE NOTICE $n$hello$n$; END$$',
)  # fmt: skip
QUERIES = (
    *STATEMENTS, b'SELECT 1; SELECT 2', b'BEGIN; INSERT INTO t VALUES (2)', b'SELECT 1; SELECT 1 / 0; SELECT 2',
    b"SET work_mem = '4444kB'; SELECT 1 / 0", b'INSERT INTO t VALUES (3); COMMIT', b';', b' -- nothing',
    b'ROLLBACK; BEGIN; SELECT 1', b'COPY (SELECT generate_series(1, 3)) TO STDOUT', b'DISCARD ALL',
)  # fmt: skip
PROGRAMS = 12
"""Programs in one test; each is a conversation of its own."""


class Program:
    """Messages that a client might send, made from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.messages = [b''.join(self._round()) for _ in range(self._random.randint(1, 6))]

    def _round(self) -> Iterator[bytes]:
        """Some messages that end in a Sync, or a Query."""
        pick = self._random
        if pick.random() < 0.35:
            yield query.query(pick.choice(QUERIES))
            return
        for _ in range(pick.randint(1, 8)):
            yield self._message()
        yield query.SYNC

    def _message(self) -> bytes:
        pick = self._random
        name, portal = pick.choice((b'', b'a', b'b')), pick.choice((b'', b'', b'p'))
        if pick.random() < 0.05:
            return query.query(pick.choice(QUERIES))
        match pick.randrange(10):
            case 0 | 1:
                return parse(name, pick.choice(STATEMENTS))
            case 2:
                # The usual sequence, so that programs get somewhere.
                return parse(b'', pick.choice(STATEMENTS)) + bind(b'') + EXECUTE
            case 3 | 4:
                parameters = (b'41',) if pick.random() < 0.3 else ()
                return Bind(portal, name, (), parameters, ()).encode()
            case 5 | 6:
                return Execute(portal, pick.choice((0, 0, 2))).encode()
            case 7:
                target = pick.choice((Target.STATEMENT, Target.PORTAL))
                return Named(target, pick.choice((name, portal))).encode(Frontend.DESCRIBE)
            case 8:
                target = pick.choice((Target.STATEMENT, Target.PORTAL))
                return Named(target, pick.choice((name, portal))).encode(Frontend.CLOSE)
            case _:
                return query.FLUSH


@pytest.fixture
def tables(postgres: Cluster, database: str) -> str:
    postgres.execute('CREATE TABLE t (n int)', database)
    return database


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, tables: str) -> RunningProxy:
    return proxy(config_toml(postgres, tables, default_pool_size=1), users_toml())


def answers(wire: Wire, messages: list[bytes], together: bool) -> list[tuple[int, bytes]]:
    """What the server says to the messages; sent all at once, or one round at a time."""
    with wire:
        received: list[tuple[int, bytes]] = []
        if together:
            wire.send(b''.join(messages))
        for message in messages:
            if not together:
                wire.send(message)
                received += wire.read_until(Backend.READY_FOR_QUERY)
        wire.send(query.TERMINATE)
        return received + wire.read_to_end()


def excused(frame: tuple[int, bytes] | None, expected: tuple[int, bytes] | None) -> bool:
    """Whether both are errors, and ours is a known one in the place of another.

    A client that prepares one text under two names may see the one in an error about the other.

    A Bind to the unnamed statement that is wrong in itself is refused for that by PostgreSQL, even in a failed
    transaction. The proxy no longer knows what the unnamed statement of the server is after an error, has it prepared
    again, and that is refused first. A Describe of it is refused by both, in the same words from another routine. A
    portal of DEALLOCATE cannot be run a second time (55000); after the proxy has answered the first run, the server
    does not know the portal (34000).
    """
    if frame is None or expected is None or not frame[0] == expected[0] == Backend.ERROR_RESPONSE:
        return False
    if frame[1].translate(None, b'ab') == expected[1].translate(None, b'ab') or b'\x7fspent' in frame[1]:
        return True  # Two names for one text.
    failed = b'C25P02\0' in frame[1] and (
        b'Rexec_bind_message\0' in expected[1]
        or (b'C25P02\0' in expected[1] and b'Rexec_describe_statement_message\0' in expected[1])
    )
    return failed or (b'C34000\0' in frame[1] and b'C55000\0' in expected[1])


def clean(postgres: Cluster, database: str) -> None:
    postgres.execute('TRUNCATE t', database)


def check(seed: int, app: RunningProxy, postgres: Cluster, tables: str, together: bool) -> None:
    """Hold one conversation with both, and compare."""
    messages = Program(seed).messages
    clean(postgres, tables)
    expected = answers(Wire.to_cluster(postgres, tables), messages, together)
    clean(postgres, tables)
    received = answers(Wire.to_proxy(app), messages, together)
    pairs = zip_longest(received, expected)
    differences = [pair for pair in pairs if pair[0] != pair[1] and not excused(*pair)]
    assert not differences, f'seed {seed}: {differences[:3]} in the answers to {messages}'


@pytest.mark.parametrize('together', [False, True], ids=['in rounds', 'at once'])
@pytest.mark.parametrize('batch', range(10))
def test_random_conversations_are_answered_as_by_postgres(
    app: RunningProxy, postgres: Cluster, tables: str, batch: int, together: bool
) -> None:
    for seed in range(batch * PROGRAMS, (batch + 1) * PROGRAMS):
        check(seed, app, postgres, tables, together)


@pytest.mark.parametrize('together', [False, True], ids=['in rounds', 'at once'])
def test_conversations_that_were_once_answered_otherwise_are_answered_as_by_postgres(
    app: RunningProxy, postgres: Cluster, tables: str, together: bool
) -> None:
    for seed in (1811, 1913, 2290, 2848, 3023, 3264, 3595):
        check(seed, app, postgres, tables, together)


def test_next_client_finds_nothing_of_a_random_conversation(app: RunningProxy) -> None:
    """Whatever the program did, the one server connection is clean afterwards."""
    probe = query.query(
        b"SELECT current_setting('work_mem'), count(*) FILTER (WHERE from_sql) FROM pg_prepared_statements"
    )
    baseline = answers(Wire.to_proxy(app), [probe], False)
    for seed in range(1000, 1040):
        answers(Wire.to_proxy(app), Program(seed).messages, True)
        assert answers(Wire.to_proxy(app), [probe], False) == baseline, f'seed {seed}'


@pytest.mark.soak
@pytest.mark.parametrize('together', [False, True], ids=['in rounds', 'at once'])
@pytest.mark.parametrize('part', range(20))
def test_thousands_of_random_conversations_are_answered_as_by_postgres(
    app: RunningProxy, postgres: Cluster, tables: str, part: int, together: bool
) -> None:
    for batch in range(100 + part * 21, 121 + part * 21):
        test_random_conversations_are_answered_as_by_postgres(app, postgres, tables, batch, together)
