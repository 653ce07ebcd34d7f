"""What a worker borrows: whoever waits for a permit is heard of, whatever happens in the same moment."""

from math import inf

import gevent

from pgdog_gevent.backend.line import Place
from pgdog_gevent.supervisor.borrowing import Borrowing
from pgdog_gevent.supervisor.messages import FromWorker, Lent, Needed, Recalled, Returned
from tests.unit.backend.shards import Site


class Client(Place):
    """Waits, and does nothing with what it gets."""

    def wake(self) -> None:
        pass


def test_client_that_comes_while_the_only_permit_is_about_to_be_returned_is_heard_of() -> None:
    sent: list[FromWorker] = []
    borrowing = Borrowing(sent.append, worker=0, workers=2)
    [pool] = Site('primary').pools
    borrowing.allot(pool)
    borrowing.take(Lent(pool.id, 1))
    pool.permits.acquire()

    def go_on() -> None:
        """One client has done, and another begins, while what the recall has begun is waiting for the event loop."""
        pool.permits.release()
        pool.permits.enqueue(Client(0.0, inf))

    borrowing.take(Recalled(pool.id, 1))
    gevent.get_hub().loop.run_callback(go_on)
    gevent.sleep(0.05)
    assert Returned(pool.id, 1) in sent
    assert any(isinstance(news, Needed) and news.waits for news in sent)
