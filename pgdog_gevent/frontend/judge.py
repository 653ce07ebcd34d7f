"""Which texts and prepared statements of one session need no care: the fast lane may send them as they are."""

from collections.abc import Mapping
from typing import Final

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.execution.agreement import Agreement
from pgdog_gevent.frontend.foresight import vouched
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.functions import Functions
from pgdog_gevent.router.statement import BEGIN, COMMIT, ORDINARY, ROLLBACK, Statement

_ORDINARY: Final = ORDINARY
_BEGIN: Final = BEGIN
_COMMIT: Final = COMMIT
_ROLLBACK: Final = ROLLBACK


class Judge:
    """Judges by what is known now of the settings of the session and of the functions of its database."""

    __slots__ = ('_agreement', '_cache', '_cluster', '_functions', '_functions_plain', '_keyed', '_moves', '_told')

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

    def outdated(self) -> bool:
        """Whether more or less is known of functions than when something was judged last."""
        return self._cluster.known_functions.current is not self._functions

    def meaning(self, sql: bytes) -> Statement | None:
        """What a text means, if it is one of those that need no care."""
        if self._told is not self._agreement.told:
            self._told, self._keyed = self._agreement.told, self._agreement.keyed
        statement = self._cache.statement(sql, self._keyed)
        if statement is not _ORDINARY and not self._may_control(statement):
            return None
        if self._functions_plain and self._cluster.known_functions.current is self._functions:
            return statement  # As the next line says, without a call.
        return statement if self._calls_nothing(statement, sql) else None

    def ordinary_again(self, sql: bytes) -> bool:
        """Whether a text is ordinary that was so when it was last asked for."""
        if self._told is not self._agreement.told:
            return self.meaning(sql) is _ORDINARY
        self._cache.hits += 1
        return self._calls_nothing(_ORDINARY, sql)

    def harmless(self, prepared: PreparedStatement) -> bool:
        """Whether a prepared statement is as ``meaning`` asks of a text."""
        statement = prepared.meaning
        if statement is not _ORDINARY and not self._may_control(statement):
            return False
        return self._calls_nothing(statement, prepared.sql)

    def _may_control(self, statement: Statement) -> bool:
        """Whether it begins or ends a transaction, and nothing else, where there are transactions."""
        controls = statement is _BEGIN or statement is _COMMIT or statement is _ROLLBACK
        return controls and not self._cluster.topology.statement_mode

    def _calls_nothing(self, statement: Statement, sql: bytes) -> bool:
        """Whether no function that the statement calls unseen, by way of a trigger or view, changes the session."""
        functions = self._cluster.known_functions.current
        if functions is not self._functions:
            self._functions, self._functions_plain = functions, functions.plain
        return self._functions_plain or (statement is _ORDINARY and not self._moves) or vouched(functions, sql)
