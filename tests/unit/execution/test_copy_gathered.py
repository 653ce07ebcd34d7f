"""COPY TO STDOUT of several shards: one stream of theirs."""

from struct import pack

import gevent
import pytest

from pgdog_gevent.errors import ClientGone, ServerLost, ServerViolation, ShardsDisagree
from pgdog_gevent.execution.copy_gathered import CopyGathered
from pgdog_gevent.execution.question import ShardRefused
from pgdog_gevent.protocol import frames, response
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.copy_binary import SIGNATURE, TRAILER
from pgdog_gevent.router.blueprint import CopyFormat, CopyOptions
from tests.unit.execution.copying import BEGINS_OUT, FAILED, NOTICE, READY, Stage, error, stage

SQL = b'COPY t TO STDOUT'
TEXT, HEADER = CopyOptions(), CopyOptions(header=True)
BINARY = CopyOptions(format=CopyFormat.BINARY)
BEGINS = SIGNATURE + bytes(8)
DONE = frames.encode(Backend.COPY_DONE)


def row(*values: bytes) -> bytes:
    """A row in binary format."""
    return pack('!h', len(values)) + b''.join(pack('!i', len(value)) + value for value in values)


def sent(*rows: bytes) -> bytes:
    """What a server answers."""
    return (
        BEGINS_OUT
        + b''.join(frames.encode(Backend.COPY_DATA, each) for each in rows)
        + DONE
        + response.command_complete(f'COPY {len(rows)}')
        + READY
    )


def run(stage: Stage, options: CopyOptions, *answers: bytes) -> bytes:
    for server, answer in zip(stage.servers, answers, strict=True):
        server.begins = answer
    return CopyGathered(stage.client, stage.shards()).run(SQL, options)


def got(stage: Stage) -> list[bytes]:
    """What the client gets, up to CopyDone: the bodies of CopyData, after CopyOutResponse."""
    stage.client.flush()
    assert stage.far.read().code == Backend.COPY_OUT_RESPONSE
    bodies: list[bytes] = []
    while (frame := stage.far.read()).code == Backend.COPY_DATA:
        bodies.append(frame.body)
    assert frame.code == Backend.COPY_DONE
    return bodies


def test_rows_of_one_shard_come_after_those_of_the_other() -> None:
    with stage(3) as it:
        assert run(it, TEXT, sent(b'1\n', b'2\n'), sent(), sent(b'3\n')) == b'COPY 3\0'
        assert got(it) == [b'1\n', b'2\n', b'3\n']
        assert it.settled()


def test_there_is_one_header() -> None:
    with stage(2) as it:
        run(it, HEADER, sent(b'n\n', b'1\n'), sent(b'n\n', b'2\n'))
        assert got(it) == [b'n\n', b'1\n', b'2\n']


@pytest.mark.parametrize(
    ('answers', 'expected'),
    [
        (
            (sent(BEGINS + row(b'1'), row(b'2'), TRAILER), sent(BEGINS + row(b'3'), TRAILER)),
            [BEGINS + row(b'1'), row(b'2'), row(b'3'), TRAILER],
        ),
        ((sent(BEGINS + TRAILER), sent(BEGINS + row(b'3'), TRAILER)), [BEGINS + row(b'3'), TRAILER]),
        ((sent(BEGINS + row(b'1'), TRAILER), sent(BEGINS + TRAILER)), [BEGINS + row(b'1'), TRAILER]),
        ((sent(BEGINS + TRAILER), sent(BEGINS + TRAILER)), [BEGINS + TRAILER]),
        ((sent(BEGINS, row(b'1'), TRAILER), sent(BEGINS, TRAILER)), [BEGINS + row(b'1'), TRAILER]),
    ],
    ids=['rows', 'none at first', 'none at last', 'none', 'a header of its own'],
)
def test_a_binary_stream_has_one_header_and_one_trailer(answers: tuple[bytes, ...], expected: list[bytes]) -> None:
    with stage(2) as it:
        run(it, BINARY, *answers)
        assert got(it) == expected


@pytest.mark.parametrize('options', [TEXT, HEADER, BINARY], ids=['text', 'header', 'binary'])
@pytest.mark.parametrize('broken', [0, 1])
def test_an_error_in_the_middle_is_that_of_all(options: CopyOptions, broken: int) -> None:
    first = BEGINS + row(b'1') if options is BINARY else b'1\n'
    answers = [sent(first, first), sent(first, first)]
    answers[broken] = BEGINS_OUT + frames.encode(Backend.COPY_DATA, first) + error('broken', '22012') + FAILED
    with stage(2) as it:
        with pytest.raises(ShardRefused, match='broken'):
            run(it, options, *answers)
        assert it.settled()


@pytest.mark.parametrize('options', [HEADER, BINARY], ids=['header', 'binary'])
def test_an_error_before_the_first_row_is_that_of_all(options: CopyOptions) -> None:
    answer = sent(BEGINS + TRAILER) if options is BINARY else sent(b'n\n')
    with stage(2) as it:
        with pytest.raises(ShardRefused, match='broken'):
            run(it, options, answer, BEGINS_OUT + error('broken') + FAILED)
        assert it.settled()


def test_a_server_that_refuses_at_once_ends_it_before_it_has_begun() -> None:
    with stage(2) as it:
        it.servers[0].begins, it.servers[1].begins = sent(b'1\n'), error('no such table') + FAILED
        copy = CopyGathered(it.client, it.shards())
        with pytest.raises(ShardRefused):
            copy.run(SQL, TEXT)
        assert not copy.begun
        assert it.settled()


def test_shards_with_other_columns_are_refused() -> None:
    other = sent(b'1\n').replace(BEGINS_OUT, frames.encode(Backend.COPY_OUT_RESPONSE, b'\0\0\2\0\0\0\0'))
    with stage(2) as it:
        with pytest.raises(ShardsDisagree):
            run(it, TEXT, sent(b'1\n'), other)
        assert it.settled()


def test_a_binary_stream_without_a_header_is_a_violation() -> None:
    with stage(2) as it, pytest.raises(ServerViolation):
        run(it, BINARY, sent(b'1\n'), sent(b'2\n'))


def test_notices_reach_the_client() -> None:
    with stage(1) as it:
        run(it, TEXT, BEGINS_OUT + NOTICE + sent(b'1\n')[len(BEGINS_OUT) :])
        it.client.flush()
        assert [it.far.read().letter for _ in range(4)] == ['H', 'd', 'N', 'c']


def test_a_server_that_goes_is_in_hand() -> None:
    with stage(2) as it:
        it.servers[0].begins, it.servers[1].begins = sent(b'1\n'), BEGINS_OUT
        shards = it.shards()
        gevent.spawn(gevent.joinall, it.serving).link(lambda _: it.servers[1].socket.close())
        with pytest.raises(ServerLost) as lost:
            CopyGathered(it.client, shards).run(SQL, TEXT)
        assert lost.value.message.startswith('shard 1: ')
        assert it.in_hand == 1


def test_a_client_that_goes_is_gone() -> None:
    with stage(1) as it:
        it.servers[0].begins = BEGINS_OUT
        it.far.socket.close()
        with pytest.raises(ClientGone):
            CopyGathered(it.client, it.shards()).run(SQL, TEXT)
