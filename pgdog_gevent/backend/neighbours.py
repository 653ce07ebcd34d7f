"""The other processes of the proxy, as far as they have to hear what clients of this one do to databases."""

from collections.abc import Collection, Mapping
from typing import Protocol

from pydantic import SecretStr

from pgdog_gevent.backend.floor import Floor, OwnFloor
from pgdog_gevent.backend.visibility import Elsewhere, NoneElsewhere
from pgdog_gevent.config.resolve import Place, PoolSettings

Greeted = tuple[tuple[str, bytes], ...]
"""The settings that a session begins with, as ``backend.settings`` writes them."""


class Neighbours(Protocol):
    """They hear what they are told soon; once ``settle`` has returned, they have heard it."""

    def schema_changes(self, place: Place) -> None:
        """There may be other functions and types in a database."""
        ...

    def tables_change(self, names: Collection[str]) -> None:
        """There may be other tables of these names."""
        ...

    def catalog_changes(self, place: Place) -> None:
        """There may be other tables and types in a database, and what is known of them has to be read."""
        ...

    def sequences_are_read(self, place: Place) -> None:
        """Clients of a database ask what has been taken from sequences."""
        ...

    def settle(self) -> None:
        """Return when all have heard what they have been told so far."""
        ...

    def password_is(self, user: str, database: str, password: SecretStr) -> None:
        """A server has accepted what a pass-through client typed."""
        ...

    def client_of(self, settings: PoolSettings, pid: int) -> int | None:
        """As ``Pool.client_of``, of the same pool in other processes."""
        ...

    def floor(self, database: str, shard: int) -> Floor:
        """How far replicas must have replayed for all that clients have written, in all processes."""
        ...

    def commits(self) -> Elsewhere:
        """The commits in two phases of other processes."""
        ...

    def greeting(self, user: str, database: str, settings: Greeted) -> Mapping[str, str] | None:
        """What a cluster tells sessions that begin with ``settings``, if another process knows it."""
        ...


class Nobody:
    """There is no other process."""

    def schema_changes(self, place: Place) -> None:
        pass

    def tables_change(self, names: Collection[str]) -> None:
        pass

    def catalog_changes(self, place: Place) -> None:
        pass

    def sequences_are_read(self, place: Place) -> None:
        pass

    def settle(self) -> None:
        pass

    def password_is(self, user: str, database: str, password: SecretStr) -> None:
        pass

    def client_of(self, settings: PoolSettings, pid: int) -> int | None:
        return None

    def floor(self, database: str, shard: int) -> Floor:
        return OwnFloor()

    def commits(self) -> Elsewhere:
        return NoneElsewhere()

    def greeting(self, user: str, database: str, settings: Greeted) -> Mapping[str, str] | None:
        return None
