"""Which shards a statement can concern: what its conditions on keys leave, all of its tables together."""

from collections.abc import Iterator

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.allowed import Allowed
from pgdog_gevent.router.keys import EVERY, NOWHERE, Keys, OnShard, disjunction
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.level import Unresolved, everything_below
from pgdog_gevent.router.new_rows import keys_of_merged_rows, keys_of_new_rows, source_of
from pgdog_gevent.router.places import Place, Standing, place
from pgdog_gevent.router.reach import reach
from pgdog_gevent.router.relations import Entry, Survey
from pgdog_gevent.router.resolve import resolve


def keys_of(statement: Message, known: Known, *, alike: Keys = EVERY) -> Keys:
    """The shards that have all rows which the answer depends on, or that the statement writes to.

    ``statement``: SelectStmt, InsertStmt, UpdateStmt, DeleteStmt or MergeStmt. Its subqueries and CTEs count. A
    statement that reads no sharded table and writes none concerns no shard: NOWHERE; one that writes a table which is
    the same on all shards: ``alike``.
    """
    try:
        return disjunction(_parts(statement, known, alike))
    except Unresolved:
        return EVERY


def _parts(statement: Message, known: Known, alike: Keys) -> Iterator[Keys]:
    if isinstance(statement, pg.InsertStmt):
        target = place(statement.relation, known)
        source = resolve(source_of(statement), known).survey
        yield from _of_survey(source, known, alike)
        yield _of_target(target, alike)
        yield keys_of_new_rows(statement, target, source, known)
        return
    resolved = resolve(statement, known)
    yield from _of_survey(resolved.survey, known, alike)
    if not isinstance(statement, pg.SelectStmt):
        yield _of_target(resolved.survey.entries[0].place, alike)
    if isinstance(statement, pg.MergeStmt) and resolved.level is not None:
        yield from keys_of_merged_rows(statement, resolved.survey.entries[0], resolved.level)


def _of_survey(survey: Survey, known: Known, alike: Keys) -> Iterator[Keys]:
    yield from map(_of_entry, survey.entries)
    for write in survey.writes:
        yield EVERY if _names_one_of(survey.cte_names, write) else keys_of(write, known, alike=alike)


def _names_one_of(ctes: set[str], write: Message) -> bool:
    """Whether a statement in WITH may read another one, of which nothing is known when it is looked at alone."""
    return any(isinstance(each, pg.RangeVar) and each.relname in ctes for each in everything_below(write))


def _of_target(target: Place | None, alike: Keys) -> Keys:
    """Where a table is written that has no key."""
    match None if target is None else target.standing:
        case Standing.SHARDED:
            return NOWHERE
        case Standing.ONE_SHARD if target is not None:
            return OnShard(target.shard)
        case Standing.EVERYWHERE:
            return alike
        case _:
            return EVERY


def _of_entry(entry: Entry) -> Keys:
    if entry.place is None:
        return NOWHERE
    match entry.place.standing:
        case Standing.SHARDED:
            return _of_sharded(entry)
        case Standing.ONE_SHARD:
            return OnShard(entry.place.shard)
        case Standing.KEYLESS | Standing.UNKNOWN:
            return EVERY
        case Standing.EVERYWHERE | Standing.SYSTEM:
            return NOWHERE


def _of_sharded(entry: Entry) -> Keys:
    key = entry.shard_key
    if key is None or entry.key is None:
        return EVERY
    return Allowed(key.function).by_reach(reach(entry.key))


