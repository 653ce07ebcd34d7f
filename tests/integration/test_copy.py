"""COPY in and out, ended and broken in every phase; held with PostgreSQL itself and through the proxy."""

import itertools
from collections.abc import Iterator

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.query import Bind, Execute, Parse
from pgdog_gevent.protocol.response import ErrorFields
from tests.integration.clients import Connection, admin, eventually
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.copy_messages import (
    BEGINS,
    DONE,
    ERROR,
    FAIL,
    FLUSH,
    READY,
    SCHEMA,
    SYNC,
    Answer,
    Program,
    Turns,
    comparable,
    data,
    extended,
    held,
    letters,
    lost_sync,
)  # fmt: skip
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

COPY_T, COPY_LATE, COPY_GUARDED = b'COPY t FROM STDIN', b'COPY late FROM STDIN', b'COPY guarded FROM STDIN'
IN, STEPS_IN = query.query(COPY_T), extended(COPY_T)
GUARDED, STEPS_GUARDED = query.query(COPY_GUARDED), extended(COPY_GUARDED)
LATE, STEPS_LATE = query.query(COPY_LATE), extended(COPY_LATE)
SLOW, STEPS_SLOW = query.query(b'COPY slow FROM STDIN'), extended(b'COPY slow FROM STDIN')
NAPPING = query.query(b'COPY napping FROM STDIN')
ONE, BAD = data(b'1\n'), data(b'bad\n')
SELECT = query.query(b'SELECT count(*) FROM t')
BEGIN, COMMIT, END = query.query(b'BEGIN'), query.query(b'COMMIT'), query.TERMINATE
BINARY = b'PGCOPY\n\xff\r\n\0' + bytes(8) + b'\0\1\0\0\0\4\0\0\0\5' + b'\xff\xff'
BINARY_IN = b'COPY t FROM STDIN (FORMAT binary)'
MANY_OUT = b'COPY (SELECT generate_series(1, 2000)) TO STDOUT'
BROKEN_OUT = b'COPY (SELECT 1 / (50000 - n) FROM generate_series(1, 60000) n) TO STDOUT'
ENDLESS_SQL = b'COPY (SELECT generate_series(1, 100000000)) TO STDOUT'
ENDLESS_OUT = query.query(ENDLESS_SQL)

CONVERSATIONS: dict[str, Turns] = {
    'simple': (IN, BEGINS, ONE, DONE, READY, SELECT),
    'simple, at once': (IN + ONE + DONE + SELECT,),
    'no rows': (IN, BEGINS, DONE, READY, SELECT),
    'extended': (STEPS_IN + SYNC, BEGINS, ONE, DONE + SYNC, READY, SELECT),
    'extended, at once': (STEPS_IN + SYNC + ONE + DONE + SYNC + SELECT,),
    'extended, without a Sync ahead': (STEPS_IN + FLUSH, BEGINS, ONE, DONE + SYNC, READY, SELECT),
    'extended, data before any Sync': (STEPS_IN + ONE + DONE + SYNC + SELECT,),
    'extended, no Sync, error': (STEPS_IN + BAD + ONE + DONE + SYNC + SELECT,),
    'csv': (query.query(b'COPY two FROM STDIN (FORMAT csv, HEADER)'), data(b'n,word\n1,"a, b"\n'), DONE, SELECT),
    'binary': (query.query(BINARY_IN), data(BINARY), DONE, SELECT),
    'binary, extended': (extended(BINARY_IN) + SYNC, data(BINARY), DONE + SYNC, SELECT),
    'rows cut anywhere': (IN, data(b'1\n2'), data(b'3\n'), data(b''), data(b'4'), DONE, SELECT),
    'end of data within': (IN, data(b'1\n\\.\n'), ONE, DONE, SELECT),
    'several in a Query': (
        query.query(b'COPY t FROM STDIN; SELECT 5; COPY two FROM STDIN; COPY t TO STDOUT'),
        ONE, DONE, data(b'6\tsix\n'), DONE, SELECT,
    ),
    'second of several fails': (
        query.query(b'COPY t FROM STDIN; COPY t FROM STDIN; SELECT 5'), ONE, DONE, BAD, DONE, SELECT,
    ),
    'in a transaction': (BEGIN, IN, ONE, DONE, SELECT, COMMIT, SELECT),
    'deferred constraint in a transaction': (BEGIN, IN, ONE, ONE, DONE, SELECT, COMMIT, SELECT),
    'deferred constraint': (IN, ONE, ONE, DONE, SELECT),
    'deferred constraint, extended': (STEPS_IN + SYNC, ONE, ONE, DONE + SYNC, SELECT),
    'Flush within': (IN, BEGINS, FLUSH, ONE, FLUSH, DONE, FLUSH, SELECT),
    'Sync within': (IN, BEGINS, SYNC, ONE, SYNC, DONE, SYNC, SELECT),
    'Sync within, extended': (STEPS_IN + SYNC, BEGINS, SYNC, ONE, SYNC, DONE, SYNC, SELECT),
    'Sync before and after an error': (IN, BEGINS, SYNC, ONE, BAD, SYNC, ONE, SYNC, DONE, SELECT),
    'Sync before and after an error, at once': (IN + SYNC + ONE + BAD + SYNC + ONE + SYNC + DONE + SELECT,),
    'Sync before and after an error, extended': (
        STEPS_IN + SYNC, BEGINS, SYNC, BAD + SYNC, ONE, SYNC, DONE, SYNC, SELECT,
    ),
    'Sync before and after an error, extended, at once': (
        STEPS_IN + SYNC + SYNC + BAD + SYNC + ONE + SYNC + DONE + SYNC + SELECT,
    ),
    'CopyFail': (IN, ONE, FAIL, SELECT),
    'CopyFail, extended': (STEPS_IN + SYNC, ONE, FAIL + SYNC, SELECT),
    'CopyFail in a transaction': (BEGIN, STEPS_IN + SYNC, ONE, FAIL + SYNC, SELECT, COMMIT, SELECT),
    'Query within': (IN, BEGINS, ONE + SELECT),
    'Query within, at once': (IN + ONE + SELECT,),
    'Query within, extended': (STEPS_IN + SYNC, BEGINS, ONE + SELECT),
    'Parse within': (IN, BEGINS, STEPS_IN + SYNC),
    'Terminate within': (IN, BEGINS, ONE),
    'Query after an error': (IN, ONE, BAD, SELECT, SELECT),
    'Query after an error, at once': (IN + ONE + BAD + SELECT + SELECT,),
    'Query and Sync after an error, extended, at once': (STEPS_IN + SYNC + BAD + SELECT + SYNC + SELECT,),
    'Terminate after an error': (IN + BAD,),
    'no such table': (query.query(b'COPY none FROM STDIN'), ONE, DONE, SELECT),
    'no such table, extended': (extended(b'COPY none FROM STDIN') + SYNC, ONE, DONE + SYNC, SELECT),
    'first row is wrong': (IN, BAD, ONE, ONE, DONE, SELECT),
    'first row is wrong, extended': (STEPS_IN + SYNC, BAD, ONE, ONE, DONE + SYNC, SELECT),
    'first row is wrong, in rounds': (STEPS_IN + SYNC, BEGINS, BAD, ERROR, ONE, ONE, DONE + SYNC, READY, SELECT),
    'middle row is wrong': (IN, ONE, BAD, ONE, DONE, SELECT),
    'middle row is wrong, extended': (STEPS_IN + SYNC, ONE, BAD, ONE, DONE + SYNC, SELECT),
    'last row is wrong': (IN, ONE, BAD, DONE, SELECT),
    'last row is wrong, extended': (STEPS_IN + SYNC, ONE, BAD, DONE + SYNC, SELECT),
    'last row is wrong, CopyFail': (IN, ONE, BAD, FAIL, SELECT),
    'wrong row in a transaction': (BEGIN, STEPS_IN + SYNC, ONE, BAD, DONE + SYNC, SELECT, COMMIT, SELECT),
    'refused at the end': (LATE, ONE, DONE, SELECT),
    'refused at the end, extended': (STEPS_LATE + SYNC, ONE, DONE + SYNC, SELECT),
    'refused before any row': (GUARDED, ONE, DONE, SELECT),
    'refused before any row, extended': (STEPS_GUARDED + SYNC, ONE, DONE + SYNC, SELECT),
    'refused before any row, extended, at once': (STEPS_GUARDED + SYNC + ONE + DONE + SYNC + SELECT,),
    'refused before any row, in rounds': (STEPS_GUARDED + SYNC, READY, ONE, DONE + SYNC, READY, SELECT),
    'refused before any row, then more steps': (STEPS_GUARDED + SYNC + extended(b'SELECT 5') + SYNC + SELECT,),
    'refused before any row, transaction': (BEGIN, STEPS_GUARDED + SYNC + ONE + DONE + SYNC, SELECT, COMMIT, SELECT),
    'rest of a message after the error': (IN, BEGINS, BAD + ONE[:6], ERROR, ONE[6:] + DONE, READY, SELECT),
    'rest of a message after the error, extended': (
        STEPS_IN + SYNC, BEGINS, BAD + ONE[:6], ERROR, ONE[6:] + DONE + SYNC, READY, SELECT,
    ),
    'statement_timeout': (query.query(b'SET statement_timeout = 50'), SLOW, ONE, DONE, SELECT),
    'statement_timeout, extended': (
        query.query(b'SET statement_timeout = 50'), STEPS_SLOW + SYNC, ONE, DONE + SYNC, SELECT,
    ),
    'CopyFail in two parts': (IN, BEGINS, ONE + FAIL[:8], FAIL[8:], READY, SELECT),
    'out': (query.query(MANY_OUT), SELECT),
    'out, extended': (extended(MANY_OUT) + SYNC, SELECT),
    'out, csv': (query.query(b"COPY (SELECT 1, 'a, b') TO STDOUT (FORMAT csv, HEADER)"), SELECT),
    'out, binary': (extended(b'COPY (SELECT 1) TO STDOUT (FORMAT binary)') + SYNC, SELECT),
    'out, no rows': (query.query(b'COPY t TO STDOUT'), SELECT),
    'out, several': (query.query(b'COPY (SELECT 1) TO STDOUT; COPY (SELECT 2) TO STDOUT'), SELECT),
    'out, error in the middle': (query.query(BROKEN_OUT), SELECT),
    'out, error in the middle, extended': (extended(BROKEN_OUT) + SYNC, SELECT),
    'out, rows behind': (query.query(b'COPY t TO STDOUT'), ONE, DONE, SELECT),
}  # fmt: skip


class Scene:
    """A proxy with one server connection, PostgreSQL behind it, and somebody who looks at its tables."""

    def __init__(self, app: RunningProxy, postgres: Cluster, database: str, judge: Connection) -> None:
        self.app = app
        self.postgres = postgres
        self.database = database
        self.judge = judge
        self._numbers = itertools.count()

    def directly(self, *turns: bytes | int) -> tuple[Answer, list[tuple[object, ...]]]:
        """Answers and rows with PostgreSQL itself."""
        self.clean()
        return comparable(held(Wire.to_cluster(self.postgres, self.database), *turns)), self.rows()

    def through(self, *turns: bytes | int) -> tuple[Answer, list[tuple[object, ...]]]:
        """Answers and rows through the proxy."""
        self.clean()
        return comparable(held(Wire.to_proxy(self.app), *turns)), self.rows()

    def clean(self) -> None:
        """Empty the tables, as soon as nobody uses them."""
        self.judge.execute('TRUNCATE t, two, guarded, late, slow, napping')

    def rows(self) -> list[tuple[object, ...]]:
        """All rows of the tables, once nobody writes any more."""
        self.judge.execute('BEGIN; LOCK TABLE t, two, late IN SHARE MODE')
        rows = self.judge.execute(
            "SELECT 't', n, '' FROM t UNION ALL SELECT 'two', n, word FROM two UNION ALL SELECT 'late', n, '' FROM late"
            ' ORDER BY 1, 2, 3'
        ).fetchall()
        self.judge.execute('COMMIT')
        return rows

    def check_clean(self) -> None:
        """The next client gets its own answers and no others; then nothing is in use, and no transaction open."""
        marker = b'marker %d' % next(self._numbers)
        sql = b"SELECT '%b'" % marker
        with Wire.to_proxy(self.app) as wire:
            for question, kinds in ((query.query(sql), 'TDCZ'), (extended(sql) + SYNC, '12DCZ')):
                wire.send(question)
                answer = wire.read_until(READY)
                assert letters(answer) == kinds, answer
                assert answer[kinds.index('D')][1].endswith(marker)
                assert answer[-1][1] == b'I'
            wire.send(END)
            assert wire.read_to_end() == []
        eventually(lambda: all(server == ('idle', None) for server in self.servers()), 'servers are idle')
        eventually(self.at_rest, 'nothing is in use')

    def servers(self) -> list[tuple[object, ...]]:
        """State and transaction of the proxy's sessions."""
        return self.judge.execute(
            'SELECT state, xact_start FROM pg_stat_activity WHERE datname = current_database()'
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()

    def at_rest(self) -> bool:
        [pool] = admin(self.app, 'SHOW POOLS')
        return (pool['sv_active'], pool['cl_waiting'], pool['out_of_sync']) == (0, 0, 0)

    def strike(self, function: str, event: str) -> None:
        """Have PostgreSQL do something to the session of the proxy as soon as that waits for ``event``."""
        sql = (
            f'SELECT {function}(pid) FROM pg_stat_activity WHERE datname = current_database()'
            f" AND pid <> pg_backend_pid() AND state = 'active' AND wait_event = '{event}'"
        )
        eventually(lambda: bool(self.judge.execute(sql.encode()).fetchall()), f'a server waits for {event}')


@pytest.fixture(scope='module')
def scene(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One for all tests here: each leaves it clean."""
    database = 'copied'
    postgres.execute(f'CREATE DATABASE {database}')
    postgres.execute(SCHEMA, database)
    directory = tmp_path_factory.mktemp('proxy')
    (directory / 'pgdog.toml').write_text(config_toml(postgres, database, default_pool_size=1))
    (directory / 'users.toml').write_text(users_toml())
    app = RunningProxy(directory, {})
    with psycopg.connect(postgres.dsn(database), autocommit=True) as judge:
        yield Scene(app, postgres, database, judge)
    app.finish()
    postgres.execute(f'DROP DATABASE {database} WITH (FORCE)')


@pytest.mark.parametrize('turns', CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_answers_are_those_of_postgres(scene: Scene, turns: Turns) -> None:
    *turns_before, last = turns
    assert isinstance(last, bytes)
    expected = scene.directly(*turns_before, last + END)
    assert scene.through(*turns_before, last + END) == expected
    scene.check_clean()


def compare(scene: Scene, seed: int) -> None:
    """Hold a random conversation with PostgreSQL and through the proxy, at once and in pieces."""
    program = Program(seed)
    sent = b''.join(program.messages) + END
    expected = scene.directly(sent)
    assert scene.through(sent) == expected, f'seed {seed}: {program.messages}'
    if not lost_sync(expected[0]):
        # Who has hung up might reset the connection when more comes, and the last words would be lost.
        assert scene.through(*program.cut(), END) == expected, f'seed {seed}, cut: {program.messages}'


@pytest.mark.parametrize('batch', range(4))
def test_random_copies_are_answered_as_by_postgres(scene: Scene, batch: int) -> None:
    for seed in range(batch * 10, batch * 10 + 10):
        compare(scene, seed)
    scene.check_clean()



# Volume


@pytest.mark.parametrize('rows_in_message', [1, 1_000, 3_000_000], ids=['tiny messages', 'messages', 'one message'])
def test_many_rows_arrive(scene: Scene, rows_in_message: int) -> None:
    count = max(100_000, rows_in_message)
    message = data(b'123\tmany\n' * rows_in_message)
    copy = query.query(b'COPY two FROM STDIN') + message * (count // rows_in_message) + DONE
    scene.clean()
    answer = held(Wire.to_proxy(scene.app), copy + END)
    assert letters(answer) == 'GCZ'
    assert answer[1][1] == b'COPY %d\0' % count
    scene.check_clean()


def test_many_rows_are_discarded_after_an_error(scene: Scene) -> None:
    scene.clean()
    answer = held(Wire.to_proxy(scene.app), IN + BAD + data(b'1\n' * 1_000_000) + ONE * 10_000 + DONE + SELECT + END)
    assert letters(answer) == 'GEZTDCZ'
    scene.check_clean()


# The client goes


ROWS_IN = data(b'1\n') + data(b'2\n3\n')
COPIED = [('t', 1, ''), ('t', 2, ''), ('t', 3, '')]
BROKEN_OFF: dict[str, tuple[bytes, bytes, bool]] = {
    'simple': (IN, ROWS_IN + DONE, True),
    'extended': (STEPS_IN + SYNC, ROWS_IN + DONE + SYNC, True),
    'extended, without the last Sync': (STEPS_IN + SYNC, ROWS_IN + DONE, False),
    'extended, no Sync': (STEPS_IN + FLUSH, ROWS_IN + DONE, False),
    'with Syncs': (STEPS_IN + SYNC, data(b'1\n') + SYNC + data(b'2\n3\n') + SYNC + DONE + SYNC, True),
    'in a transaction': (query.query(b'BEGIN; COPY t FROM STDIN'), ROWS_IN + DONE, False),
    'wrong row': (STEPS_IN + SYNC, BAD + ROWS_IN + DONE + SYNC, False),
}  # fmt: skip
"""Up to CopyInResponse; from there; and whether that commits."""


def break_off(scene: Scene, name: str, cut: int, *, reset: bool) -> None:
    """Send so many bytes, be gone, and look at what is left."""
    start, rest, commits = BROKEN_OFF[name]
    scene.clean()
    wire = Wire.to_proxy(scene.app)
    wire.send(start[:cut])
    if cut >= len(start):
        wire.read_until(BEGINS)
        wire.send(rest[: cut - len(start)])
    wire.leave(reset=reset)
    scene.check_clean()
    may_be_there = commits and cut >= len(start) + len(rest) - len(SYNC if rest.endswith(SYNC) else DONE)
    assert scene.rows() in ([[], COPIED] if may_be_there else [[]]), (name, cut, reset)


@pytest.mark.parametrize('reset', [False, True], ids=['FIN', 'RST'])
@pytest.mark.parametrize('name', BROKEN_OFF)
def test_client_that_goes_between_messages_leaves_all_or_nothing(scene: Scene, name: str, reset: bool) -> None:
    start, rest, _ = BROKEN_OFF[name]
    for cut in itertools.accumulate([len(start), *message_lengths(rest)]):
        break_off(scene, name, cut, reset=reset)


def message_lengths(messages: bytes) -> Iterator[int]:
    """The length of each message."""
    while messages:
        length = 1 + int.from_bytes(messages[1:5])
        yield length
        messages = messages[length:]


@pytest.mark.parametrize('name', BROKEN_OFF)
def test_client_that_goes_within_a_message_leaves_nothing_dirty(scene: Scene, name: str) -> None:
    start, rest, _ = BROKEN_OFF[name]
    for cut in range(3, len(start) + len(rest), 11):
        break_off(scene, name, cut, reset=bool(cut % 2))


@pytest.mark.soak
@pytest.mark.parametrize('reset', [False, True], ids=['FIN', 'RST'])
@pytest.mark.parametrize('name', BROKEN_OFF)
def test_client_may_go_after_every_byte(scene: Scene, name: str, reset: bool) -> None:
    start, rest, _ = BROKEN_OFF[name]
    for cut in range(len(start) + len(rest) + 1):
        break_off(scene, name, cut, reset=reset)


@pytest.mark.parametrize('start', [IN, STEPS_IN + SYNC, STEPS_IN + FLUSH], ids=['simple', 'extended', 'no Sync'])
def test_server_of_a_client_that_went_during_a_copy_is_out_of_it(scene: Scene, start: bytes) -> None:
    with Wire.to_proxy(scene.app) as wire:
        wire.send(Parse(b'one', b'SELECT 1', b'\0\0').encode() + SYNC)
        wire.read_until(READY)
        rude = Wire.to_proxy(scene.app)
        rude.send(start)
        rude.read_until(BEGINS)
        rude.send(ONE)
        rude.leave(reset=False)
        wire.send(Bind(b'', b'one', (), (), ()).encode() + Execute(b'', 1).encode() + SYNC)
        assert letters(wire.read_until(READY)) == '2DsZ'
        eventually(scene.at_rest, 'the server is free between two requests')
        wire.send(END)
    scene.check_clean()


@pytest.mark.parametrize('reset', [False, True], ids=['FIN', 'RST'])
@pytest.mark.parametrize('sent', [ENDLESS_OUT, extended(ENDLESS_SQL) + SYNC], ids=['simple', 'extended'])
def test_client_that_goes_during_copy_out_leaves_a_clean_server(scene: Scene, sent: bytes, reset: bool) -> None:
    for letter in (Backend.COPY_OUT_RESPONSE, Backend.COPY_DATA):
        wire = Wire.to_proxy(scene.app)
        wire.send(sent)
        wire.read_until(letter)
        wire.leave(reset=reset)
        scene.check_clean()


# The server fails, or the proxy gives up


@pytest.mark.parametrize(
    ('function', 'sqlstate'), [('pg_cancel_backend', '57014'), ('pg_terminate_backend', '57P01')],
    ids=['cancel', 'terminate'],
)
@pytest.mark.parametrize(
    ('start', 'rest', 'event', 'after'),
    [
        pytest.param(IN, b'', 'ClientRead', ONE + DONE, id='simple, before any row'),
        pytest.param(IN, ONE, 'ClientRead', ONE + DONE, id='simple, in the middle'),
        pytest.param(SLOW, ONE + DONE, 'PgSleep', b'', id='simple, at the end'),
        pytest.param(STEPS_IN + SYNC, b'', 'ClientRead', ONE + DONE + SYNC, id='extended, before any row'),
        pytest.param(STEPS_IN + SYNC, ONE, 'ClientRead', ONE + DONE + SYNC, id='extended, in the middle'),
        pytest.param(STEPS_SLOW + SYNC, ONE + DONE, 'PgSleep', SYNC, id='extended, at the end'),
    ],
)  # fmt: skip
def test_client_hears_of_the_end_once_and_goes_on(
    scene: Scene, start: bytes, rest: bytes, event: str, after: bytes, function: str, sqlstate: str
) -> None:
    scene.clean()
    with Wire.to_proxy(scene.app) as wire:
        wire.send(start)
        wire.read_until(BEGINS)
        wire.send(rest)
        scene.strike(function, event)
        wire.send(after + SELECT + END)  # In COPY, PostgreSQL heeds a cancel only when there is something to read.
        answer = wire.read_to_end()
        assert letters(answer) == 'EZTDCZ'
        assert ErrorFields.decode(answer[0][1]).sqlstate == sqlstate
    assert scene.rows() == []
    scene.check_clean()


def test_server_that_is_lost_before_the_copy_is_reported(scene: Scene) -> None:
    with Wire.to_proxy(scene.app) as wire:
        wire.send(BEGIN)
        wire.read_until(READY)
        scene.judge.execute(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
            " WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        wire.send(IN + ONE + DONE + query.query(b'ROLLBACK') + SELECT + END)
        assert letters(wire.read_to_end()) == 'EZCZTDCZ'
    assert scene.rows() == []
    scene.check_clean()


def test_copy_out_that_is_canceled_ends_in_an_error(scene: Scene) -> None:
    with Wire.to_proxy(scene.app) as wire:
        wire.send(ENDLESS_OUT)
        scene.strike('pg_cancel_backend', 'ClientWrite')
        assert ErrorFields.decode(wire.read_until(ERROR)[-1][1]).sqlstate == '57014'
        wire.send(SELECT + END)
        assert letters(wire.read_to_end()) == 'ZTDCZ'
    scene.check_clean()


def test_copy_out_whose_server_is_lost_ends_the_connection(scene: Scene) -> None:
    with Wire.to_proxy(scene.app) as wire:
        wire.send(ENDLESS_OUT + END)
        scene.strike('pg_terminate_backend', 'ClientWrite')
        wire.skip_to_end()
    scene.check_clean()


def test_error_after_a_copy_that_failed_ends_in_ready(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    postgres.execute(SCHEMA, database)
    app = proxy(config_toml(postgres, database, default_pool_size=1, checkout_timeout=300), users_toml())
    with Wire.to_proxy(app) as wire:
        wire.send(STEPS_IN + SYNC)
        wire.read_until(BEGINS)
        wire.send(BAD + DONE + SYNC)
        assert letters(wire.read_until(READY)) == 'EZ'
        with Wire.to_proxy(app) as holder:
            holder.send(BEGIN)
            holder.read_until(READY)
            for refused in (SELECT, extended(b'SELECT 5') + SYNC):
                wire.send(refused)
                assert letters(wire.read_until(READY)) == 'EZ'


@pytest.fixture
def hurried(scene: Scene, proxy: StartProxy) -> Scene:
    """A scene whose proxy cancels what takes longer than a moment."""
    app = proxy(config_toml(scene.postgres, scene.database, default_pool_size=1, query_timeout=150), users_toml())
    return Scene(app, scene.postgres, scene.database, scene.judge)


@pytest.mark.parametrize(
    ('start', 'rest', 'after'),
    [
        pytest.param(IN, b'', ONE + DONE, id='simple, before any row'),
        pytest.param(IN, ONE, ONE + DONE, id='simple, in the middle'),
        pytest.param(SLOW, ONE + DONE, b'', id='simple, at the end'),
        pytest.param(IN, ONE[:6], ONE[6:] + DONE, id='simple, within a message'),
        pytest.param(STEPS_IN + SYNC, ONE, ONE + DONE + SYNC, id='extended, in the middle'),
        pytest.param(STEPS_SLOW + SYNC, ONE + DONE, SYNC, id='extended, at the end'),
        pytest.param(STEPS_IN + SYNC, ONE[:6], ONE[6:] + DONE + SYNC, id='extended, within a message'),
    ],
)
def test_query_timeout_ends_a_copy_and_not_the_session(hurried: Scene, start: bytes, rest: bytes, after: bytes) -> None:
    hurried.clean()
    with Wire.to_proxy(hurried.app) as wire:
        wire.send(start)
        wire.read_until(BEGINS)
        wire.send(rest)
        assert ErrorFields.decode(wire.read_until(ERROR)[-1][1]).sqlstate == '57014'
        wire.send(after + SELECT + END)
        assert letters(wire.read_to_end()) == 'ZTDCZ'
    assert hurried.rows() == []
    hurried.check_clean()


def test_query_timeout_reaches_a_server_that_does_not_read(hurried: Scene) -> None:
    """A message that it has got in part cannot be taken back: the connection is closed."""
    hurried.clean()
    rows = data(b'1\n' * 5_000_000)
    with Wire.to_proxy(hurried.app) as wire:
        wire.send(NAPPING)
        wire.read_until(BEGINS)
        wire.send(ONE)
        wire.send(rows + DONE + SELECT + END)
        answer = wire.read_to_end()
        assert letters(answer) == 'EZTDCZ'
        assert ErrorFields.decode(answer[0][1]).sqlstate == '57014'
    hurried.check_clean()


@pytest.mark.soak
@pytest.mark.parametrize('batch', range(20))
def test_a_thousand_random_copies_are_answered_as_by_postgres(scene: Scene, batch: int) -> None:
    for seed in range(1000 + batch * 50, 1050 + batch * 50):
        compare(scene, seed)
        scene.check_clean()
