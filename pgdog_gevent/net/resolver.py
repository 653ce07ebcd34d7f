"""The addresses of host names, remembered for a while, and used on when nobody says what they are."""

import logging
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from time import monotonic
from typing import Final

from pgdog_gevent.net.deadline import Deadline

log = logging.getLogger(__name__)

Lookup = Callable[[str], Iterable[str]]
"""A host name to its addresses, the preferred one first. Raises OSError."""

PATIENCE: Final = 1.0
"""Seconds for a look-up of a name whose addresses are known; then they are still good."""
PAUSE: Final = 5.0
"""Seconds for which addresses are good again after a look-up that has failed, so that not everyone waits for it."""


def look_up(host: str) -> list[str]:
    """Ask the system, in its order, IPv6 and IPv4. Other greenlets run meanwhile: gevent asks in a thread."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_name(host: str) -> bool:
    """Whether a host has to be looked up; literal addresses and directories of Unix sockets have not."""
    if host.startswith('/'):
        return False
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


@dataclass(frozen=True, slots=True)
class _Known:
    addresses: tuple[str, ...]
    good_until: float


class Resolver:
    """Looks host names up. ``ttl`` is how many seconds an answer is good for; ``None``: every time is another one."""

    def __init__(
        self, ttl: float | None = None, lookup: Lookup = look_up, clock: Callable[[], float] = monotonic
    ) -> None:
        self.ttl = ttl
        self._lookup = lookup
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses to try, in this order; ``host`` itself if it is no name.

        Waits while a name is looked up. Raises OSError if nothing is known of it, and nothing can be found out.
        """
        if not is_name(host):
            return (host,)
        known = self._known.get(host)
        if known is not None and self._clock() < known.good_until:
            return known.addresses
        return self.look_again(host)

    def look_again(self, host: str) -> tuple[str, ...]:
        """The same, by a new look-up."""
        known = self._known.get(host)
        if known is None:
            return self._remember(host, self._lookup(host), self.ttl or 0.0)
        reason = f'no answer in {PATIENCE:g} s'
        with Deadline(PATIENCE):
            try:
                return self._remember(host, self._lookup(host), self.ttl or 0.0)
            except OSError as error:
                reason = error.strerror or str(error)
        log.warning('looking %s up: %s; its last known addresses are used on', host, reason)
        return self._remember(host, known.addresses, PAUSE)

    def known(self, host: str) -> tuple[str, ...]:
        """What the last look-up has found, however old that is; nothing if there was none."""
        known = self._known.get(host)
        return () if known is None else known.addresses

    def forget_others(self, hosts: Iterable[str]) -> None:
        """Keep only what is known of these."""
        wanted = set(hosts)
        self._known = {host: known for host, known in self._known.items() if host in wanted}

    def _remember(self, host: str, addresses: Iterable[str], seconds: float) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(addresses))
        if not found:
            raise OSError(f'{host} has no address')
        self._known[host] = _Known(found, self._clock() + seconds)
        return found
