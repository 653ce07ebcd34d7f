"""A database as clients see it: for one user, the pools of its servers, by shard."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pgdog_gevent.backend.known_functions import KnownFunctions
from pgdog_gevent.backend.neighbours import Greeted, Neighbours, Nobody
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.config.choices import PoolerMode, Role
from pgdog_gevent.config.resolve import ClusterSettings, Place
from pgdog_gevent.errors import CannotConnectNow
from pgdog_gevent.router.functions import Functions
from pgdog_gevent.router.planner import Topology

_MOST_GREETINGS = 512


class Cluster:
    """One (user, database). Lives as long as the configuration names it; a reload changes it in place."""

    def __init__(
        self, settings: ClusterSettings, pools: Sequence[Pool], neighbours: Neighbours | None = None
    ) -> None:
        self._neighbours = neighbours or Nobody()
        self.known_functions = KnownFunctions()
        """Shared with the other users of the database; written by ``monitor``."""
        self.configure(settings, pools)

    @property
    def functions(self) -> Functions:
        """What is known of the database's functions."""
        return self.known_functions.current

    @property
    def place(self) -> Place:
        """Which database it is that has those functions."""
        return self.pool(0).settings.place

    def forget_functions(self) -> None:
        """There may be other functions now: nothing is known of them until they have been read again."""
        self.known_functions.forget()

    def configure(self, settings: ClusterSettings, pools: Sequence[Pool]) -> None:
        """Take new settings and pools."""
        self.settings = settings
        self.pools = tuple(pools)
        self.mode = settings.pooler_mode
        self.topology = Topology(
            database=settings.database,
            shards=len({pool.settings.shard for pool in pools}),
            statement_mode=settings.pooler_mode is PoolerMode.STATEMENT,
        )
        self._primaries = {shard: _primary(shard, self.pools) for shard in range(self.topology.shards)}
        self.only_pool = self._primaries[0] if self.topology.shards == 1 else None
        """The pool of everything, if there is but one shard."""
        self._greetings: dict[Greeted, Mapping[str, str]] = {}

    @property
    def retired(self) -> bool:
        """Whether the configuration no longer has it."""
        return not self.pools or all(pool.retired for pool in self.pools)

    def pool(self, shard: int) -> Pool:
        """The pool that serves a shard."""
        try:
            return self._primaries[shard]
        except KeyError:
            raise CannotConnectNow(f'database "{self.settings.database}" has no server for shard {shard}') from None

    def greeting(self, settings: Settings) -> Mapping[str, str]:
        """The parameters that a server reports to a session which begins with ``settings``, but for application_name.

        A server is asked the first time, and so judges the settings; the answer is kept until the next reload, so
        that logins do not need a server connection. Raises ServerError if the server refuses them.
        """
        key = tuple((name, sql) for name, sql in settings.items() if name != 'application_name')
        known = self._greetings.get(key)
        if known is None:
            known = self._neighbours.greeting(self.settings.user, self.settings.database, key) or self._ask(key)
            if len(self._greetings) >= _MOST_GREETINGS:
                self._greetings.clear()
            self._greetings[key] = known
        return known

    def known_greeting(self, key: Greeted) -> Mapping[str, str] | None:
        """The same, if no server needs to be asked."""
        return self._greetings.get(key)

    def _ask(self, key: Greeted) -> Mapping[str, str]:
        with self.pool(0).lease() as connection:
            connection.apply(MappingProxyType(dict(key)))
            return connection.parameters


def _primary(shard: int, pools: Sequence[Pool]) -> Pool:
    """The first server of a shard that is no replica; a database of replicas only is served by its first."""
    candidates = [pool for pool in pools if pool.settings.shard == shard]
    return next((pool for pool in candidates if pool.settings.role is not Role.REPLICA), candidates[0])
