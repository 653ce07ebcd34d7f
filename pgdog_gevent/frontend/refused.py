"""What can be wrong with one statement for several shards, so that its session goes on."""

from typing import Final

from pgdog_gevent.backend.connection import ServerError
from pgdog_gevent.errors import (
    BadCopyData,
    CrossShardDisabled,
    FailedTransaction,
    FeatureNotSupported,
    GatherLimit,
    LookupFailed,
    NoActiveTransaction,
    PortalCannotBeRun,
    PortalExists,
    PortalNotFound,
    RowMovedMeanwhile,
    StatementExists,
    StatementNotFound,
    TenantMissing,
    WrongSetting,
)
from pgdog_gevent.execution.answer import RowCountNegative
from pgdog_gevent.execution.question import ShardRefused
from pgdog_gevent.frontend.prepares import NameReserved
from pgdog_gevent.twophase.refusal import AbortedByRecovery, RolledBack, TwoPhaseUnavailable

REFUSED: Final = (
    ShardRefused, ServerError, FeatureNotSupported, CrossShardDisabled, WrongSetting, TenantMissing, GatherLimit,
    RowCountNegative, FailedTransaction, BadCopyData, LookupFailed, PortalCannotBeRun, PortalNotFound, StatementExists,
    StatementNotFound, NoActiveTransaction, PortalExists, RowMovedMeanwhile, NameReserved, TwoPhaseUnavailable,
    AbortedByRecovery, RolledBack,
)  # fmt: skip
"""Errors of one statement after which all servers are as they should be."""
