"""What is remembered of cursors."""

from typing import cast

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.frontend.cursors import Cursors


class Held:
    """Connections of some shards."""

    def __init__(self, *shards: int) -> None:
        self.shards = shards


class Server:
    """One that has these cursors."""

    def __init__(self, *names: bytes) -> None:
        self._names = names

    def run(self, sql: bytes) -> tuple[bytes, ...]:
        return tuple(b'row' for name in self._names if sql.endswith(b"E'%b'" % name))


def cursors(held: Held, servers: dict[int, Server]) -> Cursors:
    return Cursors(cast(Holdings, held), lambda shard: cast(BackendConnection, servers[shard]))


def test_only_cursors_with_hold_outlive_a_transaction_and_only_with_their_connection() -> None:
    held = Held(0, 1, 2)
    known = cursors(held, {})
    known.declare('a', 0, with_hold=False)
    known.declare('b', 1, with_hold=True)
    known.declare('c', 2, with_hold=True)
    held.shards = (0, 1)
    known.end_transaction()
    assert [known.find(name) for name in 'abc'] == [None, 1, None]


def test_name_is_given_anew() -> None:
    known = cursors(Held(0, 1), {})
    known.declare('a', 0, with_hold=True)
    known.declare('a', 1, with_hold=False)
    assert known.find('a') == 1
    known.end_transaction()
    assert known.find('a') is None


def test_cursor_that_a_function_has_opened_is_looked_for() -> None:
    known = cursors(Held(0, 1), {0: Server(), 1: Server(b"it''s")})
    assert known.locate("it's") == 1
    assert known.locate('other') is None


def test_what_is_remembered_may_be_out_of_date() -> None:
    known = cursors(Held(0, 1), {0: Server(), 1: Server()})
    known.declare('a', 0, with_hold=False)
    assert known.find('a') == 0
    assert not known.exists('a')
