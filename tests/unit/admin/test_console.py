"""Conversations with the admin console, as frames."""

from collections.abc import Callable, Iterator
from struct import pack

import pytest

from pgdog_gevent.admin.administration import Administration
from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.admin.console import Console, serve
from pgdog_gevent.errors import ConnectionLost, ProtocolViolation, ProxyError, ShuttingDown
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.observe.snapshot import QueryView, Snapshot
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame, read_header
from pgdog_gevent.protocol.query import Bind, Execute, Named, Parse, Target
from pgdog_gevent.protocol.response import ErrorFields
from tests.unit.observe.views import SNAPSHOT

INT8, INT4, TEXT = 20, 23, 25


class Proxy:
    """An ``Administration`` that writes down what it is asked, and knows the database ``prod``."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.failure: ProxyError | None = None

    def _note(self, *order: object) -> None:
        if self.failure:
            raise self.failure
        self.asked.append(order)

    def snapshot(self) -> Snapshot:
        return SNAPSHOT

    def queries(self) -> tuple[QueryView, ...]:
        return (QueryView('SELECT ?', 7, 4, 2, 1, 'a reason'), QueryView('SELECT * FROM Users', 2, 2, 0, 0, ''))

    def forget_queries(self) -> None:
        self._note('forget_queries')

    def settings(self) -> list[tuple[str, str]]:
        return [('port', '6432')]

    def reload(self) -> None:
        self._note('reload')

    def reconnect(self, database: str | None) -> None:
        self._note('reconnect', database)

    def pause(self, user: str | None, database: str | None) -> None:
        self._note('pause', user, database)

    def resume(self, user: str | None, database: str | None) -> None:
        self._note('resume', user, database)

    def kill(self, database: str | None) -> None:
        self._note('kill', database)

    def kill_client(self, client_id: int) -> None:
        self._note('kill_client', client_id)

    def ban(self, pool: int | None) -> None:
        self._note('ban', pool)

    def unban(self, pool: int | None) -> None:
        self._note('unban', pool)

    def health_check(self, pool: int | None) -> None:
        self._note('health_check', pool)

    def recover(self) -> None:
        self._note('recover')

    def shutdown(self, mode: ShutdownMode) -> None:
        self._note('shutdown', mode)

    def set(self, name: str, value: str) -> None:
        self._note('set', name, value)


def frames(stream: bytes) -> Iterator[Frame]:
    position = 0
    while position < len(stream):
        code, length = read_header(stream, position)
        yield Frame(code, stream[position + HEADER_SIZE : position + length + 1])
        position += length + 1


class Client:
    """A client at a console: sends frames, reads answers."""

    def __init__(self) -> None:
        self.proxy = Proxy()
        administration: Administration = self.proxy
        self.console = Console(administration)

    def send(self, *messages: bytes) -> list[Frame]:
        answers = (self.console.answer(frame) for message in messages for frame in frames(message))
        return list(frames(b''.join(answers)))

    def run(self, sql: str) -> list[Frame]:
        return self.send(query.query(sql.encode()))


@pytest.fixture
def client() -> Client:
    return Client()


def letters(answers: list[Frame]) -> str:
    return ''.join(frame.letter for frame in answers)


def tags(answers: list[Frame]) -> list[bytes]:
    return [frame.body[:-1] for frame in answers if frame.code == Backend.COMMAND_COMPLETE]


def errors(answers: list[Frame]) -> list[ErrorFields]:
    return [ErrorFields.decode(frame.body) for frame in answers if frame.code == Backend.ERROR_RESPONSE]


def cells(frame: Frame) -> list[bytes | None]:
    """The values of a DataRow."""
    found: list[bytes | None] = []
    position = 2
    while position < len(frame.body):
        size = int.from_bytes(frame.body[position : position + 4], signed=True)
        position += 4
        found.append(None if size < 0 else frame.body[position : position + size])
        position += max(size, 0)
    return found


def rows(answers: list[Frame]) -> list[list[bytes | None]]:
    return [cells(frame) for frame in answers if frame.code == Backend.DATA_ROW]


def parse(sql: str, *types: int, name: bytes = b'') -> bytes:
    return Parse(name, sql.encode(), pack(f'!H{len(types)}I', len(types), *types)).encode()


def bind(
    *parameters: bytes | None,
    statement: bytes = b'',
    portal: bytes = b'',
    formats: tuple[int, ...] = (),
    results: tuple[int, ...] = (),
) -> bytes:
    return Bind(portal, statement, formats, parameters, results).encode()


def execute(limit: int = 0, portal: bytes = b'') -> bytes:
    return Execute(portal, limit).encode()


DESCRIBE_STATEMENT = Named(Target.STATEMENT, b'').encode(Frontend.DESCRIBE)
DESCRIBE_PORTAL = Named(Target.PORTAL, b'').encode(Frontend.DESCRIBE)


def test_show_answers_with_a_table(client: Client) -> None:
    answers = client.run('SHOW VERSION')
    assert letters(answers) == 'TDCZ'
    assert rows(answers) == [[b'pgdog-gevent 1.2.3']]
    assert tags(answers) == [b'SHOW']
    assert answers[-1].body == b'I'


@pytest.mark.parametrize(
    ('sql', 'asked', 'tag'),
    [
        ('RELOAD', ('reload',), b'RELOAD'),
        ('RECONNECT', ('reconnect', None), b'RECONNECT'),
        ('PAUSE', ('pause', None, None), b'PAUSE'),
        ('PAUSE alice prod', ('pause', 'alice', 'prod'), b'PAUSE'),
        ('RESUME prod', ('resume', None, 'prod'), b'RESUME'),
        ('KILL prod', ('kill', 'prod'), b'KILL'),
        ('KILL_CLIENT 77', ('kill_client', 77), b'KILL_CLIENT'),
        ('BAN', ('ban', None), b'BAN'),
        ('BAN 3', ('ban', 3), b'BAN'),
        ('UNBAN', ('unban', None), b'UNBAN'),
        ('UNBAN 3', ('unban', 3), b'UNBAN'),
        ('HEALTHCHECK', ('health_check', None), b'HEALTHCHECK'),
        ('HEALTHCHECK 3', ('health_check', 3), b'HEALTHCHECK'),
        ('RECOVER', ('recover',), b'RECOVER'),
        ('SHUTDOWN', ('shutdown', ShutdownMode.GRACEFUL), b'SHUTDOWN'),
        ("SET checkout_timeout TO '5000'", ('set', 'checkout_timeout', '5000'), b'SET'),
    ],
)
def test_commands_reach_the_proxy(client: Client, sql: str, asked: tuple[object, ...], tag: bytes) -> None:
    answers = client.run(sql)
    assert letters(answers) == 'CZ'
    assert client.proxy.asked == [asked]
    assert tags(answers) == [tag]


def test_several_statements_are_answered_in_order(client: Client) -> None:
    answers = client.run('SHOW VERSION; RELOAD; SHOW INSTANCE_ID;')
    assert letters(answers) == 'TDC' + 'C' + 'TDC' + 'Z'
    assert tags(answers) == [b'SHOW', b'RELOAD', b'SHOW']


def test_a_failing_statement_ends_the_query_and_not_the_session(client: Client) -> None:
    client.proxy.failure = ProxyError('no such database: "x"')
    answers = client.run('SHOW VERSION; PAUSE x; SHOW VERSION')
    assert letters(answers) == 'TDC' + 'E' + 'Z'
    assert not client.console.finished
    assert letters(client.run('SHOW VERSION')) == 'TDCZ'


def test_a_syntax_error_anywhere_runs_nothing(client: Client) -> None:
    answers = client.run('RELOAD; FROBNICATE')
    assert letters(answers) == 'EZ'
    assert [error.sqlstate for error in errors(answers)] == ['42601']
    assert client.proxy.asked == []


def test_a_later_feature_is_refused(client: Client) -> None:
    (error,) = errors(client.run('CUTOVER 1'))
    assert (error.sqlstate, error.message) == ('0A000', 'CUTOVER is not implemented yet')


def test_a_query_of_tables_is_refused_with_advice(client: Client) -> None:
    (error,) = errors(client.run('SELECT * FROM pg_class'))
    assert error.sqlstate == '0A000'
    assert 'SHOW HELP' in error.hint


@pytest.mark.parametrize('sql', ['', ';', ' -- ping'], ids=repr)
def test_an_empty_query_is_answered(client: Client, sql: str) -> None:
    assert letters(client.run(sql)) == 'IZ'
    assert letters(client.send(parse(sql), bind(), DESCRIBE_PORTAL, execute(), query.SYNC)) == '12nIZ'


@pytest.mark.parametrize(
    ('sql', 'value'),
    [
        ('SELECT 1', b'1'),
        ('select version()', b'PostgreSQL 18.0 (pgdog-gevent 1.2.3)'),
        ('select pg_catalog.version()', b'PostgreSQL 18.0 (pgdog-gevent 1.2.3)'),
        ('SHOW server_version', b'18.0'),
        ('SHOW something_else', b''),
    ],
)
def test_drivers_that_look_around_are_answered(client: Client, sql: str, value: bytes) -> None:
    assert rows(client.run(sql)) == [[value]]


def test_transactions_are_reported_as_drivers_expect(client: Client) -> None:
    statuses = [client.run(sql)[-1].body for sql in ('BEGIN', 'SHOW VERSION', 'NONSENSE', 'COMMIT', 'SHOW VERSION')]
    assert statuses == [b'T', b'T', b'T', b'I', b'I']


def test_extended_protocol_answers_with_a_table(client: Client) -> None:
    answers = client.send(parse('SHOW VERSION'), bind(), DESCRIBE_PORTAL, execute(), query.SYNC)
    assert letters(answers) == '12TDCZ'
    assert rows(answers) == [[b'pgdog-gevent 1.2.3']]


def test_a_statement_is_described_before_it_is_bound(client: Client) -> None:
    answers = client.send(parse('KILL_CLIENT $1'), DESCRIBE_STATEMENT, parse('SHOW POOLS'), DESCRIBE_STATEMENT)
    assert letters(answers) == '1tn1tT'
    assert answers[1].body == pack('!HI', 1, TEXT)
    assert client.proxy.asked == []


@pytest.mark.parametrize(
    ('oid', 'value', 'form'),
    [(0, b'77', 0), (0, b'77', 1), (INT4, pack('!i', 77), 1), (INT8, pack('!q', 77), 1), (INT8, b'77', 0)],
    ids=['open text', 'open binary', 'int4 binary', 'int8 binary', 'int8 text'],
)
def test_parameters_are_understood_in_both_formats(client: Client, oid: int, value: bytes, form: int) -> None:
    client.send(parse('KILL_CLIENT $1', oid), bind(value, formats=(form,)), execute(), query.SYNC)
    assert client.proxy.asked == [('kill_client', 77)]


def test_a_parameter_is_a_name_and_never_a_keyword(client: Client) -> None:
    client.send(parse('PAUSE $1 $2'), bind(b'a; KILL', b'Prod'), execute(), query.SYNC)
    assert client.proxy.asked == [('pause', 'a; KILL', 'Prod')]


def test_binary_results_have_the_size_of_their_type(client: Client) -> None:
    answers = client.send(parse('SHOW LISTS'), bind(results=(1,)), DESCRIBE_PORTAL, execute(), query.SYNC)
    assert rows(answers)[0] == [pack('!q', number) for number in (1, 1, 1, 1, 1, 1, 0, 2)]
    assert answers[2].body.endswith(pack('!IHIHIH', 0, 0, INT8, 8, 0xFFFFFFFF, 1))


def test_formats_may_differ_by_column(client: Client) -> None:
    answers = client.send(parse('SHOW CONFIG'), bind(results=(1, 0)), execute(), query.SYNC)
    assert rows(answers) == [[b'port', b'6432']]


def test_a_row_limit_suspends_the_portal(client: Client) -> None:
    begin = client.send(query.query(b'BEGIN'), parse('SHOW SERVERS'), bind(portal=b'c'), execute(1, b'c'), query.SYNC)
    assert letters(begin) == 'CZ' + '12' + 'Ds' + 'Z'
    assert letters(client.send(execute(1, b'c'), query.SYNC)) == 'DsZ'
    assert letters(client.send(execute(1, b'c'), query.SYNC)) == 'CZ'


def test_portals_end_with_the_transaction(client: Client) -> None:
    client.send(parse('SHOW SERVERS'), bind(portal=b'c'), query.SYNC)
    (error,) = errors(client.send(execute(0, b'c'), query.SYNC))
    assert error.sqlstate == '34000'


def test_a_command_is_carried_out_once(client: Client) -> None:
    answers = client.send(parse('RELOAD'), bind(), DESCRIBE_PORTAL, execute(), execute(), query.SYNC)
    assert letters(answers) == '12nCCZ'
    assert client.proxy.asked == [('reload',)]


def test_an_error_skips_to_sync(client: Client) -> None:
    answers = client.send(parse('NONSENSE'), bind(), execute(), query.query(b'RELOAD'), query.SYNC)
    assert letters(answers) == 'EZ'
    assert client.proxy.asked == []
    assert letters(client.run('RELOAD')) == 'CZ'


@pytest.mark.parametrize(
    ('messages', 'sqlstate'),
    [
        ([bind(statement=b'gone')], '26000'),
        ([execute(0, b'gone')], '34000'),
        ([parse('SHOW POOLS; SHOW LISTS')], '42601'),
        ([parse('KILL_CLIENT $1'), bind()], '08P01'),
        ([parse('KILL_CLIENT $1'), bind(None)], '42601'),
        ([parse('KILL_CLIENT $1'), bind(b'x')], '42601'),
        ([parse('KILL_CLIENT $1', INT4), bind(b'x', formats=(1,))], '08P01'),
        ([parse('KILL_CLIENT $1', 600), bind(b'x', formats=(1,))], '0A000'),
        ([parse('KILL_CLIENT $1'), bind(b'7', formats=(2,))], '08P01'),
        ([parse('SHOW CONFIG'), bind(results=(0, 0, 0)), execute()], '08P01'),
    ],
    ids=[
        'no statement',
        'no portal',
        'two statements',
        'no value',
        'NULL',
        'no number',
        'short binary',
        'odd type',
        'odd format',
        'too many formats',
    ],
)
def test_mistakes_are_errors_and_the_session_goes_on(client: Client, messages: list[bytes], sqlstate: str) -> None:
    answers = client.send(*messages, query.SYNC)
    assert [(error.sqlstate, error.severity) for error in errors(answers)] == [(sqlstate, 'ERROR')]
    assert letters(answers).endswith('EZ')
    assert not client.console.finished


def test_statements_are_forgotten_when_told(client: Client) -> None:
    client.send(parse('SHOW POOLS', name=b'a'), parse('SHOW POOLS', name=b'b'), query.SYNC)
    client.send(Named(Target.STATEMENT, b'a').encode(Frontend.CLOSE), query.SYNC)
    client.run('DEALLOCATE b')
    for name in (b'a', b'b'):
        assert letters(client.send(bind(statement=name), query.SYNC)) == 'EZ'


def test_a_closed_portal_is_gone(client: Client) -> None:
    close = Named(Target.PORTAL, b'').encode(Frontend.CLOSE)
    assert letters(client.send(parse('RELOAD'), bind(), close, execute(), query.SYNC)) == '123EZ'


def test_flush_and_stray_copy_messages_are_silent(client: Client) -> None:
    assert client.send(query.FLUSH, Frame(Frontend.COPY_DATA, b'x').raw) == []


def test_function_calls_are_refused(client: Client) -> None:
    answers = client.send(Frame(Frontend.FUNCTION_CALL, b'').raw, query.SYNC)
    assert letters(answers) == 'EZZ'


def test_terminate_ends_the_session(client: Client) -> None:
    client.send(query.TERMINATE)
    assert client.console.finished


@pytest.mark.parametrize(
    'message',
    [parse('SHOW POOLS'), bind(b'x'), execute(), DESCRIBE_PORTAL, query.query(b'SHOW POOLS')],
    ids=['Parse', 'Bind', 'Execute', 'Describe', 'Query'],
)
def test_a_truncated_message_ends_the_session(message: bytes) -> None:
    (frame,) = frames(message)
    for end in range(len(frame.body)):
        client = Client()
        (error,) = errors(client.send(Frame(frame.code, frame.body[:end]).raw))
        assert (error.sqlstate, error.severity) == ('08P01', 'FATAL')
        assert client.console.finished


def test_a_fatal_error_is_the_last_word(client: Client) -> None:
    client.proxy.failure = ShuttingDown('the proxy is shutting down')
    assert letters(client.run('RELOAD')) == 'E'
    assert client.console.finished


def test_bytes_that_are_no_utf8_are_only_unknown(client: Client) -> None:
    assert letters(client.send(query.query(b'PAUSE \xff\xfe'))) == 'CZ'
    assert letters(client.send(query.query(b'SHOW \xff\xfe'))) == 'TDCZ'


class Wire:
    """A connection whose incoming frames are given, and whose flushed bytes are kept."""

    def __init__(self, incoming: list[Frame | ProxyError]) -> None:
        self._incoming = incoming
        self._unsent: list[bytes] = []
        self.batches: list[str] = []

    def read_frame(self, limits: dict[int, int]) -> Frame:
        if not self._incoming:
            raise ConnectionLost('connection closed by peer')
        frame = self._incoming.pop(0)
        if isinstance(frame, ProxyError):
            raise frame
        return frame

    def whole_frame_buffered(self) -> bool:
        return bool(self._incoming)

    def write(self, message: bytes) -> None:
        assert message
        self._unsent.append(message)

    def flush(self) -> None:
        if self._unsent:
            self.batches.append(letters(list(frames(b''.join(self._unsent)))))
        self._unsent.clear()


def test_answers_are_sent_together_until_the_client_terminates() -> None:
    messages = (query.query(b'RELOAD'), query.query(b'SHOW VERSION'), query.TERMINATE)
    wire = Wire([frame for message in messages for frame in frames(message)])
    serve(wire, Client().console)
    assert wire.batches == ['CZTDCZ']


def test_a_message_that_is_not_allowed_is_answered_before_the_end() -> None:
    wire = Wire([ProtocolViolation('invalid message type 33')])
    serve(wire, Client().console)
    assert wire.batches == ['E']


def test_a_client_that_goes_without_a_word_is_lost() -> None:
    wire = Wire(list(frames(query.query(b'RELOAD'))))
    with pytest.raises(ConnectionLost):
        serve(wire, Client().console)
    assert wire.batches == ['CZ']


SERVES_A_STREAM: Callable[[Stream, Console], None] = serve
"""For the type checker: a ``Stream`` is a wire."""


@pytest.mark.parametrize(
    ('sql', 'shown'),
    [
        ('SHOW QUERY_CACHE', [[b'SELECT ?', b'7', b'4', b'2', b'1', b'a reason'],
                              [b'SELECT * FROM Users', b'2', b'2', b'0', b'0', None]]),
        ('show query_cache from users', [[b'SELECT * FROM Users', b'2', b'2', b'0', b'0', None]]),
        ("SHOW QUERY_CACHE 'select ?'", [[b'SELECT ?', b'7', b'4', b'2', b'1', b'a reason']]),
    ],
    ids=['all', 'words', 'quoted'],
)  # fmt: skip
def test_texts_are_shown_that_have_a_part(client: Client, sql: str, shown: list[list[bytes | None]]) -> None:
    answers = client.run(sql)
    assert [cells(frame) for frame in answers if frame.code == Backend.DATA_ROW] == shown


def test_texts_are_shown_with_the_columns_of_pgdog_and_two_more(client: Client) -> None:
    description = next(frame for frame in client.run('SHOW QUERY_CACHE') if frame.code == Backend.ROW_DESCRIPTION)
    names = [b'query', b'hits', b'direct', b'multi', b'refused', b'reason']
    places = [description.body.index(name + b'\0') for name in names]
    assert places == sorted(places)


def test_texts_are_forgotten(client: Client) -> None:
    assert tags(client.run('RESET QUERY_CACHE')) == [b'RESET']
    assert client.proxy.asked == [('forget_queries',)]
