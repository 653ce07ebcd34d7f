"""What a client's reads must show, shard by shard: places in the WAL of one say nothing of another's."""


from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.floor import Floor, OwnFloor
from pgdog_gevent.config.choices import ReadYourWrites


class Written:
    """How far replicas must have replayed for one client, and where it may have written since that was asked."""

    __slots__ = ('_floors', '_own', '_unplaced')

    def __init__(self, cluster: Cluster) -> None:
        self._own = cluster.settings.read_your_writes is ReadYourWrites.SESSION
        self._floors: dict[int, Floor] = {}
        self._unplaced: set[int] = set()

    def floor(self, cluster: Cluster, shard: int) -> Floor | None:
        """That of a shard; ``None`` if it has no primary, so that nothing is written there."""
        servers = cluster.at(shard)
        if servers is None or not servers.writes:
            return None
        floor = self._floors.get(shard)
        if floor is None:
            floor = self._floors[shard] = OwnFloor() if self._own else servers.fleet.floor
        return floor

    def turn(self, before: int, wrote: bool, shard: int) -> bool:
        """Whether it has written on ``shard`` at a place that is not known; ``wrote``: the same of the one before."""
        if wrote:
            self._unplaced.add(before)
        else:
            self._unplaced.discard(before)
        return shard in self._unplaced

    def take_over(self, before: 'Written', cluster: Cluster) -> None:
        """Go on after a reload."""
        self._unplaced |= before._unplaced
        for shard, known in before._floors.items():
            floor = self.floor(cluster, shard)
            if floor is not None:
                floor.rise(known.lsn)
