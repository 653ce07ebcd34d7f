"""The table that a statement writes to, and what is read besides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import ByKey, Refused
from pgdog_gevent.router.catalog import Column, Table, TableKind
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import messages
from pgdog_gevent.router.places import Standing, place
from pgdog_gevent.router.predicates import keys_of
from pgdog_gevent.router.refusal import NOT_SEEN_YET, ONE_SHARD, NotProvable
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.router.tables import is_temporary
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.varying import calls_users, function_name
from pgdog_gevent.router.walk import cte_names, each

_WRITABLE: Final = frozenset({TableKind.TABLE, TableKind.PARTITIONED})
_WRITES: Final = (pg.InsertStmt, pg.UpdateStmt, pg.DeleteStmt, pg.MergeStmt)


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows are written."""

    table: Table
    key: ShardKey | None
    """``None``: it is not sharded, so the same rows are on all shards, unless ``shard`` has them all."""
    shard: int | None = None
    """The one that its schema is on."""

    def column(self, name: str) -> Column:
        """Raises NotProvable if there is none of this name."""
        found = self.table.column(name)
        if found is None:
            raise NotProvable(f'column "{name}" of "{self.table.name}", which the catalogue does not have')
        return found


def target(relation: pg.RangeVar, known: Known, text: Text) -> Target:
    """Find it. Raises NotProvable for what is no plain table, or rewrites what is done to it."""
    position = text.position(relation.location)
    if is_temporary(relation):
        raise NotProvable('a temporary table', ONE_SHARD, position)
    found = place(relation, known)
    table = found.table
    if found.standing is Standing.UNKNOWN or table is None:
        raise NotProvable(f'table "{relation.relname}", which the catalogue does not have', NOT_SEEN_YET, position)
    if found.standing is Standing.KEYLESS and table.kind in _WRITABLE:
        raise NotProvable(f'a write to "{table.name}", whose rows are in tables that are sharded', ONE_SHARD, position)
    if found.standing is Standing.SYSTEM or table.kind not in _WRITABLE:
        raise NotProvable(f'a write to "{table.name}", which is not a plain table', ONE_SHARD, position)
    if table.has_rules:
        raise NotProvable(f'a write to "{table.name}", which has rules', ONE_SHARD, position)
    if found.standing is Standing.ONE_SHARD:
        return Target(table, None, found.shard)
    if found.key is None and any(part.has_triggers for part in known.catalog.family(table)):
        raise NotProvable(f'a write to "{table.name}", which all shards have, with triggers', ONE_SHARD, position)
    return Target(table, found.key)


def in_one_place(statement: Message, known: Known) -> ByKey:
    """What a statement means that writes to a table of one shard: whatever it reads must be there, too."""
    return ByKey(keys_of(statement, known), Refused('tables of one shard together with those of others', ONE_SHARD))


def reads_sharded(parts: Iterable[Message], statement: Message, known: Known, text: Text) -> bool:
    """Whether there is a sharded table in parts of a statement.

    A name that is a table's and a CTE's is taken for the table. Raises NotProvable for what is not known.
    """
    ctes = cte_names(statement)
    return any(_is_sharded(relation, known, text, ctes) for part in parts for relation in each(part, pg.RangeVar))


def _is_sharded(relation: pg.RangeVar, known: Known, text: Text, ctes: frozenset[str]) -> bool:
    standing = place(relation, known).standing
    if standing in (Standing.SHARDED, Standing.KEYLESS):
        return True
    if standing is Standing.EVERYWHERE or (relation.relname in ctes and not relation.schemaname):
        return False
    raise NotProvable(
        f'a write that reads "{relation.relname}": {standing.value}', ONE_SHARD, text.position(relation.location)
    )


def writes_in(root: Message) -> bool:
    """Whether a part of a statement writes: a CTE that is no SELECT."""
    return any(isinstance(message, _WRITES) for message in messages(root))


def users_function(root: Message, known: Known) -> str:
    """The name of a function that a user made, which may read what only some shards have; empty: none is called."""
    names = (function_name(call) for call in each(root, pg.FuncCall) if calls_users(call, known.catalog))
    return next(names, '')
