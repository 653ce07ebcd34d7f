"""What systemd and its service agree on: notifications, and sockets opened in advance.

Both are environment variables, a datagram socket and file descriptors: sd_notify(3), sd_listen_fds(3).
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from typing import Final

log = logging.getLogger(__name__)

FIRST_INHERITED: Final = 3
"""SD_LISTEN_FDS_START."""
PATIENCE: Final = 1.0
"""Longest wait for systemd to take a notification, in seconds."""


def notify(*lines: str, make_socket: Callable[[int, int], socket.socket] = socket.socket) -> None:
    """Tell systemd, such as ``READY=1`` or ``STATUS=...``; nothing happens where nobody has asked for it.

    ``RELOADING=1`` is sent with the time, as units of ``Type=notify-reload`` want it. Who has no hub, and is to have
    none, says how sockets are made without one.
    """
    address = os.environ.get('NOTIFY_SOCKET', '')
    if not address.startswith(('/', '@')):
        return
    if address.startswith('@'):
        # The abstract namespace of Linux.
        address = f'\0{address[1:]}'
    message = '\n'.join(_completed(lines)).encode()
    try:
        with make_socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(PATIENCE)
            sender.sendto(message, address)
    except OSError as error:
        log.warning('cannot notify systemd: %s', error)


def _completed(lines: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        yield line
        if line == 'RELOADING=1':
            yield f'MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}'


def inherited_sockets() -> list[int]:
    """Return the file descriptors of the sockets that the socket unit has opened, in the unit's order.

    To be called once: the variables that tell of them go away, so that no child takes them for its own, and the
    descriptors will not survive an exec.
    """
    ours = os.environ.pop('LISTEN_PID', '') == str(os.getpid())
    count = os.environ.pop('LISTEN_FDS', '')
    for name in ('LISTEN_FDNAMES', 'LISTEN_PIDFDID'):
        os.environ.pop(name, None)
    if not ours or not count.isdecimal():
        return []
    descriptors = list(range(FIRST_INHERITED, FIRST_INHERITED + int(count)))
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    return descriptors
