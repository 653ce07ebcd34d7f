import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.net.dial import TcpOptions, dial
from pgdog_gevent.net.resolver import Resolver

OTHER = '127.0.0.2'


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def resolver(*addresses: str) -> Resolver:
    return Resolver(None, lambda host: addresses)


def test_a_name_is_reached_at_its_address(listening: int) -> None:
    with closing(dial('db.example', listening, TcpOptions(), resolver(LOOPBACK))) as connected:
        assert connected.getpeername() == (LOOPBACK, listening)


def test_addresses_are_tried_until_one_answers(listening: int) -> None:
    with closing(dial('db.example', listening, TcpOptions(), resolver(OTHER, '::1', LOOPBACK))) as connected:
        assert connected.getpeername() == (LOOPBACK, listening)


def test_if_none_answers_the_last_error_rises(listening: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        dial('db.example', listening, TcpOptions(), resolver('::1', OTHER))


def test_a_literal_address_needs_nobody_who_knows_names(listening: int) -> None:
    with closing(dial(LOOPBACK, listening, TcpOptions(), resolver())) as connected:
        assert connected.getpeername() == (LOOPBACK, listening)
