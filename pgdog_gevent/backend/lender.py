"""How many connections each pool of this process may have."""

from typing import Protocol

from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.config.resolve import PoolSettings


class Lender(Protocol):
    """Says how many permits each pool has."""

    def share(self, settings: PoolSettings) -> PoolSettings:
        """What of a pool's settings is for this process."""
        ...

    def allot(self, pool: Pool) -> None:
        """See to it that a pool, which is new or has new settings, gets its permits."""
        ...


class InFull:
    """Gives this process all there is, as it is the only one."""

    def share(self, settings: PoolSettings) -> PoolSettings:
        return settings

    def allot(self, pool: Pool) -> None:
        pool.resize(pool.settings.pool_size)
