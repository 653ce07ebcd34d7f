"""Choose TCP ports on 127.0.0.1 that nobody listens on."""

import random
import socket

LOOPBACK = '127.0.0.1'
PORTS = range(15_000, 32_000)
"""Below what Linux gives to outgoing connections: one could take the port of a server that restarts."""


def free_port(ports: range = PORTS) -> int:
    """Return one of ``ports`` that could be bound a moment ago; who binds it must be ready to find it taken."""
    while True:
        port = random.choice(ports)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Whether ``port`` can be bound now, as a server would bind it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
