"""Ports that nobody listens on."""

import socket

from pgdog_gevent.demo.ports import LOOPBACK, free_port, is_free


def test_a_port_that_is_listened_on_is_not_free() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_a_free_port_is_one_of_those_asked_for() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        taken = server.getsockname()[1]
        free = free_port(range(taken - 3, taken + 3))
    assert free != taken
    assert free in range(taken - 3, taken + 3)
