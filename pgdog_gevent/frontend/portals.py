"""The portals of a session with several shards, by their names: they end with the subtransaction that made them."""

from pgdog_gevent.errors import PortalExists, PortalNotFound
from pgdog_gevent.frontend.portal import Portal


class Portals:
    """``depth`` is how many savepoints there are."""

    __slots__ = ('_portals',)

    def __init__(self) -> None:
        self._portals: dict[bytes, Portal] = {}

    def __contains__(self, name: bytes) -> bool:
        return name in self._portals

    def get(self, name: bytes) -> Portal | None:
        return self._portals.get(name)

    def find(self, name: bytes) -> Portal:
        """Raises PortalNotFound."""
        portal = self._portals.get(name)
        if portal is None:
            raise PortalNotFound(name)
        return portal

    def check_free(self, name: bytes) -> None:
        """Raise PortalExists; the one without a name gives way."""
        if name and name in self._portals:
            raise PortalExists(name)

    def put(self, name: bytes, portal: Portal, depth: int) -> None:
        portal.depth = depth
        self._portals[name] = portal

    def close(self, name: bytes) -> None:
        self._portals.pop(name, None)

    def clear(self) -> None:
        """The transaction has ended."""
        self._portals.clear()

    def roll_back_to(self, depth: int) -> None:
        """ROLLBACK TO SAVEPOINT, to the last one that is left."""
        for name in [name for name, portal in self._portals.items() if portal.depth >= depth]:
            del self._portals[name]

    def release(self, depth: int) -> None:
        """RELEASE SAVEPOINT: these are all that are left."""
        for portal in self._portals.values():
            portal.depth = min(portal.depth, depth)
