"""The kinds of utility statements, by where they are run. What is in none of these sets is refused."""

from collections.abc import Mapping
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg

Kinds = frozenset[type[Message]]

ANY_SHARD: Final[Kinds] = frozenset(
    {
        pg.VariableSetStmt,
        pg.VariableShowStmt,
        pg.DiscardStmt,
        pg.TransactionStmt,
        pg.DeallocateStmt,
    }
)
"""They concern the session, which is kept by the proxy."""

ONE_PLACE: Final[Kinds] = frozenset(
    {
        pg.ListenStmt,
        pg.UnlistenStmt,
        pg.NotifyStmt,
    }
)
"""All of them have to be at the same shard; which one does not matter."""

IN_TURN: Final[Kinds] = frozenset(
    {
        pg.AlterSystemStmt,
        pg.CreatedbStmt,
        pg.DropdbStmt,
        pg.CreateTableSpaceStmt,
        pg.DropTableSpaceStmt,
        pg.LockStmt,
    }
)
"""They run in no transaction block, or only in one that the client has begun: none is begun for them."""

REFUSED: Final[Mapping[type[Message], str]] = {
    pg.DoStmt: 'DO, whose code may do anything',
    pg.CallStmt: 'CALL, whose procedure may do anything',
    pg.LoadStmt: 'LOAD, which changes a session of one server',
    pg.CreateSubscriptionStmt: 'a subscription, of which each shard would get all rows',
    pg.AlterSubscriptionStmt: 'a subscription, which each shard may have another',
    pg.DropSubscriptionStmt: 'a subscription, which each shard may have another',
}

ALL_SHARDS: Final[Kinds] = frozenset(
    {
        pg.AlterCollationStmt, pg.AlterDatabaseRefreshCollStmt, pg.AlterDatabaseSetStmt, pg.AlterDatabaseStmt,
        pg.AlterDefaultPrivilegesStmt, pg.AlterDomainStmt, pg.AlterEnumStmt, pg.AlterEventTrigStmt,
        pg.AlterExtensionContentsStmt, pg.AlterExtensionStmt, pg.AlterFdwStmt, pg.AlterForeignServerStmt,
        pg.AlterFunctionStmt, pg.AlterObjectDependsStmt, pg.AlterObjectSchemaStmt, pg.AlterOpFamilyStmt,
        pg.AlterOperatorStmt, pg.AlterOwnerStmt, pg.AlterPolicyStmt, pg.AlterPublicationStmt, pg.AlterRoleSetStmt,
        pg.AlterRoleStmt, pg.AlterSeqStmt, pg.AlterStatsStmt, pg.AlterTSConfigurationStmt, pg.AlterTSDictionaryStmt,
        pg.AlterTableMoveAllStmt, pg.AlterTableSpaceOptionsStmt, pg.AlterTableStmt, pg.AlterTypeStmt,
        pg.AlterUserMappingStmt, pg.CheckPointStmt, pg.ClusterStmt, pg.CommentStmt, pg.CompositeTypeStmt,
        pg.ConstraintsSetStmt, pg.CreateAmStmt, pg.CreateCastStmt, pg.CreateConversionStmt, pg.CreateDomainStmt,
        pg.CreateEnumStmt, pg.CreateEventTrigStmt, pg.CreateExtensionStmt, pg.CreateFdwStmt,
        pg.CreateForeignServerStmt, pg.CreateForeignTableStmt, pg.CreateFunctionStmt, pg.CreateOpClassStmt,
        pg.CreateOpFamilyStmt, pg.CreatePLangStmt, pg.CreatePolicyStmt, pg.CreatePublicationStmt, pg.CreateRangeStmt,
        pg.CreateRoleStmt, pg.CreateSchemaStmt, pg.CreateSeqStmt, pg.CreateStatsStmt, pg.CreateStmt,
        pg.CreateTransformStmt, pg.CreateTrigStmt, pg.CreateUserMappingStmt, pg.DefineStmt, pg.DropOwnedStmt,
        pg.DropRoleStmt, pg.DropStmt, pg.DropUserMappingStmt, pg.GrantRoleStmt, pg.GrantStmt,
        pg.ImportForeignSchemaStmt, pg.IndexStmt, pg.ReassignOwnedStmt, pg.RefreshMatViewStmt,
        pg.ReindexStmt, pg.RenameStmt, pg.ReplicaIdentityStmt, pg.RuleStmt, pg.SecLabelStmt, pg.TruncateStmt,
        pg.VacuumStmt, pg.ViewStmt,
    }
)  # fmt: skip
"""Definitions, rights, locks and maintenance: what one database has, all shards have."""
