"""A database as clients see it: for one user, the pools of its servers, by shard."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.fleet import Fleet
from pgdog_gevent.backend.guard import Guard
from pgdog_gevent.backend.known_catalog import KnownCatalog, ServerSchema, forget_all
from pgdog_gevent.backend.known_functions import KnownFunctions
from pgdog_gevent.backend.layout import Layout, PathOf, ask_path
from pgdog_gevent.backend.neighbours import Greeted, Neighbours, Nobody
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.rehearsal import Rehearsal
from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.backend.shard import Reader, ReadPolicy, Shard
from pgdog_gevent.config.choices import PoolerMode, ReadYourWrites
from pgdog_gevent.config.resolve import ClusterSettings, Place
from pgdog_gevent.errors import CannotConnectNow
from pgdog_gevent.router.functions import Functions
from pgdog_gevent.router.planner import Topology
from pgdog_gevent.router.statement import Access

_MOST_GREETINGS = 512


class _FromTheBeginning:
    """Reads whatever there is."""

    position = 0


_ANYTHING = _FromTheBeginning()


class Cluster:
    """One (user, database). Lives as long as the configuration names it; a reload changes it in place."""

    def __init__(
        self,
        settings: ClusterSettings,
        pools: Sequence[Pool],
        fleets: Sequence[Fleet],
        policy: ReadPolicy,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._neighbours = neighbours or Nobody()
        self.known_functions = KnownFunctions()
        """Shared with the other users of the database; written by ``monitor``."""
        self.known_catalog = KnownCatalog(settings.database)
        """Likewise."""
        self.layout: Layout = Layout(self.known_catalog, self._search_path)
        """By what its statements are planned, if it has several shards."""
        self.rehearsal: Rehearsal | None = None
        """Where it is counted what would become of its statements on several shards, while one does them all."""
        self.guard: Guard | None = None
        """Who keeps its clients to tenants."""
        self.schemas: tuple[ServerSchema, ...] = ()
        """Those of its servers."""
        self._greetings: dict[Greeted, Mapping[str, str]] = {}
        self._old_greetings: dict[Greeted, Mapping[str, str]] = {}
        """Those of before the last reload: they serve as long as no server can be asked."""
        self._shards: dict[int, Shard] = {}
        self.configure(settings, pools, fleets, policy)

    @property
    def functions(self) -> Functions:
        """What is known of the database's functions."""
        return self.known_functions.current

    @property
    def place(self) -> Place:
        """Which database it is that has those functions: where its first server is, whatever that is now."""
        return self.pools[0].settings.place

    def forget_functions(self) -> None:
        """There may be other functions now: nothing is known of them until they have been read again."""
        self.known_functions.forget()

    @property
    def schema_is_known(self) -> bool:
        """Whether the tables are known of one of its servers, be it as a shard of another database."""
        return any(schema.known_by for schema in self.schemas)

    def forget_tables(self) -> None:
        """There may be other tables and types now, which have to be read."""
        forget_all(self.schemas)

    def configure(
        self, settings: ClusterSettings, pools: Sequence[Pool], fleets: Sequence[Fleet], policy: ReadPolicy
    ) -> None:
        """Take new settings and pools; ``fleets`` has the servers of each shard."""
        self.settings = settings
        self.pools = tuple(pools)
        self.mode = settings.pooler_mode
        self.topology = Topology(
            database=settings.database,
            shards=len({pool.settings.shard for pool in pools}),
            statement_mode=settings.pooler_mode is PoolerMode.STATEMENT,
        )
        for fleet in fleets:
            of_shard = [pool for pool in self.pools if pool.settings.shard == fleet.shard]
            shard = self._shards.get(fleet.shard)
            if shard is not None and shard.fleet is fleet:
                shard.configure(of_shard, policy)
            else:
                self._shards[fleet.shard] = Shard(fleet.shard, of_shard, policy, fleet)
        for number in self._shards.keys() - {fleet.shard for fleet in fleets}:
            del self._shards[number]
        self.unparsed = not settings.query_parser.routes
        """Whether where a statement goes is only what its client says."""
        self.sharded = self.topology.shards > 1
        self.only_shard = next(iter(self._shards.values())) if len(self._shards) == 1 else None
        self.only_pool = None if self.only_shard is None else self.only_shard.only_pool
        """The pool of everything, if there is but one server."""
        # A list, and no generator: this is compiled.
        alone = None not in [shard.only_pool for shard in self._shards.values()]
        follows = settings.read_your_writes is not ReadYourWrites.OFF
        self.splits = not alone and self.mode is not PoolerMode.SESSION
        """Whether it depends on the statement which server gets it."""
        self.causal = self.splits and follows and True in [shard.writes for shard in self._shards.values()]
        """Whether replicas are to show what has been written before."""
        self._old_greetings, self._greetings = {**self._old_greetings, **self._greetings}, {}

    @property
    def retired(self) -> bool:
        """Whether the configuration no longer has it."""
        return not self.pools or all(pool.retired for pool in self.pools)

    def shard(self, number: int) -> Shard:
        """Raises CannotConnectNow if it has no servers."""
        try:
            return self._shards[number]
        except KeyError:
            raise CannotConnectNow(f'database "{self.settings.database}" has no server for shard {number}') from None

    def at(self, number: int) -> Shard | None:
        """The same, if it has any."""
        return self._shards.get(number)

    def writer(self, shard: int) -> Pool:
        """The pool of a shard's primary, or of any server if it has replicas only. Raises CannotConnectNow."""
        servers = self.shard(shard)
        pool = servers.primary or (None if servers.writes else next(iter(servers.readers), None))
        if pool is None:
            raise CannotConnectNow(f'database "{self.settings.database}" has no primary at the moment')
        return pool

    @property
    def reference(self) -> Pool | None:
        """The pool of a server that can be asked what is the same on all; ``None`` if nobody can at the moment."""
        shard = self.shard(0)
        return shard.primary or next(iter(shard.readers), None)

    def acquire(
        self, shard: int, access: Access, reader: Reader = _ANYTHING, candidate: Pool | None = None
    ) -> tuple[Pool, BackendConnection]:
        """As ``Shard.acquire``."""
        return self.shard(shard).acquire(access, reader, candidate)

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

    def _search_path(self, settings: Settings) -> PathOf:
        """What a server says of search_path under these settings."""
        pool, connection = self.acquire(0, Access.READ)
        try:
            connection.apply(settings)
            found = ask_path(connection)
        except BaseException:
            pool.discard(connection)
            raise
        pool.release(connection)
        return found

    def known_greeting(self, key: Greeted) -> Mapping[str, str] | None:
        """The same, if no server needs to be asked."""
        return self._greetings.get(key)

    def _ask(self, key: Greeted) -> Mapping[str, str]:
        try:
            pool, connection = self.acquire(0, Access.READ)
        except CannotConnectNow:
            if key in self._old_greetings:
                return self._old_greetings[key]
            raise
        try:
            connection.apply(MappingProxyType(dict(key)))
        except BaseException:
            pool.discard(connection)
            raise
        pool.release(connection)
        return connection.parameters
