"""What a client has written, shard by shard."""

import pytest

from pgdog_gevent.backend.floor import Floor
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.execution.written import Written
from tests.unit.backend.shards import PRIMARY, REPLICA, Site, Values

TWO_SHARDS: tuple[Values, ...] = (
    {'role': PRIMARY, 'shard': 0},
    {'role': REPLICA, 'shard': 0},
    {'role': PRIMARY, 'shard': 1},
    {'role': REPLICA, 'shard': 1},
)
ONLY_READS: Values = {'role': REPLICA, 'shard': 2}
SESSION: Values = {'read_your_writes': 'session'}
DATABASE: Values = {'read_your_writes': 'database'}


def floor(written: Written, site: Site, shard: int) -> Floor:
    found = written.floor(site.cluster, shard)
    assert found is not None
    return found


def test_places_of_one_shard_are_nothing_to_another() -> None:
    site = Site(*TWO_SHARDS, general=SESSION)
    written = Written(site.cluster)
    floor(written, site, 0).rise(1000)
    assert [floor(written, site, shard).lsn for shard in (0, 1)] == [1000, 0]


def test_clients_of_a_database_share_the_place_of_each_shard() -> None:
    site = Site(*TWO_SHARDS, general=DATABASE)
    floor(Written(site.cluster), site, 1).rise(1000)
    assert [floor(Written(site.cluster), site, shard).lsn for shard in (0, 1)] == [0, 1000]


def test_shard_without_a_primary_has_none() -> None:
    site = Site(*TWO_SHARDS, ONLY_READS, general=SESSION)
    assert site.cluster.causal
    assert Written(site.cluster).floor(site.cluster, 2) is None


@pytest.mark.parametrize('general', [SESSION, DATABASE], ids=['session', 'database'])
def test_what_is_known_outlives_a_reload(general: Values) -> None:
    site = Site(*TWO_SHARDS, general=SESSION)
    before = Written(site.cluster)
    floor(before, site, 1).rise(1000)
    assert not before.turn(1, wrote=True, shard=0)
    site = Site(*TWO_SHARDS, general=general)
    after = Written(site.cluster)
    after.take_over(before, site.cluster)
    assert [floor(after, site, shard).lsn for shard in (0, 1)] == [0, 1000]
    assert after.turn(0, wrote=False, shard=1)


def test_binding_knows_of_each_shard_whether_it_has_written_there() -> None:
    binding = Binding(Site(*TWO_SHARDS, general=SESSION).cluster, 1)
    binding.wrote = True
    binding.turn_to(1)
    assert not binding.wrote
    binding.turn_to(0)
    assert binding.wrote
    binding.wrote = False
    binding.turn_to(1)
    binding.turn_to(0)
    assert not binding.wrote


def test_binding_remembers_nothing_that_nobody_asks_for() -> None:
    binding = Binding(Site(*TWO_SHARDS).cluster, 1)
    binding.turn_to(1)
    assert (binding.shard, binding.wrote, binding.position) == (1, False, 0)
