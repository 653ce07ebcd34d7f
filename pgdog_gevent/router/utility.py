"""Utility statements: on all shards, on one after the other, on one that is as good as any, or not at all."""

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ClosesCursors,
    OfCursor,
    OfPrepared,
    OneByOne,
    OneShard,
    Shards,
)
from pgdog_gevent.router.catalog import TableKind
from pgdog_gevent.router.filled_columns import check_filled
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.places import place
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable
from pgdog_gevent.router.schema_shard import only_shard
from pgdog_gevent.router.tables import is_temporary
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.utility_kinds import ALL_SHARDS, ANY_SHARD, IN_TURN, ONE_PLACE, REFUSED
from pgdog_gevent.router.walk import each


def utility_blueprint(statement: Message, known: Known, text: Text) -> Blueprint:
    """What a statement means that is no query and writes no rows by itself. Raises NotProvable."""
    kind = type(statement)
    if kind in REFUSED:
        raise NotProvable(REFUSED[kind], ONE_SHARD)
    _check_temporary(statement, text)
    if isinstance(statement, pg.AlterTableStmt):
        check_filled(statement, known, text)
    if isinstance(statement, pg.FetchStmt | pg.ClosePortalStmt):
        return OfCursor(statement.portalname) if statement.portalname else ClosesCursors()
    if kind in ANY_SHARD:
        return of_session(statement)
    if kind in ONE_PLACE:
        return OneShard()
    shard = only_shard(statement, known)
    if shard is not None:
        return OneShard(shard)
    if kind in IN_TURN or _in_no_transaction(statement, known):
        return OneByOne(text.octets)
    if kind in ALL_SHARDS:
        return Shards(text.octets)
    raise NotProvable(f'a statement that is not known here: {kind.DESCRIPTOR.name}', ONE_SHARD)


def of_session(statement: Message) -> AnyShard | OfPrepared:
    """What one of ``ANY_SHARD`` means."""
    ends = (pg.TRANS_STMT_COMMIT_PREPARED, pg.TRANS_STMT_ROLLBACK_PREPARED)
    if isinstance(statement, pg.TransactionStmt) and statement.kind in ends:
        return OfPrepared(statement.gid)
    return AnyShard()


def _check_temporary(statement: Message, text: Text) -> None:
    relation = _made(statement)
    if relation is not None and is_temporary(relation):
        raise NotProvable('a temporary table, view or sequence', ONE_SHARD, text.position(relation.location))


def _made(statement: Message) -> pg.RangeVar | None:
    match statement:
        case pg.CreateStmt():
            return statement.relation
        case pg.ViewStmt():
            return statement.view
        case pg.CreateSeqStmt():
            return statement.sequence
        case _:
            return None


def _in_no_transaction(statement: Message, known: Known) -> bool:
    """Whether PostgreSQL refuses to run a statement of a kind that it may run in a transaction block."""
    match statement:
        case pg.IndexStmt() | pg.DropStmt():
            return statement.concurrent
        case pg.VacuumStmt():
            return statement.is_vacuumcmd
        case pg.ReindexStmt():
            return _reindexes_in_turn(statement, known)
        case pg.ClusterStmt():
            return not statement.HasField('relation') or _is_partitioned(statement.relation, known)
        case pg.AlterTableStmt():
            return any(partition.concurrent for partition in each(statement, pg.PartitionCmd))
        case pg.AlterDatabaseStmt():
            return any(node.def_elem.defname == 'tablespace' for node in statement.options)
        case _:
            return False


def _reindexes_in_turn(reindex: pg.ReindexStmt, known: Known) -> bool:
    if any(node.def_elem.defname == 'concurrently' for node in reindex.params):
        return True
    single = reindex.kind in (pg.REINDEX_OBJECT_INDEX, pg.REINDEX_OBJECT_TABLE)
    return not single or _is_partitioned(reindex.relation, known)


def _is_partitioned(relation: pg.RangeVar, known: Known) -> bool:
    """Whether a table is; of an index it is not known."""
    table = place(relation, known).table
    return table is not None and table.kind is TableKind.PARTITIONED
