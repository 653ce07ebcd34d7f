"""Greenlets are counted until they have ended."""

import gevent
from gevent.event import Event

from pgdog_gevent.observe.greenlets import Greenlets


def test_greenlets_count_until_they_have_ended() -> None:
    greenlets, end = Greenlets(), Event()
    spawned = [gevent.spawn(end.wait) for _ in range(3)]
    assert len(greenlets) == 3
    gevent.sleep(0)
    assert len(greenlets) == 3
    end.set()
    gevent.joinall(spawned)
    assert len(greenlets) == 0


def test_greenlets_that_are_killed_before_they_begin_have_ended() -> None:
    greenlets = Greenlets()
    held = [gevent.spawn(gevent.sleep, 1000) for _ in range(2)]
    gevent.killall(held)
    assert len(greenlets) == 0
