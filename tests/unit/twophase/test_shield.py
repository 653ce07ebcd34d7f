"""What is thrown at one who waits for work that is done to its end."""

import gevent
import pytest
from gevent.event import Event
from greenlet import getcurrent

from pgdog_gevent.errors import CanceledByUser, ShuttingDown
from pgdog_gevent.twophase.shield import shielded

CANCEL, END = CanceledByUser(), ShuttingDown('enough')


@pytest.mark.parametrize('thrown', [(CANCEL, END), (END, CANCEL)], ids=['cancel first', 'end first'])
def test_session_that_is_canceled_and_ended_ends(thrown: tuple[Exception, ...]) -> None:
    me, done, rest = getcurrent(), Event(), iter(thrown)

    def throw_next() -> None:
        error = next(rest, None)
        if error is None:
            done.set()
        else:
            gevent.kill(me, error)

    gevent.spawn(throw_next)
    assert shielded(done.wait, throw_next) == (True, END)
