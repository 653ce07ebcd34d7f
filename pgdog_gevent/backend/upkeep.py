"""As many connections as a pool should have: those that are too many or too old go, those that are missing come."""

import logging
from time import monotonic

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.stock import Stock

log = logging.getLogger(__name__)


def trim(stock: Stock) -> None:
    """Close idle connections that must not be kept, are beyond ``pool_size``, or are not needed any more.

    Each takes a permit: nobody opens its successor before it is gone. If none is free, one that is on its way to a
    waiter will serve, or the next call does it.
    """
    now = monotonic()
    while stock.idle and (reason := _surplus(stock, now)) and stock.permits.try_acquire():
        log.debug('closing a connection to %s: %s', stock.settings.name, reason)
        stock.remove(stock.idle[0])
    for connection in [idle for idle in stock.idle if not stock.keepable(idle, now)]:
        if stock.permits.try_acquire():
            stock.remove(connection)
    _recall(stock)


def wants_more(stock: Stock) -> bool:
    """Whether there are fewer connections than ``min_pool_size``."""
    return stock.gate.open and stock.total < stock.settings.min_pool_size


def warm(stock: Stock) -> None:
    """Open connections until there are ``min_pool_size``. Raises ServerUnreachable."""
    while wants_more(stock) and stock.permits.try_acquire():
        try:
            connection = stock.dialer.open()
        except BaseException:
            stock.permits.release()
            raise
        if stock.keepable(connection, monotonic()):
            stock.add(connection)
        else:
            stock.retire(connection)


def _surplus(stock: Stock, now: float) -> str:
    """Why the connection that has been idle for longest is not needed; empty if it is."""
    if stock.excessive:
        return f'there are more than pool_size ({stock.permits.size})'
    timeout = stock.settings.idle_timeout
    if timeout is None or stock.total <= stock.settings.min_pool_size:
        return ''
    return f'idle for idle_timeout ({timeout:g} s)' if now - stock.idle[0].released_at >= timeout else ''


def _recall(stock: Stock) -> None:
    """Ask for connections that would never come back by themselves and must not be kept; age does not count."""
    for connection in stock.lent:
        if connection.recall is not None and not _wanted(stock, connection):
            connection.recall()


def _wanted(stock: Stock, connection: BackendConnection) -> bool:
    return stock.gate.open and not stock.dialer.outdated(connection)
