"""Greenlets are counted while there is anything of them."""

import gevent
from gevent.event import Event

from pgdog_gevent.observe.greenlets import Greenlets


def test_greenlets_count_until_they_have_ended() -> None:
    greenlets, end = Greenlets(), Event()
    spawned = [gevent.spawn(end.wait) for _ in range(3)]
    gevent.sleep(0)
    assert len(greenlets) == 3
    end.set()
    gevent.joinall(spawned)
    spawned.clear()
    gevent.sleep(0)  # The hub lets go of the last one.
    assert len(greenlets) == 0


def test_ended_greenlet_that_somebody_holds_counts() -> None:
    greenlets = Greenlets()
    held = gevent.spawn(int)
    held.join()
    assert len(greenlets) == 1
    del held
    gevent.sleep(0)
    assert len(greenlets) == 0
