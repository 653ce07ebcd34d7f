"""What all sessions share."""

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from time import time
from typing import Final

import gevent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.config.choices import (
    ClientRecovery,
    PoolerMode,
    PreparedStatements,
    QueryParser,
    SizeLimitAction,
    UniqueIdFunction,
)
from pgdog_gevent.config.identity import identity_from
from pgdog_gevent.config.settings import General
from pgdog_gevent.errors import StatementTooLarge
from pgdog_gevent.frontend.deadlines import interval, overdue_query
from pgdog_gevent.router.access import AccessRules, access_rules, as_write
from pgdog_gevent.router.cache import Readings, StatementCache
from pgdog_gevent.router.statement import Access
from pgdog_gevent.sharding.unique_id import COMPACT, NOWHERE, STANDARD, Origin, UniqueIds
from pgdog_gevent.twophase.register import Register

log = logging.getLogger(__name__)
query_log = logging.getLogger('pgdog_gevent.queries')

_LAYOUTS: Final = {UniqueIdFunction.STANDARD: STANDARD, UniqueIdFunction.COMPACT: COMPACT}
_NO_LIMIT: AbstractContextManager[None] = nullcontext()


def unique_ids(environment: Mapping[str, str], process: int = 0, processes: int = 1) -> UniqueIds:
    """Where the ids come from of one of so many processes of this proxy."""
    return UniqueIds(Origin(identity_from(environment).node_number, process, processes), time, gevent.sleep)


class Services:
    """The statement cache, the names of prepared statements, and the settings that sessions ask for.

    ``general`` is replaced whole by a reload; sessions see the new one at their next request.
    """

    def __init__(
        self, general: General, cache: StatementCache, routing_cache: StatementCache, names: StatementNames,
        unique_ids: UniqueIds | None = None, register: Register | None = None,
    ) -> None:  # fmt: skip
        """``unique_ids``: where ids come from; without it there are none."""
        self.cache = cache
        self.routing_cache = routing_cache
        """What texts say where it depends on them which server they go to; it takes longer to find out."""
        self.names = names
        self.unique_ids = unique_ids or UniqueIds(NOWHERE, time, gevent.sleep)
        self.register = Register('') if register is None else register
        """The transactions that are committed in two phases."""
        self.parsed_cache = cache.sibling(Readings.PARSED)
        """The same as ``cache`` has, of texts that are to be parsed."""
        self.hinted_cache = cache.sibling(Readings.HINTED)
        """What texts say where only their client says which server they go to."""
        self._rules: AccessRules | None = None
        self.configure(general)

    def configure(self, general: General) -> None:
        """Take new settings."""
        self.general = general
        for cache in self.caches:
            cache.limit = general.query_cache_limit
        self.names.limit = general.prepared_statements_limit
        self.unique_ids.configure(_LAYOUTS[general.unique_id_function], general.unique_id_min)
        self._route(general)
        self.logs_queries = general.query_log is not None or general.query_log_stdout
        self.timed = interval(general) is not None
        """Whether there is a limit on the time that a query or a client may take."""

    def _route(self, general: General) -> None:
        rules = access_rules(general)
        if rules != self._rules:
            self._rules = rules
            self.routing_cache.judge_by(rules)
            self._judge_prepared()

    def _judge_prepared(self) -> None:
        """By other rules what has been prepared as a read may write; what is prepared from now on, either."""
        self.names.schema_changes()
        for statement in self.names.all():
            if statement.meaning.access is Access.READ:
                plain = statement.made_by is None and statement.needs is None
                known = self.routing_cache.statement(statement.sql, keyed=False) if plain else statement.meaning
                statement.meaning = known if plain else as_write(known)

    @property
    def caches(self) -> tuple[StatementCache, ...]:
        """All that keep what texts say."""
        return self.cache, self.routing_cache, self.parsed_cache, self.hinted_cache

    def cache_for(self, cluster: Cluster) -> StatementCache:
        """The cache for the texts of a cluster's clients."""
        if cluster.splits or cluster.sharded:
            return self.hinted_cache if cluster.unparsed else self.routing_cache
        return self.parsed_cache if cluster.settings.query_parser is QueryParser.ON else self.cache

    def renames(self, cluster: Cluster) -> bool:
        """Whether prepared statements are carried from server to server under names of our own."""
        return cluster.sharded or (  # What is prepared is for all shards.
            cluster.mode is not PoolerMode.SESSION
            and cluster.settings.prepared_statements is not PreparedStatements.DISABLED
        )

    @property
    def drops_clients(self) -> bool:
        """Whether a client for which no server connection was found is disconnected."""
        return self.general.client_connection_recovery is ClientRecovery.DROP

    def query_limit(self) -> AbstractContextManager[object]:
        """A block that takes longer than ``query_timeout`` ends in QueryCanceled."""
        timeout = self.general.query_timeout
        if timeout is None:
            return _NO_LIMIT
        return gevent.Timeout(timeout, overdue_query(timeout))

    def send_limit(self) -> float | None:
        """For how many seconds a client may take nothing of what there is for it."""
        return self.general.client_send_timeout

    def check_size(self, size: int) -> None:
        """Judge the size in bytes of a Query or Parse by ``query_size_limit``. Raises StatementTooLarge."""
        limit = self.general.query_size_limit
        if limit is None or size <= limit:
            return
        message = f'message of {size} bytes is longer than query_size_limit ({limit})'
        if self.general.query_size_limit_action is SizeLimitAction.BLOCK:
            raise StatementTooLarge(message)
        log.warning('%s', message)

    def log_query(self, user: str, database: str, sql: bytes) -> None:
        """Write a statement to the query log, cut to ``log_query_sample_length`` characters."""
        text = sql.decode(errors='replace')[: self.general.log_query_sample_length]
        query_log.info('%s', text, extra={'user': user, 'database': database})
