"""The hot half of a stream: in C where it has been compiled, else in Python."""

from typing import TYPE_CHECKING

from pgdog_gevent.compiled import COMPILED

if TYPE_CHECKING or not COMPILED:
    from pgdog_gevent.net.relay import LONGEST_TURN, Wire
else:
    from pgdog_gevent.net._relay import LONGEST_TURN, Wire

__all__ = ['LONGEST_TURN', 'Wire']
