"""When the servers of a database are looked at, and for what. Pure."""

from typing import NamedTuple, Self

from pgdog_gevent.config.choices import ReadYourWrites
from pgdog_gevent.config.settings import Config


class Timing(NamedTuple):
    """Times are seconds."""

    health_delay: float
    health_interval: float | None
    """``None``: health is not looked at."""
    health_timeout: float
    replication_delay: float
    replication_interval: float | None
    """``None``: replication is not looked at."""
    replication_timeout: float
    most_lag: float | None
    most_lag_bytes: int | None

    @classmethod
    def of(cls, config: Config, *, detects_roles: bool) -> Self:
        """What the configuration says for the servers of a shard.

        Replication is looked at if ``lsn_check_delay`` says when, or if something depends on it.
        """
        general = config.general
        causal = any(
            choice not in (None, ReadYourWrites.OFF)
            for choice in (general.read_your_writes, *(user.read_your_writes for user in config.users))
        )
        settings = (general.ban_replica_lag, general.ban_replica_lag_bytes, general.lsn_check_delay)
        looks = detects_roles or causal or any(setting is not None for setting in settings)
        return cls(
            health_delay=general.idle_healthcheck_delay,
            health_interval=general.idle_healthcheck_interval or None,
            health_timeout=general.healthcheck_timeout,
            replication_delay=general.lsn_check_delay or 0.0,
            replication_interval=general.lsn_check_interval if looks else None,
            replication_timeout=general.lsn_check_timeout,
            most_lag=general.ban_replica_lag,
            most_lag_bytes=general.ban_replica_lag_bytes,
        )
