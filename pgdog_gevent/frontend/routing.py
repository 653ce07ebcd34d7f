"""Which kind of server a request of one client needs, where there are several."""

from collections.abc import Mapping, Sequence
from typing import Final

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.config.choices import FunctionVolatility, ReadWriteStrategy, Role
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.router.access import reads
from pgdog_gevent.router.statement import Access, Begin, Statement

ASKED_FOR: Final[Mapping[Role | None, Access]] = {Role.PRIMARY: Access.WRITE, Role.REPLICA: Access.REPLICA}
"""What each role means that a client can name."""


class Routing:
    """Judges by what the client has asked for, and then by what its statements do.

    What it asks for counts in this order: ``pgdog.role`` when it connected, a comment in the text, ``SET LOCAL`` and
    ``SET pgdog.role``.
    """

    __slots__ = ('_cluster', '_parameters', '_services')

    def __init__(self, cluster: Cluster, parameters: Parameters, services: Services) -> None:
        self._cluster = cluster
        self._parameters = parameters
        self._services = services

    def access(self, statements: Sequence[Statement], local: Role | None = None) -> Access:
        """What is needed for all of ``statements``, which go to one server; ``local``: what SET LOCAL has asked for."""
        asked_for = self._asked_for(statements, local)
        if asked_for is not None:
            return asked_for
        for index, statement in enumerate(statements):
            mode = begun_by(statement)
            if mode is not None:
                return self._transaction(mode.read_only, mode.serializable, statements[index + 1 :])
        if self._parameters.serializable:
            return Access.WRITE  # No standby can do that.
        if len(statements) == 1 and statements[0].access is Access.REPLICA:
            return Access.REPLICA
        return Access.READ if all(map(self._reads, statements)) else Access.WRITE

    def _reads(self, statement: Statement) -> bool:
        if self._services.general.function_volatility is FunctionVolatility.IGNORE:
            return statement.access is not Access.WRITE
        return reads(statement, self._cluster.functions)

    def of_transaction(
        self, begin: Statement, mode: Begin, local: Role | None, following: Sequence[Statement]
    ) -> Access:
        """What is needed for a transaction. ``mode``: what has been said of it; ``following``: how it goes on."""
        asked_for = self._asked_for((begin, *following), local)
        if asked_for is not None:
            return asked_for
        return self._transaction(mode.read_only, mode.serializable, following)

    def _transaction(
        self, read_only: bool | None, serializable: bool | None, following: Sequence[Statement]
    ) -> Access:
        if self._parameters.serializable if serializable is None else serializable:
            return Access.WRITE  # No standby can do that.
        if read_only is None:
            if self._reads_by_default:
                return Access.REPLICA
            if following and self._services.general.read_write_strategy is ReadWriteStrategy.AGGRESSIVE:
                return self.access(following)
        return Access.REPLICA if read_only else Access.WRITE

    @property
    def _reads_by_default(self) -> bool:
        """Whether transactions are read only that do not say otherwise."""
        return self._parameters.read_only or all(pool.settings.read_only for pool in self._cluster.pools)

    def _asked_for(self, statements: Sequence[Statement], local: Role | None) -> Access | None:
        by_comment = next((statement.role for statement in statements if statement.role is not None), None)
        role = self._parameters.startup_role or by_comment or local or self._parameters.role
        return ASKED_FOR.get(role)


def begun_by(statement: Statement) -> Begin | None:
    """The BEGIN that a statement is, if it is one and nothing else."""
    effects = statement.effects
    if len(effects) == 1 and len(effects[0]) == 1 and isinstance(effects[0][0], Begin):
        return effects[0][0]
    return None
