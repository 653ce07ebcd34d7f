"""Both forms of the relay do the same with the same bytes: those of clients, of servers, and what is neither."""

import random
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from struct import pack
from typing import NamedTuple

import gevent
import pytest
from gevent.socket import wait_write
from hypothesis import given, settings
from hypothesis import strategies as st

from pgdog_gevent.compiled import COMPILED
from pgdog_gevent.errors import ClientGone, ProtocolViolation, ProxyError, ServerLost, ServerViolation
from pgdog_gevent.net.relay import LONGEST_TURN, RelayingWire
from pgdog_gevent.protocol.codes import LARGE
from tests.unit.net.between import EXTENDED, MUST_BE_LOOKED_AT, QUERY
from tests.unit.net.ends import frame
from tests.unit.net.forms import from_source

pytestmark = pytest.mark.skipif(not COMPILED, reason='the compiled form is not in use')

ASKED = [QUERY, EXTENDED, *(frame(letter) for letter in 'SHXd'), frame('E', b'\0\0\0\0\0'), frame('B', b'\0a\0')]
SAID = [
    frame('T', b'\0\0'), frame('D', b'\0\1\0\0\0\1x'), frame('D', bytes(300)), frame('D'), frame('1'), frame('2'),
    frame('n'), frame('s'), frame('I'), frame('N', b'SNOTICE\0\0'), frame('H', b'\0\0\0'), frame('d', b'x'), frame('c'),
    frame('t', b'\0\0'), frame('C', b'SELECT 1\0'), frame('C', b'INSERT 0 1\0'), frame('C', b'ROLLBACK\0'),
]  # fmt: skip
LARGEST = [pack('!BI', ord(letter), LARGE + size) for letter in 'DdC' for size in (3, 4, 5)]
LONGEST = [pack('!BI', ord(letter), LONGEST_TURN + size) for letter in 'QBS' for size in (-6, -5, -1, 0, 1)]
READY = [frame('Z', status) for status in (b'I', b'T', b'E')]
UNREAD = frozenset(b'TDdN')


def in_python() -> type[RelayingWire]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, 'pgdog_gevent.net.wire', from_source('wire'))
        form: type[RelayingWire] = from_source('relay').RelayingWire
    return form


FORMS = (in_python(), RelayingWire)


class Scene(NamedTuple):
    """What the relay meets."""

    before: bytes
    """What has been received before and not used; ``position`` bytes at its beginning have been."""
    position: int
    skip: int
    chunks: tuple[bytes, ...]
    """What arrives, piece by piece; then the peer goes."""
    meanwhile: bytes
    """What the client sends before the server answers."""
    leaves: bool
    """Whether the client then goes."""


class Ends:
    """A server's and a client's wire, and sockets at their other ends."""

    def __init__(self, form: type[RelayingWire]) -> None:
        self.near = [socket.socketpair() for _ in range(2)]
        (server, self.postgres), (client, self.user) = self.near
        self.postgres.setblocking(False)
        self.user.setblocking(False)
        self.server = form(server, ServerLost, ServerViolation)
        self.client = form(client, ClientGone, ProtocolViolation)

    def close(self) -> None:
        for wire in (self.server, self.client):
            wire.shut()
        for pair in self.near:
            for end in pair:
                end.close()


def everything(end: socket.socket) -> bytes:
    """What has arrived at a socket."""
    try:
        return end.recv(1 << 20)
    except OSError:
        return b''


def state(wire: RelayingWire) -> dict[str, object]:
    """All that can be seen of a wire."""
    names = (
        'received', 'position', 'skip', 'tags', 'passed', 'last_received', 'last_sent', 'early', 'answered', 'rest',
        'ended', 'torn', 'closed', 'awaited', 'bytes_received', 'bytes_sent', 'turn_end', 'silent',
    )  # fmt: skip
    seen: dict[str, object] = {name: getattr(wire, name) for name in names}
    seen['out'] = [bytes(message) for message in wire.out]
    return seen


def outcome(action: Callable[[], object]) -> object:
    """What comes of it: a value, or what an error says."""
    try:
        return action()
    except ProxyError as error:
        return type(error).__name__, error.message


def prepare(wire: RelayingWire, scene: Scene) -> None:
    wire.received, wire.position, wire.skip = scene.before, scene.position, scene.skip


def takes_turns(form: type[RelayingWire], scene: Scene) -> Iterator[object]:
    """All turns in what has arrived, after each piece."""
    ends = Ends(form)
    wire = ends.client
    prepare(wire, scene)
    for chunk in scene.chunks:
        wire.take_in(chunk)
        while (end := outcome(wire.turn)) not in (0, -1):
            yield end, wire.take_turn(), state(wire)
        yield end, state(wire)
    ends.close()


def forwards(form: type[RelayingWire], scene: Scene) -> Iterator[object]:
    """What passes after each piece; a message that does not is passed over."""
    ends = Ends(form)
    wire = ends.server
    prepare(wire, scene)
    for chunk in scene.chunks:
        wire.take_in(chunk)
        code = outcome(partial(wire.forward_buffered, ends.client, UNREAD))
        yield code, state(wire), state(ends.client)
        if code != 0:
            wire.position = min(wire.position + 5, len(wire.received))
    ends.close()


def answer(server: RelayingWire, client: RelayingWire) -> int:
    """Ask, and pass on what is said; the status."""
    assert server.ask(QUERY)
    status = 0
    while not status:
        if server.wait_either(client) is client:
            client.receive_ahead()
        else:
            status = server.hear(client)
    return status


def answers(form: type[RelayingWire], scene: Scene) -> Iterator[object]:
    """What comes of an answer that arrives piece by piece."""
    ends = Ends(form)
    server, client = ends.server, ends.client
    prepare(server, scene)
    answering = gevent.spawn(outcome, partial(answer, server, client))
    gevent.sleep(0)
    say(ends.user, client, scene.meanwhile, answering)
    for chunk in scene.chunks:
        say(ends.postgres, server, chunk, answering)
        if answering.dead:
            break
        yield state(server), state(client)
    (ends.user if scene.leaves else ends.postgres).close()
    yield answering.get(), state(server), state(client), everything(ends.user), everything(ends.postgres)
    ends.close()


def say(end: socket.socket, wire: RelayingWire, chunk: bytes, reader: 'gevent.Greenlet[..., object]') -> None:
    """Send, and wait until it has arrived, or nobody waits for it any more."""
    before = wire.bytes_received
    end.send(chunk)
    while wire.bytes_received < before + len(chunk) and not reader.dead:
        wait_write(end.fileno())
    gevent.sleep(0)


def make_scene(chance: random.Random, messages: list[bytes], ends: list[bytes]) -> Scene:
    """Messages, some of them changed, cut anywhere."""
    wire = bytearray(b''.join(chance.choices(messages, k=chance.randrange(6))) + chance.choice(ends))
    for _ in range(chance.choice((0, 0, 1, 3))):
        at = chance.randrange(len(wire))
        change = chance.randrange(3)
        if change == 0:
            wire[at] = chance.choice((0, 1, 3, 4, 5, 9, 127, 128, 255, ord('Z'), ord('D'), wire[at] ^ 1))
        elif change == 1 and len(wire) > 1:
            del wire[at]
        else:
            wire[at:at] = chance.choice((b'\0', b'D', b'Z\0\0\0\5I', b'\xff\xff'))
    cuts = sorted(chance.randrange(len(wire) + 1) for _ in range(chance.randrange(5)))
    pieces = [bytes(wire[start:end]) for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    used = chance.choice((b'', b'', b'used'))
    return Scene(
        used + (pieces.pop(0) if chance.random() < 0.2 else b''),
        len(used),
        chance.choice((0, 0, 0, 1, 7, 40)),
        tuple(piece for piece in pieces if piece),
        chance.choice((b'', b'', QUERY, QUERY + EXTENDED)),
        chance.random() < 0.2,
    )


def compare(chance: random.Random) -> None:
    """Play one scene of each kind with both forms."""
    asked = make_scene(chance, ASKED, [QUERY, EXTENDED] * 9 + LONGEST)
    said = make_scene(chance, SAID, READY * 9 + LARGEST + list(MUST_BE_LOOKED_AT.values()))
    for play, scene in ((takes_turns, asked), (forwards, said), (answers, said)):
        one, other = (list(play(form, scene)) for form in FORMS)
        assert one == other, scene


@settings(max_examples=150, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_both_forms_do_the_same(chance: random.Random) -> None:
    compare(chance)


def test_both_forms_do_the_same_two_thousand_times() -> None:
    compare_often(seed=1000, times=2_000)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize('seed', range(34))
def test_both_forms_do_the_same_a_million_times(seed: int) -> None:
    """Three scenes each time."""
    compare_often(seed, times=10_000)


def compare_often(seed: int, times: int) -> None:
    chance = random.Random(seed)
    for _ in range(times):
        compare(chance)
