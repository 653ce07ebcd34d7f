"""Portals end with the subtransaction that made them; each name is given once."""

from typing import cast

import pytest

from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.errors import GatherLimit, PortalCannotBeRun, PortalExists, PortalNotFound
from pgdog_gevent.execution.answer import Answer, Rows
from pgdog_gevent.execution.question import NO_VALUES
from pgdog_gevent.frontend.portal import Portal, held, nothing_left, with_count
from pgdog_gevent.frontend.portals import Portals
from pgdog_gevent.router.plan import Anywhere


def portal(*, returns: bool = False) -> Portal:
    return Portal(cast(PreparedStatement, None), None, Anywhere(), NO_VALUES, returns=returns)


def some(**depths: int) -> Portals:
    portals = Portals()
    for name, depth in depths.items():
        portals.put(name.encode(), portal(), depth)
    return portals


def names(portals: Portals) -> str:
    return ''.join(name for name in 'abcd' if name.encode() in portals)


def test_name_is_free_when_its_portal_is_closed() -> None:
    portals = some(a=0)
    with pytest.raises(PortalExists, match='cursor "a" already exists') as raised:
        portals.check_free(b'a')
    assert raised.value.sqlstate == '42P03'
    portals.close(b'a')
    portals.check_free(b'a')
    with pytest.raises(PortalNotFound):
        portals.find(b'a')


def test_portal_without_a_name_gives_way() -> None:
    portals = Portals()
    portals.put(b'', portal(), 0)
    portals.check_free(b'')


@pytest.mark.parametrize(('depth', 'left'), [(1, 'a'), (2, 'ab'), (3, 'abc'), (4, 'abcd')])
def test_those_made_since_a_savepoint_go_with_it(depth: int, left: str) -> None:
    portals = some(a=0, b=1, c=2, d=3)
    portals.roll_back_to(depth)
    assert names(portals) == left


def test_those_of_a_savepoint_that_is_released_stay_until_the_one_before_it() -> None:
    portals = some(a=0, b=2, c=3)
    portals.release(1)
    portals.roll_back_to(2)
    assert names(portals) == 'abc'
    portals.roll_back_to(1)
    assert names(portals) == 'a'


def test_all_end_with_the_transaction() -> None:
    portals = some(a=0, b=1)
    portals.clear()
    assert names(portals) == ''


@pytest.mark.parametrize(
    ('tag', 'shown'),
    [(b'SELECT 9\0', b'SELECT 2\0'), (b'INSERT 0 9\0', b'INSERT 0 2\0'), (b'SHOW\0', b'SHOW\0')],
)
def test_tag_counts_the_rows_of_the_last_execute(tag: bytes, shown: bytes) -> None:
    assert with_count(tag, 2) == shown


def test_what_has_returned_rows_has_none_left_and_all_else_is_not_done_twice() -> None:
    assert nothing_left(portal(returns=True), b'a') == []
    with pytest.raises(PortalCannotBeRun):
        nothing_left(portal(), b'a')


def test_rows_that_are_too_many_are_refused_where_they_come_from() -> None:
    thrown = list[BaseException]()

    def rows() -> Rows:
        try:
            yield b'x' * 50
            yield b'y' * 50
        except GatherLimit as error:
            thrown.append(error)
            raise

    with pytest.raises(GatherLimit):
        held(Answer(None, rows(), ()), 200)
    assert len(thrown) == 1


def test_rows_that_fit_are_kept() -> None:
    def rows() -> Rows:
        yield b'x'
        yield b'y'

    assert held(Answer(None, rows(), ()), 200) == [b'x', b'y']
