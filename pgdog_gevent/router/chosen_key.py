"""``key`` in the form that is used: compiled where it has been compiled."""

from typing import TYPE_CHECKING

from pgdog_gevent.compiled import COMPILED

if TYPE_CHECKING or not COMPILED:
    from pgdog_gevent.router.key import key
else:
    from pgdog_gevent.router._key import key

__all__ = ['key']
