"""On which shard a turn of the fast lane is answered, as far as a look at one value tells."""

from collections.abc import Mapping
from typing import Final

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.turn import Turn
from pgdog_gevent.net.octets import find_nul, part
from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.chosen_key import key
from pgdog_gevent.router.planner import Topology
from pgdog_gevent.router.routes import ANYWHERE, CATALOGS, HOME, KeyedRoute, Route
from pgdog_gevent.sharding.quick import UNKNOWN, shard_of_bind, shard_of_text

_UNKNOWN: Final = UNKNOWN
_ANYWHERE: Final = ANYWHERE
_HOME: Final = HOME
_CATALOGS: Final = CATALOGS
_OF_USERS: Final = 64
"""The third byte of 16384: numbers from there on are of what did not come with the server."""


class Placing:
    """Knows the routes of texts as long as neither tables nor settings change; ``ShardedSession`` renews it."""

    __slots__ = (
        '_catalog', '_client_id', '_cluster', '_keyed_routes', '_parameters', '_routes', '_settings', '_spokesman',
        '_topology', '_turn', 'looks', 'rehearsal', 'several',
    )  # fmt: skip

    def __init__(self, cluster: Cluster, parameters: Parameters, client_id: int) -> None:
        self._client_id = client_id
        self._turn = client_id
        self._spokesman: int = UNKNOWN
        """The shard that says what catalogs say, unless all say the same."""
        self._cluster = cluster
        self._parameters = parameters
        self._catalog: Catalog | None = None
        self._settings: Mapping[str, bytes] | None = None
        self._routes: dict[bytes, Route] = {}
        self._topology: Topology | None = None
        self.several = cluster.sharded
        """Whether there were several shards when the session began."""
        self.rehearsal = cluster.rehearsal
        """Where it is counted what would go to one shard of several, if there is but one now."""
        self.looks = self.several or self.rehearsal is not None
        """Whether turns are looked at for the shard that they go to."""
        self._keyed_routes: dict[bytes, KeyedRoute | None] = {}

    @property
    def home(self) -> int:
        """The shard from which this client reads what is to come from one."""
        return self._client_id % self._cluster.topology.shards

    def next_shard(self) -> int:
        """Each in turn."""
        self._turn += 1
        return self._turn % self._cluster.topology.shards

    def learn(
        self, catalog: Catalog, routes: dict[bytes, Route], keyed_routes: dict[bytes, KeyedRoute | None],
        spokesman: int | None,
    ) -> None:  # fmt: skip
        """The routes by this catalog, under the present settings of the session."""
        self._catalog = catalog
        self._settings = self._parameters.current
        self._routes = routes
        self._topology = self._cluster.topology
        self._keyed_routes = keyed_routes
        self._spokesman = _UNKNOWN if spokesman is None else spokesman

    def known(self) -> bool:
        """Whether what has been learnt still holds."""
        known = self._cluster.known_catalog
        return (
            known.current is self._catalog
            and not known.outdated
            and self._parameters.current is self._settings
            and self._cluster.topology is self._topology
        )

    def of_query(self, sql: bytes, keyed: bool) -> int:
        """The shard that answers a text; ``UNKNOWN`` if that takes more than a look, ``ANYWHERE`` if all can.

        ``keyed``: whether texts can be known by their keys.
        """
        if not self.known():
            return UNKNOWN
        route = self._routes.get(sql)
        if route is not None:
            return UNKNOWN if route.parameter else self._one(route.shard)
        if not keyed or not self._keyed_routes:
            return UNKNOWN
        known = key(sql)
        keyed_route = None if known is None else self._keyed_routes.get(known)
        if keyed_route is None:
            return UNKNOWN
        if keyed_route.shard:
            return self._one(keyed_route.shard)
        return shard_of_text(sql, keyed_route.before, keyed_route.behind, keyed_route.modulus)

    def of_turn(self, turn: Turn, message: bytes) -> int:
        """The same of a turn of the extended protocol, as the client has sent it."""
        if turn.binds != 1 or turn.executes != 1 or not self.known():
            return UNKNOWN
        bound = turn.bound
        if isinstance(bound, PreparedStatement):
            sql, types, types_at = bound.sql, bound.parameter_types, 0
        else:
            end = find_nul(bound, 1, len(bound))
            sql, types, types_at = part(bound, 1, end), bound, end + 1
        route = self._routes.get(sql)
        if route is None:
            return UNKNOWN
        if not route.parameter:
            if route.shard >= 0:
                return route.shard
            return self._one(route.shard) if _came_with_server(types, types_at) else UNKNOWN
        return shard_of_bind(
            message, turn.values_at, turn.bind_end, types, types_at, route.parameter, route.modulus
        )

    def _one(self, shard: int) -> int:
        """The shard that a number of a route stands for."""
        if shard >= 0 or shard == _ANYWHERE:
            return shard
        if shard != _HOME and self._spokesman >= 0:
            return self._spokesman
        return _ANYWHERE if shard == _CATALOGS else self._client_id % self._cluster.topology.shards


def _came_with_server(types: bytes, at: int) -> bool:
    """Whether all types of parameters, as in Parse, have the same number on all shards."""
    for number in range(at + 2, at + 2 + 4 * (types[at] << 8 | types[at + 1]), 4):
        if types[number] or types[number + 1] or types[number + 2] >= _OF_USERS:
            return False
    return True
