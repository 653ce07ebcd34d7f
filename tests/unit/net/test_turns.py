"""Turns: a client's messages up to a Query or Sync, found in what has arrived, and taken all at once."""


import pytest

from pgdog_gevent.net.relay import LONGEST_TURN
from pgdog_gevent.protocol.frames import HEADER_SIZE
from tests.unit.net.between import EXTENDED, QUERY, Between
from tests.unit.net.ends import frame

SYNC, EXECUTE = frame('S'), frame('E', b'\0\0\0\0\0')


pytestmark = pytest.mark.usefixtures('soon')


def query_of(size: int) -> bytes:
    return frame('Q', b'x' * (size - HEADER_SIZE - 1) + b'\0')


def execution_of(size: int) -> bytes:
    """Steps and a Sync; all the same size in all."""
    return frame('B', bytes(size - 2 * HEADER_SIZE - len(EXECUTE))) + EXECUTE + SYNC


WHOLE = pytest.mark.parametrize('whole', [QUERY, EXTENDED], ids=['simple', 'extended'])


@WHOLE
def test_turn_is_found_when_it_is_whole_wherever_it_is_cut(place: Between, whole: bytes) -> None:
    end = ord('Q') if whole is QUERY else ord('S')
    for cut in range(1, len(whole)):
        place.request(whole[:cut])
        assert place.client.turn() == 0
        place.request(whole[cut:])
        assert place.client.turn() == end
        assert place.client.take_turn() == whole
        assert not place.client.buffered
        assert place.client.turn() == 0


@WHOLE
def test_turn_is_found_when_it_comes_byte_by_byte(place: Between, whole: bytes) -> None:
    for position in range(len(whole)):
        assert place.client.turn() == 0
        place.request(whole[position : position + 1])
    assert place.client.turn() > 0
    assert place.client.take_turn() == whole


def test_turns_that_come_together_are_taken_one_by_one(place: Between) -> None:
    place.request(QUERY + EXTENDED + EXTENDED + QUERY + EXTENDED[:20])
    for whole in (QUERY, EXTENDED, EXTENDED, QUERY):
        assert place.client.turn() == (ord('Q') if whole is QUERY else ord('S'))
        assert place.client.take_turn() == whole
    assert place.client.turn() == 0
    place.request(EXTENDED[20:] + QUERY[:1])
    assert place.client.turn() == ord('S')
    assert place.client.take_turn() == EXTENDED
    place.request(QUERY[1:])
    assert place.client.turn() == ord('Q')
    assert place.client.take_turn() == QUERY
    assert not place.client.buffered


def test_turn_is_left_where_it_is_until_it_is_taken(plain: Between) -> None:
    plain.request(EXTENDED + QUERY)
    assert plain.client.turn() == plain.client.turn() == ord('S')
    assert plain.client.read_exactly(len(EXTENDED + QUERY)) == EXTENDED + QUERY


def test_turn_that_was_put_back_is_found_again(plain: Between) -> None:
    plain.request(EXTENDED + QUERY)
    plain.client.turn()
    plain.client.put_back(plain.client.take_turn())
    assert plain.client.turn() == ord('S')
    assert plain.client.take_turn() == EXTENDED
    assert plain.client.turn() == ord('Q')


@pytest.mark.parametrize(
    'messages',
    [
        *(pytest.param(frame(letter), id=letter) for letter in 'HCdcfFpX?\0\xff'),
        *(pytest.param(EXTENDED[:-5] + frame(letter), id=f'steps {letter}') for letter in 'HCdcfFpX?\0\xff'),
        pytest.param(SYNC, id='Sync alone'),
        pytest.param(SYNC + EXTENDED, id='Sync before steps'),
        pytest.param(EXTENDED[:-5] + QUERY, id='Query behind steps'),
        pytest.param(b'Q\0\0\0\3', id='Query, length 3'),
        pytest.param(b'Q\0\0\0\0', id='Query, length 0'),
        pytest.param(b'Q\xff\xff\xff\xff', id='Query, negative length'),
        pytest.param(b'Q\0\1\0\0', id='Query, 65536'),
        pytest.param(b'P\0\0\0\3', id='Parse, length 3'),
        pytest.param(b'P\x80\0\0\0', id='Parse, 2 GiB'),
        pytest.param(EXECUTE + b'E\0\0\0\0', id='Execute, length 0'),
        pytest.param(EXECUTE + b'S\0\0\0\3', id='Sync, length 3'),
        pytest.param(query_of(LONGEST_TURN + 1), id='long Query'),
        pytest.param(execution_of(LONGEST_TURN + 1), id='long turn'),
        pytest.param(frame('B', bytes(LONGEST_TURN)) + SYNC, id='long Bind'),
        pytest.param(execution_of(LONGEST_TURN)[: -len(SYNC)] + EXECUTE, id='one step too many'),
    ],
)
def test_what_takes_care_is_no_turn_and_stays(plain: Between, messages: bytes) -> None:
    plain.request(messages)
    assert plain.client.turn() == -1
    plain.request(QUERY)
    assert plain.client.turn() == -1
    assert plain.client.read_exactly(len(messages + QUERY)) == messages + QUERY


@pytest.mark.parametrize('messages', [SYNC, frame('X'), b'Q\0\0\0\3', b'B\0\1\0\0'], ids=repr)
def test_what_takes_care_is_seen_behind_a_turn(plain: Between, messages: bytes) -> None:
    plain.request(QUERY + EXTENDED + messages)
    for whole in (QUERY, EXTENDED):
        assert plain.client.turn() > 0
        assert plain.client.take_turn() == whole
    assert plain.client.turn() == -1


def test_what_takes_care_is_seen_as_soon_as_its_header_is_there(plain: Between) -> None:
    plain.request(EXECUTE + b'C\0\0\1')
    assert plain.client.turn() == 0
    plain.request(b'\0')
    assert plain.client.turn() == -1


@pytest.mark.parametrize('whole', [query_of(LONGEST_TURN), execution_of(LONGEST_TURN)], ids=['simple', 'extended'])
def test_longest_turn_is_one(place: Between, whole: bytes) -> None:
    assert len(whole) == LONGEST_TURN
    place.request(whole[:-1])
    assert place.client.turn() == 0
    place.request(whole[-1:] + QUERY)
    assert place.client.turn() > 0
    assert place.client.take_turn() == whole
    assert place.client.turn() == ord('Q')
