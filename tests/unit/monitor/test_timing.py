"""When servers are looked at."""

import pytest

from pgdog_gevent.config.settings import Config
from pgdog_gevent.monitor.timing import Timing
from tests.unit.backend.shards import AUTO, NOTHING, PRIMARY, REPLICA, Values, config


def timing(general: Values = NOTHING, user: Values = NOTHING, *, detects_roles: bool = False) -> Timing:
    return Timing.of(config(PRIMARY, REPLICA, general=general, user=user), detects_roles=detects_roles)


def test_replication_is_not_looked_at_unless_something_needs_it() -> None:
    assert timing().replication_interval is None


@pytest.mark.parametrize(
    ('general', 'user', 'detects_roles'),
    [
        pytest.param(NOTHING, NOTHING, True, id='roles'),
        pytest.param({'ban_replica_lag': 1000}, NOTHING, False, id='ban_replica_lag'),
        pytest.param({'ban_replica_lag': 0}, NOTHING, False, id='ban_replica_lag of 0'),
        pytest.param({'ban_replica_lag_bytes': 1000}, NOTHING, False, id='ban_replica_lag_bytes'),
        pytest.param({'ban_replica_lag_bytes': 0}, NOTHING, False, id='ban_replica_lag_bytes of 0'),
        pytest.param({'read_your_writes': 'session'}, NOTHING, False, id='read_your_writes'),
        pytest.param(NOTHING, {'read_your_writes': 'database'}, False, id='read_your_writes of a user'),
        pytest.param({'lsn_check_delay': 0}, NOTHING, False, id='lsn_check_delay'),
    ],
)
def test_replication_is_looked_at_if_something_needs_it(general: Values, user: Values, detects_roles: bool) -> None:
    found = timing({'lsn_check_interval': 2000, **general}, user, detects_roles=detects_roles)
    assert (found.replication_interval, found.replication_delay) == (2.0, 0.0)


def test_reading_of_ones_writes_that_is_off_needs_nothing() -> None:
    assert timing({'read_your_writes': 'off'}, {'read_your_writes': 'off'}).replication_interval is None


def test_times_are_those_of_the_file() -> None:
    found = timing({
        'idle_healthcheck_delay': 1000, 'idle_healthcheck_interval': 2000, 'healthcheck_timeout': 3000,
        'lsn_check_delay': 4000, 'lsn_check_interval': 5000, 'lsn_check_timeout': 6000,
        'ban_replica_lag': 7000, 'ban_replica_lag_bytes': 8000,
    })  # fmt: skip
    assert found == Timing(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8000)


def test_health_is_not_looked_at_every_0_seconds() -> None:
    assert timing({'idle_healthcheck_interval': 0}).health_interval is None


def test_limits_that_are_not_set_are_none() -> None:
    found: Config = config(AUTO)
    judged = Timing.of(found, detects_roles=True)
    assert (judged.most_lag, judged.most_lag_bytes) == (None, None)
