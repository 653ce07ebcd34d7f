"""Replication between a scripted standby and a scripted server: who may block whom, and what is said at the end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol import query, response
from pgdog_gevent.protocol.frames import encode
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.protocol.startup import CancelRequest, cancel_request, startup_message
from tests.conversation.proxies import DATABASE, SECRET, USER, config_toml, running, users_toml
from tests.fakes.backend import CANCEL_KEY, ONE_ROW, PATIENCE, READY, Conversation, FakeServer, Gone, Script
from tests.fakes.frontend import Frontend, Reply
from tests.integration.clients import admin, eventually
from tests.integration.proxy import RunningProxy

START = query.query(b'START_REPLICATION SLOT s LOGICAL 0/0')
BASE_BACKUP = query.query(b'BASE_BACKUP')
SELECT = query.query(b'SELECT 1')
COPY_OUT = encode(ord('H'), b'\0\0\0')
COPY_DONE = encode(ord('c')) + encode(ord('C'), b'SELECT\0')
COPY_BOTH = encode(ord('W'), b'\0\0\0')
STATUS = encode(ord('d'), b'r' + bytes(33))
WAL = encode(ord('d'), b'w' + bytes(24) + bytes(60_000))
Stream = Callable[[Script], Frontend]
GOING = ErrorFields('FATAL', '57P01', 'the server goes, as it was asked to')
MUCH = 64 * 1024 * 1024
KEYS = 'pooler_mode = "session"', 'default_pool_size = 2'
LITTLE = 16 * 1024 * 1024
"""Far more than the proxy keeps for two directions, and far less than what is sent."""


@pytest.fixture(scope='module')
def proxy(server: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    directory = tmp_path_factory.mktemp('proxy')
    with running(directory, config_toml(server, *KEYS), users_toml()) as proxy:
        yield proxy


@pytest.fixture
def stream(server: FakeServer, proxy: RunningProxy) -> Iterator[Stream]:
    """A function that opens a stream; a test may open one. All permits must come back."""
    with ExitStack() as ends:
        yield lambda part: ends.enter_context(streaming(server, proxy, part))
    eventually(lambda: lent(proxy) == 0, 'the permits are back')


@contextmanager
def streaming(server: FakeServer, proxy: RunningProxy, part: Script) -> Iterator[Frontend]:
    """A client that streams from a server which then plays ``part``."""

    def walsender(conversation: Conversation) -> None:
        conversation.greet()
        assert conversation.frame().raw == START
        conversation.send(COPY_BOTH)
        part(conversation)

    server.script = walsender
    with Frontend(proxy.port) as client:
        log_in(client)
        client.send(START)
        assert client.reply().letter == 'W'
        yield client


def log_in(client: Frontend, **parameters: str) -> list[Reply]:
    """Let a client in that replicates."""
    client.send(startup_message({'user': USER, 'database': DATABASE, 'replication': 'database', **parameters}))
    replies = client.log_in(USER, SECRET)
    assert replies[-1].letter == 'Z', replies
    return replies


def listen(conversation: Conversation) -> None:
    """Read until the proxy goes."""
    while True:
        conversation.frame()


def serve(conversation: Conversation) -> None:
    """A walsender that is only asked for rows."""
    conversation.greet()
    conversation.serve()


def lent(proxy: RunningProxy) -> object:
    """How many server connections clients have."""
    [pool] = admin(proxy, 'SHOW POOLS')
    return pool['sv_active']


def resident_bytes(proxy: RunningProxy) -> int:
    """The memory that the proxy has now."""
    return int(Path(f'/proc/{proxy.pid}/statm').read_text().split()[1]) * 4096


# Neither side blocks the other


def test_client_that_takes_nothing_is_still_heard(stream: Stream, proxy: RunningProxy) -> None:
    heard = threading.Event()
    sent = [0]

    def part(conversation: Conversation) -> None:
        flooding = threading.Thread(target=flood, args=(conversation, sent))
        flooding.start()
        while conversation.frame().letter == 'd':
            heard.set()
        flooding.join(PATIENCE)

    before = resident_bytes(proxy)
    client = stream(part)
    eventually(lambda: stuck(sent), 'nothing more fits on the way to the client')
    client.send(STATUS)
    assert heard.wait(PATIENCE)
    assert sent[0] < MUCH
    assert resident_bytes(proxy) - before < LITTLE


def test_server_that_takes_nothing_is_still_heard(stream: Stream, proxy: RunningProxy) -> None:
    speak, listen_again = threading.Event(), threading.Event()
    sent = [0]

    def part(conversation: Conversation) -> None:
        assert speak.wait(PATIENCE)
        conversation.send(WAL)
        assert listen_again.wait(PATIENCE)
        listen(conversation)

    before = resident_bytes(proxy)
    client = stream(part)
    flooding = threading.Thread(target=flood, args=(client, sent))
    flooding.start()
    eventually(lambda: stuck(sent), 'nothing more fits on the way to the server')
    speak.set()
    assert client.reply() == ('d', WAL[5:])
    assert sent[0] < MUCH
    assert resident_bytes(proxy) - before < LITTLE
    listen_again.set()
    flooding.join(PATIENCE)
    assert sent[0] >= MUCH


def flood(end: Conversation | Frontend, sent: list[int]) -> None:
    """Send a lot, as fast as it is taken, until the other side goes."""
    try:
        while sent[0] < MUCH:
            end.send(WAL)
            sent[0] += len(WAL)
    except (Gone, OSError):
        return


def stuck(sent: list[int]) -> bool:
    """Whether something has been sent and no more is taken."""
    before = sent[0]
    return before > 0 and not threading.Event().wait(0.3) and sent[0] == before


# The server goes


def test_last_words_of_the_server_reach_a_client_that_is_still_sending(stream: Stream) -> None:
    def part(conversation: Conversation) -> None:
        conversation.frame()
        conversation.send(WAL + GOING.encode())

    client = stream(part)
    for _ in range(20):
        client.send(STATUS)
    assert client.reply().letter == 'd'
    assert client.refusal() == GOING


def test_client_is_told_that_a_server_went_without_a_word(stream: Stream) -> None:
    client = stream(lambda conversation: conversation.send(WAL))
    assert client.reply().letter == 'd'
    refusal = client.refusal()
    assert (refusal.severity, refusal.sqlstate) == ('FATAL', '08006')


def test_nothing_follows_part_of_a_message(stream: Stream) -> None:
    client = stream(lambda conversation: conversation.send(WAL[:1000]))
    assert client.end() == WAL[:1000]


@pytest.mark.parametrize(
    'nonsense', [encode(ord('?')), b'd\0\0\0\x01', encode(ord('Z'), b'?')], ids=['code', 'length', 'status']
)
def test_server_that_breaks_the_protocol_is_left(stream: Stream, nonsense: bytes) -> None:
    def part(conversation: Conversation) -> None:
        conversation.send(nonsense)
        listen(conversation)

    assert stream(part).refusal().sqlstate == '08006'


# The client goes


def say_good_bye(client: Frontend) -> None:
    client.send(query.TERMINATE)


def break_off(client: Frontend) -> None:
    client.reset()


def break_off_in_a_message(client: Frontend) -> None:
    client.send(WAL[:1000])
    client.reset()


@pytest.mark.parametrize('leave', [say_good_bye, break_off, break_off_in_a_message])
def test_server_connection_ends_with_its_client(stream: Stream, leave: Callable[[Frontend], None]) -> None:
    gone = threading.Event()

    def part(conversation: Conversation) -> None:
        try:
            listen(conversation)
        except Gone:
            gone.set()

    client = stream(part)
    leave(client)
    # Long before rollback_timeout, which ends servers that do not go by themselves.
    assert gone.wait(3)


def test_client_that_breaks_the_protocol_is_told(stream: Stream) -> None:
    client = stream(listen)
    client.send(encode(ord('?')))
    refusal = client.refusal()
    assert (refusal.severity, refusal.sqlstate) == ('FATAL', '08P01')


# Idleness and cancelling


def test_idle_client_is_sent_away_and_one_that_streams_is_not(server: FakeServer, tmp_path: Path) -> None:
    config = config_toml(server, *KEYS, 'client_idle_timeout = 400')
    with running(tmp_path, config, users_toml()) as proxy, streaming(server, proxy, listen) as streams:
        server.script = serve
        with Frontend(proxy.port) as idle:
            log_in(idle)
            idle.send(SELECT)
            assert [reply.letter for reply in idle.replies()] == ['T', 'D', 'C', 'Z']
            refusal = idle.refusal()
        assert refusal.sqlstate == '57P05'
        assert 'client_idle_timeout' in refusal.message
        streams.send(STATUS)
        [client] = [row for row in admin(proxy, 'SHOW CLIENTS') if row['database'] == DATABASE]
        assert (client['state'], client['replication']) == ('copy mode', True)


def test_cancel_request_goes_to_the_server_of_the_session(server: FakeServer, proxy: RunningProxy) -> None:
    arrived = threading.Event()

    def waits(conversation: Conversation) -> None:
        conversation.greet()
        conversation.frame()
        arrived.set()
        eventually(lambda: bool(server.cancelled), 'the query is cancelled')
        conversation.send(ONE_ROW + READY)
        listen(conversation)

    server.script = waits
    server.cancelled.clear()
    with Frontend(proxy.port) as client:
        [key] = [reply.body for reply in log_in(client) if reply.letter == 'K']
        client.send(SELECT)
        assert arrived.wait(PATIENCE)
        with Frontend(proxy.port) as canceller:
            canceller.send(cancel_request(int.from_bytes(key[:4], 'big'), key[4:]))
            assert canceller.end() == b''
        assert client.replies()[-1].letter == 'Z'
    assert server.cancelled == [CancelRequest(4711, CANCEL_KEY)]


def test_base_backup_finishes_before_its_connection_is_replaced(server: FakeServer, proxy: RunningProxy) -> None:
    may_finish = threading.Event()

    def backs_up(conversation: Conversation) -> None:
        conversation.greet()
        assert conversation.frame().raw == BASE_BACKUP
        conversation.send(COPY_OUT + encode(ord('d'), b'first'))
        assert may_finish.wait(PATIENCE)
        conversation.send(encode(ord('d'), b'last') + COPY_DONE + READY)
        listen(conversation)

    server.script = backs_up
    with Frontend(proxy.port) as client:
        log_in(client)
        client.send(BASE_BACKUP)
        assert [client.reply().letter, client.reply().body] == ['H', b'first']
        admin(proxy, 'RECONNECT')
        may_finish.set()
        assert ''.join(reply.letter for reply in client.replies()) == 'dcCZ'
        assert client.refusal().sqlstate == '57P01'


# What the server and the client are told at the start


def test_server_is_told_what_the_client_said_and_the_client_what_the_server_reported(
    server: FakeServer, proxy: RunningProxy
) -> None:
    reported = response.parameter_status('of_this_server', 'indeed')

    def reports(conversation: Conversation) -> None:
        conversation.send(auth.AUTHENTICATION_OK + reported + READY)
        listen(conversation)

    server.script = reports
    said = {'replication': 'On', 'application_name': 'standby', 'options': r'-c search_path=a\ b'}
    with Frontend(proxy.port) as client:
        assert ('S', reported[5:]) in log_in(client, **said)
    assert server.startups[-1].parameters == {'user': USER, 'database': DATABASE, **said, 'replication': 'true'}


def test_refusal_of_the_server_reaches_the_client_and_does_not_burden_the_pool(
    server: FakeServer, proxy: RunningProxy
) -> None:
    refusal = ErrorFields('FATAL', '42501', 'must be superuser or replication role to start walsender')
    server.script = lambda conversation: conversation.send(refusal.encode())
    with Frontend(proxy.port) as client:
        client.send(startup_message({'user': USER, 'database': DATABASE, 'replication': 'database'}))
        assert ErrorFields.decode(client.log_in(USER, SECRET)[-1].body) == refusal
    server.script = serve
    with Frontend(proxy.port) as client:
        client.start(USER, DATABASE)
        client.log_in(USER, SECRET)
        client.send(SELECT)
        assert [reply.letter for reply in client.replies()][-4:] == ['T', 'D', 'C', 'Z']
    assert 'cannot connect' not in proxy.log()
