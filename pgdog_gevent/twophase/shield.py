"""Work that is done to its end, whatever is thrown at the one who waits for it."""

from collections.abc import Callable
from typing import TypeVar

import gevent

from pgdog_gevent.errors import QueryCanceled

T = TypeVar('T')


def shielded(work: Callable[[], T], interrupt: Callable[[], None]) -> tuple[T, BaseException | None]:
    """Have it done in a greenlet of its own; return what it returns, and what has been thrown at us meanwhile.

    Of several it is the one that ends the session rather than a cancel. ``interrupt`` is told when something is, and
    does not wait. Raises what the work raises.
    """
    worker = gevent.spawn(work)
    thrown: BaseException | None = None
    while not worker.ready():
        try:
            worker.join()
        except BaseException as error:  # noqa: BLE001  A kill or a timeout; it is the caller's to raise again.
            thrown = error if thrown is None or isinstance(thrown, QueryCanceled) else thrown
            interrupt()
    return worker.get(), thrown
