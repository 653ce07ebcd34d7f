"""``Statement`` and topology to ``Plan``. Pure; made for each execution."""

from dataclasses import dataclass

from pgdog_gevent.errors import FeatureNotSupported, WrongSetting
from pgdog_gevent.router.hints import ROLE, ROLES, wrong_role
from pgdog_gevent.router.plan import ONLY_SHARD, Plan
from pgdog_gevent.router.statement import ORDINARY, SetParameter, Statement


@dataclass(frozen=True, slots=True)
class Topology:
    """What the planner must know about a cluster."""

    database: str
    shards: int
    statement_mode: bool
    """Server connections are lent for one statement, so no transaction may stay open."""


def plan(statement: Statement, topology: Topology) -> Plan:
    """Say who answers. Raises FeatureNotSupported for what cannot be answered exactly."""
    if topology.shards > 1:
        raise FeatureNotSupported(
            f'database "{topology.database}" has {topology.shards} shards, and sharding is not implemented yet',
            hint='Configure a database with a single shard.',
        )
    if statement.effects:
        _check_role(statement)
    if statement is not ORDINARY and topology.statement_mode and statement.opens_transaction:
        raise FeatureNotSupported(
            'transactions of several statements are not available in statement pooling mode',
            detail=f'pooler_mode of database "{topology.database}" is statement.',
            hint='Set pooler_mode to transaction or session.',
        )
    return ONLY_SHARD


def _check_role(statement: Statement) -> None:
    for effects in statement.effects:
        for effect in effects:
            if isinstance(effect, SetParameter) and effect.name == ROLE and (wrong := wrong_role({ROLE: effect.sql})):
                raise WrongSetting(f'invalid value for parameter "{ROLE}": "{wrong}"', hint=ROLES)
