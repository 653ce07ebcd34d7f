"""The other processes of the proxy, as far as they have to hear what clients of this one do to databases."""

from collections.abc import Collection
from typing import Protocol

from pgdog_gevent.config.resolve import Place, PoolSettings


class Neighbours(Protocol):
    """They hear what they are told soon; once ``settle`` has returned, they have heard it."""

    def schema_changes(self, place: Place) -> None:
        """There may be other functions and types in a database."""
        ...

    def tables_change(self, names: Collection[str]) -> None:
        """There may be other tables of these names."""
        ...

    def sequences_are_read(self, place: Place) -> None:
        """Clients of a database ask what has been taken from sequences."""
        ...

    def settle(self) -> None:
        """Return when all have heard what they have been told so far."""
        ...

    def client_of(self, settings: PoolSettings, pid: int) -> int | None:
        """As ``Pool.client_of``, of the same pool in other processes."""
        ...


class Nobody:
    """There is no other process."""

    def schema_changes(self, place: Place) -> None:
        pass

    def tables_change(self, names: Collection[str]) -> None:
        pass

    def sequences_are_read(self, place: Place) -> None:
        pass

    def settle(self) -> None:
        pass

    def client_of(self, settings: PoolSettings, pid: int) -> int | None:
        return None
