"""Statements for one shard keep to the fast lane: nobody would notice otherwise, but that they take longer."""

from collections.abc import Iterator

import pytest

from pgdog_gevent.frontend.requests import Requests
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.query import SYNC
from tests.conversation.shards import KEYS, SHARDS, shards
from tests.conversation.troupe import Guest, Troupe
from tests.integration.extended import EXECUTE, bind, parse

POINT = b'SELECT name FROM users WHERE id = $1'
INSERT = b'INSERT INTO payments (user_id, id) VALUES ($1, $2)'
STICKY = b'SELECT name FROM countries WHERE id = $1'


@pytest.fixture(params=['', 'off', 'session'], ids=['alone', 'with replicas', 'with what was written'])
def place(request: pytest.FixtureRequest) -> Iterator[Troupe]:
    roles = ('primary', 'replica') if request.param else ('primary',)
    with shards(*roles, read_your_writes=request.param or 'off') as found:
        yield found


@pytest.fixture
def careful(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """The messages that have left the lane."""
    taken: list[Frame] = []
    take = Requests.take

    def taking(requests: Requests, frame: Frame) -> None:
        taken.append(frame)
        take(requests, frame)

    monkeypatch.setattr(Requests, 'take', taking)
    return taken


def run(sql: bytes, *values: bytes) -> bytes:
    return parse(b'', sql) + bind(b'', *values) + EXECUTE + SYNC


def reader(place: Troupe, shard: int) -> str:
    """Who reads on a shard."""
    return f'r{2 * shard + 1}' if len(place.actors) > SHARDS else f'p{shard}'


def asked_again(guest: Guest, first: bytes, again: bytes, careful: list[Frame]) -> str:
    """The answer to a request whose like was done before, and which may not leave the lane."""
    guest.ask(first)
    careful.clear()
    answer = guest.ask(again)
    assert not careful
    return answer


def test_point_reads_keep_to_the_lane(place: Troupe, careful: list[Frame]) -> None:
    guest = place.guest()
    first, second = (str(key).encode() for key in KEYS)
    with_literal = b'SELECT name FROM users WHERE id = %b'
    simple = query.query(with_literal % first), query.query(with_literal % second)
    assert asked_again(guest, *simple, careful) == f'T {reader(place, 1)} C Z'
    assert asked_again(guest, run(POINT, first), run(POINT, second), careful) == f'1 2 {reader(place, 1)} C Z'
    guest.ask(parse(b'named', POINT) + SYNC)
    for value, shard in ((first, 0), (second, 1), (first, 0), (second, 1)):
        once = bind(b'named', value) + EXECUTE + SYNC
        assert asked_again(guest, once, once, careful) == f'2 {reader(place, shard)} C Z'


def test_reads_that_any_shard_can_answer_keep_to_the_lane(place: Troupe, careful: list[Frame]) -> None:
    homes, anywhere = set[str](), set[str]()
    for _ in range(SHARDS):
        guest = place.guest()
        sticky = asked_again(guest, run(STICKY, b'1'), run(STICKY, b'2'), careful)
        assert asked_again(guest, run(STICKY, b'3'), run(STICKY, b'4'), careful) == sticky
        homes.add(sticky)
        plain = query.query(b'SELECT 1')
        anywhere |= {asked_again(guest, plain, plain, careful) for _ in range(SHARDS + 1)}
    assert homes == {f'1 2 {reader(place, shard)} C Z' for shard in range(SHARDS)}
    assert anywhere == {f'T {reader(place, shard)} C Z' for shard in range(SHARDS)}


def test_writes_of_one_row_keep_to_the_lane_unless_their_place_in_the_wal_is_asked_for(
    place: Troupe, careful: list[Frame]
) -> None:
    guest = place.guest()
    for key in KEYS:
        guest.ask(run(INSERT, str(key).encode(), b'1'))
        careful.clear()
        assert guest.ask(run(INSERT, str(key).encode(), b'2')) == '1 2 C Z'
        assert bool(careful) == place.cluster.causal


@pytest.mark.parametrize('place', ['session'], indirect=True)
def test_client_reads_from_replicas_that_have_what_it_has_written_on_their_shard(place: Troupe) -> None:
    place.actors[0].wal, place.actors[2].wal = 5000, 1000
    guest = place.guest()
    points = [run(POINT, str(key).encode()) for key in KEYS]
    assert [guest.ask(point)[4:6] for point in points] == ['r1', 'r3']
    guest.ask(run(INSERT, str(KEYS[1]).encode(), b'1'))
    assert [guest.ask(point)[4:6] for point in points * 2] == ['r1', 'p2'] * 2
    place.pools[3].host.replays(1000)
    guest.ask(run(INSERT, str(KEYS[0]).encode(), b'1'))
    place.pools[1].host.replays(4000)
    assert [guest.ask(point)[4:6] for point in points * 2] == ['p0', 'r3'] * 2
    assert [place.guest().ask(point)[4:6] for point in points] == ['r1', 'r3']
