"""Recovery of all databases of this process."""

from collections.abc import Callable, Iterable

from gevent.lock import BoundedSemaphore

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.config.settings import Config
from pgdog_gevent.twophase.recovery import Recovery, Terms
from pgdog_gevent.twophase.register import Register
from pgdog_gevent.twophase.resolve import YOUNG


class Recoveries:
    """One pass over all databases of several shards at a time.

    Where no user commits in two phases it is looked until there is nothing left of a time when one did.
    """

    def __init__(
        self, clusters: Callable[[], Iterable[Cluster]], config: Callable[[], Config], register: Register,
        clock: Callable[[], float], *, on_duty: bool,
    ) -> None:  # fmt: skip
        """``on_duty``: whether this process does it for all processes of the proxy; else only what is its own."""
        self._clusters = clusters
        self._config = config
        self._register = register
        self._clock = clock
        self.on_duty = on_duty
        self._recoveries: dict[str, Recovery] = {}
        self._nothing_left: set[str] = set()
        self._lock = BoundedSemaphore()

    def step(self) -> None:
        """One pass over those databases that may have something to recover."""
        own = {entry.database for entry in self._register.left}
        with self._lock:
            for database, clusters in self._databases().items():
                if database in own or (self.on_duty and self._is_wanted(database, clusters)):
                    self._recover(database, clusters, hurried=False)

    def recover(self) -> tuple[str, ...]:
        """One pass over all, now; return what could not be done."""
        with self._lock:
            return tuple(
                f'{database}: {failure}' for database, clusters in self._databases().items()
                for failure in self._recover(database, clusters, hurried=True)
            )  # fmt: skip

    def close(self) -> None:
        """Leave no connection open."""
        for recovery in self._recoveries.values():
            recovery.close()

    def _databases(self) -> dict[str, list[Cluster]]:
        databases: dict[str, list[Cluster]] = {}
        for cluster in self._clusters():
            if cluster.topology.shards > 1 and not cluster.retired:
                databases.setdefault(cluster.settings.database, []).append(cluster)
        for database in self._recoveries.keys() - databases.keys():
            self._recoveries.pop(database).close()
            self._register.in_doubt.pop(database, None)
            self._nothing_left.discard(database)
        return databases

    def _is_wanted(self, database: str, clusters: Iterable[Cluster]) -> bool:
        return database not in self._nothing_left or any(cluster.settings.two_phase_commit for cluster in clusters)

    def _recover(self, database: str, clusters: list[Cluster], *, hurried: bool) -> tuple[str, ...]:
        if database not in self._recoveries:
            self._recoveries[database] = Recovery(database, self._register, self._clock)
        general = self._config().general
        young = 0.0 if hurried else YOUNG
        terms = Terms(general.two_phase_commit_grace, general.two_phase_commit_retention, young, forgets=self.on_duty)
        recovery = self._recoveries[database]
        failures = recovery.run(clusters, terms, hurried=hurried)
        is_used = any(cluster.settings.two_phase_commit for cluster in clusters)
        if is_used or failures or not recovery.found_nothing:
            self._nothing_left.discard(database)
        else:
            self._nothing_left.add(database)
        if not is_used or not self.on_duty:
            recovery.close()
        return failures
