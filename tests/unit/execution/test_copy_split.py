"""COPY FROM STDIN over several shards: rows go where they belong, and one failure is that of all."""

import gevent
import pytest

from pgdog_gevent.errors import (
    BadCopyFormat,
    ClientGone,
    FeatureNotSupported,
    ProtocolViolation,
    ServerLost,
    ShardsDisagree,
)
from pgdog_gevent.execution.copy_split import CopySplit
from pgdog_gevent.execution.question import ShardRefused
from pgdog_gevent.protocol import frames, query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.router.blueprint import CopyFormat, CopyOptions, CopyRows
from pgdog_gevent.sharding.function import Numbered
from tests.unit.execution.copying import BEGINS, BEGINS_OUT, FAILED, NOTICE, Stage, data, error, stage

SQL = b'COPY t FROM STDIN'
ROWS = CopyRows(Numbered(2), 0, 2, CopyOptions())
"""The key is the number of the shard."""
DONE = frames.encode(Frontend.COPY_DONE)
FAIL = frames.encode(Frontend.COPY_FAIL, b'enough\0')
MUCH = b'1\t%b\n' % bytes(100).replace(b'\0', b'x') * 20_000


def run(stage: Stage, *said: bytes, rows: CopyRows | None = ROWS) -> bytes:
    """Have a COPY done of what the client says."""
    saying = gevent.spawn(stage.far.say, *said)
    try:
        return CopySplit(stage.client, stage.shards(), rows).run(SQL)
    finally:
        saying.join()


def test_each_row_goes_where_it_belongs() -> None:
    with stage(2) as it:
        assert run(it, data(b'0\ta\n1\tb\n1\t'), data(b'c\n'), DONE) == b'COPY 3\0'
        assert [server.rows for server in it.servers] == [b'0\ta\n', b'1\tb\n1\tc\n']
        assert [server.end for server in it.servers] == ['c', 'c']
        it.client.flush()
        assert frames.encode(*it.far.read()[:2]) == BEGINS
        assert it.settled()


def test_without_rows_all_go_to_all() -> None:
    with stage(2) as it:
        assert run(it, data(b'0\ta\n1\tb\n'), DONE, rows=None) == b'COPY 2\0'
        assert [server.rows for server in it.servers] == [b'0\ta\n1\tb\n'] * 2


def test_a_header_goes_to_all() -> None:
    options = CopyOptions(CopyFormat.CSV, b',', b'', header=True)
    with stage(2) as it:
        run(it, data(b'n,x\n1,b\n'), DONE, rows=CopyRows(Numbered(2), 0, 2, options))
        assert [server.rows for server in it.servers] == [b'n,x\n', b'n,x\n1,b\n']


def test_flush_and_sync_are_ignored() -> None:
    with stage(2) as it:
        assert run(it, query.SYNC, data(b'0\ta\n'), query.FLUSH, DONE) == b'COPY 1\0'


def test_messages_to_servers_are_not_too_long() -> None:
    with stage(2) as it:
        row = b'1\t' + bytes(3_000_000).replace(b'\0', b'x') + b'\n'
        run(it, data(row), DONE)
        assert it.servers[1].rows == row


def test_notices_reach_the_client() -> None:
    with stage(2) as it:
        it.servers[1].says_before_the_end = NOTICE
        run(it, data(b'1\ta\n'), DONE)
        it.client.flush()
        assert [it.far.read().letter for _ in range(2)] == ['G', 'N']


def test_a_server_that_refuses_at_once_ends_it_before_it_has_begun() -> None:
    with stage(3) as it:
        it.servers[1].begins = error('no such table', '42P01') + FAILED
        with pytest.raises(ShardRefused, match='no such table'):
            run(it)
        assert [server.end for server in it.servers] == ['f', '', 'f']
        assert it.settled()


def test_servers_that_expect_other_columns_are_refused() -> None:
    with stage(2) as it:
        it.servers[1].begins = BEGINS
        it.servers[0].begins = BEGINS_OUT
        with pytest.raises(ServerLost):
            run(it)


def test_an_error_of_one_ends_it_for_all() -> None:
    with stage(2) as it:
        it.servers[0].breaks_at = b'bad'
        with pytest.raises(ShardRefused, match='broken'):
            run(it, data(b'1\ta\n0\tbad\n'), DONE)
        assert it.settled()


def test_an_error_is_heard_while_the_client_still_sends() -> None:
    with stage(2) as it:
        it.servers[0].breaks_at = b'bad'
        sending = gevent.spawn(it.far.say, data(b'0\tbad\n'), *[data(MUCH)] * 20)
        with pytest.raises(ShardRefused):
            CopySplit(it.client, it.shards(), ROWS).run(SQL)
        assert it.servers[1].end == 'f'
        assert not it.client.mid_frame
        sending.kill()


def test_an_error_is_heard_while_the_client_is_silent() -> None:
    with stage(2) as it:
        it.servers[0].breaks_at = b'bad'
        with pytest.raises(ShardRefused):
            run(it, data(b'0\tbad\n' + MUCH))
        assert it.settled()


def test_what_cannot_be_taken_apart_ends_it_for_all() -> None:
    with stage(2) as it:
        with pytest.raises(BadCopyFormat):
            run(it, data(b'1\ta\n0\tb\r\n'), DONE)
        assert [server.end for server in it.servers] == ['f', 'f']
        assert it.settled()


def test_a_row_that_belongs_nowhere_ends_it_for_all() -> None:
    with stage(2) as it:
        with pytest.raises(FeatureNotSupported, match='no shard'):
            run(it, data(b'1\ta\n7\tb\n'), DONE)
        assert it.settled()


def test_an_encoding_in_which_rows_cannot_be_found_is_refused_before_it_has_begun() -> None:
    rows = CopyRows(Numbered(2), 0, 2, CopyOptions(encoding='SJIS'))
    with stage(2) as it:
        copy = CopySplit(it.client, it.shards(), rows)
        with pytest.raises(FeatureNotSupported):
            copy.run(SQL)
        assert not copy.begun
        assert it.settled()


def test_the_client_can_end_it_with_an_error() -> None:
    with stage(2) as it:
        with pytest.raises(ShardRefused, match='COPY from stdin failed: enough'):
            run(it, data(b'1\ta\n'), FAIL)
        assert [server.end for server in it.servers] == ['f', 'f']
        assert it.settled()


def test_shards_that_have_done_different_things_to_the_same_rows_are_an_error() -> None:
    with stage(2) as it:
        it.servers[1].tag = lambda rows: 0
        with pytest.raises(ShardsDisagree):
            run(it, data(b'1\ta\n'), DONE, rows=None)
        assert it.settled()


def test_a_client_that_goes_leaves_servers_that_are_still_in_it() -> None:
    with stage(2) as it:
        it.far.say(data(b'1\ta\n'))
        it.far.socket.close()
        with pytest.raises(ClientGone):
            CopySplit(it.client, it.shards(), ROWS).run(SQL)
        assert all(connection.copying_in for connection in it.connections)


def test_a_server_that_goes_is_in_hand() -> None:
    with stage(2) as it:
        shards = it.shards()
        gevent.spawn(it.far.say, data(b'0\ta\n'))
        it.serving[1].kill()
        it.servers[1].say(BEGINS)
        it.servers[1].socket.close()
        it.far.say(DONE)
        with pytest.raises(ServerLost) as lost:
            CopySplit(it.client, shards, ROWS).run(SQL)
        assert lost.value.message.startswith('shard 1: ')
        assert it.in_hand == 1


def test_what_does_not_belong_to_a_copy_ends_the_session() -> None:
    with stage(2) as it:
        with pytest.raises(ProtocolViolation, match='synchronization was lost'):
            run(it, data(b'1\ta\n'), query.query(b'SELECT 1'))
        it.client.flush()
        begins, told = it.far.read(), it.far.read()
        assert (begins.code, told.letter) == (Backend.COPY_IN_RESPONSE, 'E')
        assert b'unexpected message type 0x51' in told.body
