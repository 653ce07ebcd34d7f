"""Which texts and prepared statements of one session need no care: the fast lane may send them as they are."""

from collections.abc import Mapping
from typing import Final

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.config.choices import FunctionVolatility
from pgdog_gevent.execution.agreement import Agreement
from pgdog_gevent.frontend.foresight import vouched
from pgdog_gevent.router.access import reads
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.functions import Functions
from pgdog_gevent.router.recent import Kept
from pgdog_gevent.router.statement import BEGIN, COMMIT, ORDINARY, ORDINARY_READ, ROLLBACK, Statement

_ORDINARY: Final = ORDINARY
_ORDINARY_READ: Final = ORDINARY_READ
_BEGIN: Final = BEGIN
_COMMIT: Final = COMMIT
_ROLLBACK: Final = ROLLBACK


class Judge:
    """Judges by what is known now of the settings of the session and of the functions of its database."""

    __slots__ = (
        '_agreement', '_by_catalog', '_cache', '_cluster', '_functions', '_functions_plain', '_keyed', '_moves',
        '_reads_plainly', '_told', 'kept', 'reads',
    )  # fmt: skip

    def __init__(self, cache: StatementCache, agreement: Agreement, cluster: Cluster, *, moves: bool) -> None:
        """``moves``: whether the session goes from server to server."""
        self._cache = cache
        self._agreement = agreement
        self._cluster = cluster
        self._moves = moves
        self._told: Mapping[str, str] | None = None
        self._keyed = False
        self._functions: Functions | None = None
        self._functions_plain = False
        """Whether ``_functions``, as they were last seen, are."""
        self._by_catalog = True
        self._reads_plainly = False
        """Whether what reads by its text does so with ``_functions``."""
        self.reads = False
        """Whether what was judged last only reads, so that another server than the primary may serve it."""
        self.kept: Kept = Kept(b'', ORDINARY)
        """Of the text that was judged last, what is kept."""

    def use(self, cache: StatementCache, volatility: FunctionVolatility) -> None:
        """Ask this cache what texts mean; ``volatility`` says whether the catalog has a say in what only reads."""
        by_catalog = volatility is FunctionVolatility.CATALOG
        if cache is not self._cache or by_catalog is not self._by_catalog:
            self._cache, self._by_catalog, self._functions = cache, by_catalog, None

    def outdated(self) -> bool:
        """Whether more or less is known of functions than when something was judged last."""
        return self._cluster.known_functions.current is not self._functions

    def meaning(self, sql: bytes) -> Statement | None:
        """What a text means, if it is one of those that need no care."""
        if self._told is not self._agreement.told:
            self._told, self._keyed = self._agreement.told, self._agreement.keyed
        self.kept = self._cache.kept(sql, self._keyed)
        statement = self.kept.statement
        self.reads = False
        if statement is _ORDINARY_READ:
            return self._reading(sql)
        if statement is not _ORDINARY and not self._may_control(statement):
            return None
        if self._functions_plain and self._cluster.known_functions.current is self._functions:
            return statement  # As the next line says, without a call.
        return statement if self._calls_nothing(statement, sql) else None

    def ordinary_again(self, sql: bytes) -> bool:
        """Whether a text is ordinary that was so when it was last asked for."""
        if self._told is not self._agreement.told or self._cluster.splits:
            return self.meaning(sql) is _ORDINARY  # It may have turned out that it does not read only.
        self._cache.hits += 1
        return self._calls_nothing(_ORDINARY, sql)

    def harmless(self, prepared: PreparedStatement) -> bool:
        """Whether a prepared statement is as ``meaning`` asks of a text."""
        statement = prepared.meaning
        self.reads = False
        if statement is _ORDINARY_READ:
            return self._reading(prepared.sql) is not None
        if statement is not _ORDINARY and not self._may_control(statement):
            return False
        return self._calls_nothing(statement, prepared.sql)

    def _reading(self, sql: bytes) -> Statement | None:
        """As ``meaning``, of a text that only reads."""
        plain = self._calls_nothing(_ORDINARY, sql)
        self.reads = self._reads_plainly
        return _ORDINARY if plain else None

    def _may_control(self, statement: Statement) -> bool:
        """Whether it begins or ends a transaction, and nothing else, where there are transactions."""
        controls = statement is _BEGIN or statement is _COMMIT or statement is _ROLLBACK
        return controls and not self._cluster.topology.statement_mode

    def _calls_nothing(self, statement: Statement, sql: bytes) -> bool:
        """Whether no function that the statement calls unseen, by way of a trigger or view, changes the session."""
        functions = self._cluster.known_functions.current
        if functions is not self._functions:
            self._functions, self._functions_plain = functions, functions.plain
            self._reads_plainly = not self._by_catalog or reads(_ORDINARY_READ, functions)
        return self._functions_plain or (statement is _ORDINARY and not self._moves) or vouched(functions, sql)
