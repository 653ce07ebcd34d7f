"""On which shard a turn of the fast lane is answered, as far as a look at one value tells."""

from collections.abc import Mapping

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.turn import Turn
from pgdog_gevent.net.octets import find_nul, part
from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.chosen_key import key
from pgdog_gevent.router.planner import Topology
from pgdog_gevent.router.routes import KeyedRoute, Route
from pgdog_gevent.sharding.quick import UNKNOWN, shard_of_bind, shard_of_text


class Placing:
    """Knows the routes of texts as long as neither tables nor settings change; ``ShardedSession`` renews it."""

    __slots__ = (
        '_catalog', '_cluster', '_keyed_routes', '_parameters', '_routes', '_settings', '_topology', 'looks',
        'rehearsal', 'several',
    )  # fmt: skip

    def __init__(self, cluster: Cluster, parameters: Parameters) -> None:
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

    def learn(
        self, catalog: Catalog, routes: dict[bytes, Route], keyed_routes: dict[bytes, KeyedRoute | None]
    ) -> None:
        """The routes by this catalog, under the present settings of the session."""
        self._catalog = catalog
        self._settings = self._parameters.current
        self._routes = routes
        self._topology = self._cluster.topology
        self._keyed_routes = keyed_routes

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
        """The shard that answers a text; ``UNKNOWN`` if that takes more than a look.

        ``keyed``: whether texts can be known by their keys.
        """
        if not self.known():
            return UNKNOWN
        route = self._routes.get(sql)
        if route is not None:
            return UNKNOWN if route.parameter else route.shard
        if not keyed or not self._keyed_routes:
            return UNKNOWN
        known = key(sql)
        keyed_route = None if known is None else self._keyed_routes.get(known)
        if keyed_route is None:
            return UNKNOWN
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
            return route.shard
        return shard_of_bind(
            message, turn.values_at, turn.bind_end, types, types_at, route.parameter, route.modulus
        )
