"""Whether the rows of a statement are the rows of its shards put together.

That is: before it groups, sorts or limits, the answer over all shards is the plain union of the answers of each. Proven
by one column whose value says for every row of the answer on which shard it is, and that the key of each sharded table
reaches, whatever part of the statement the table is in: then all that a row depends on is on that shard.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.builtins import OF_ONE_SERVER
from pgdog_gevent.router.conditions import attribute_of
from pgdog_gevent.router.equality import closure
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.level import Level, Unresolved
from pgdog_gevent.router.places import Standing
from pgdog_gevent.router.reach import reach
from pgdog_gevent.router.relations import (
    Attribute,
    Block,
    Call,
    Entry,
    Opaque,
    Query,
    SetOperation,
    Survey,
    Values,
)
from pgdog_gevent.router.resolve import resolve
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.router.select_block import Resolved
from pgdog_gevent.sharding.function import ShardingFunction


@dataclass(frozen=True, slots=True)
class Replicated:
    """It reads only what is the same on all shards: each knows the whole answer."""


@dataclass(frozen=True, slots=True)
class Local:
    """Each shard has its own part of the rows.

    Of a SELECT with aggregates, GROUP BY, DISTINCT, window functions or LIMIT that is said of the rows before those.
    """

    function: ShardingFunction
    key_outputs: frozenset[int] = frozenset()
    """The columns of the output, from 0, whose value is that of the key: ``function`` says on which shard a row is."""
    _columns: frozenset[Attribute] = field(default=frozenset(), repr=False, compare=False)
    _level: Level | None = field(default=None, repr=False, compare=False)

    def is_key(self, node: pg.Node) -> bool:
        """Whether an expression of this very block (not of a subquery) is a column whose value is that of the key.

        Then GROUP BY, DISTINCT, DISTINCT ON and PARTITION BY with that expression among theirs are done by each shard
        alone. Names are looked up among the columns of FROM only; positions are not followed.
        """
        return self._level is not None and attribute_of(node, self._level) in self._columns


def locality(statement: Message, known: Known) -> Local | Replicated | Refused:
    """Prove that each shard can answer for its own rows, or say what stands against it.

    ``statement``: SelectStmt (also with UNION and the like; then it is said of the whole), UpdateStmt, DeleteStmt,
    MergeStmt. LIMIT, aggregates, DISTINCT and windows of the outermost block are not looked at. Positions in
    ``Refused`` are byte offsets, from 1.
    """
    try:
        resolved = resolve(statement, known)
    except Unresolved as reason:
        return Refused(str(reason))
    obstacle = next(_obstacles(resolved.survey, known), None)
    if obstacle is not None:
        return obstacle
    if not isinstance(statement, pg.SelectStmt) and not _writes_shards(resolved.survey):
        return _of_same_everywhere(resolved.survey)
    return _proof(resolved)


def _of_same_everywhere(survey: Survey) -> Replicated | Refused:
    entry = next(survey.sharded(), None)
    if entry is None:
        return Replicated()
    return _refused('a write to a table that is the same on all shards, by what a sharded table has', entry)


def _writes_shards(survey: Survey) -> bool:
    return survey.entries[0].shard_key is not None


_STANDINGS = {
    Standing.UNKNOWN: 'a table that is not known',
    Standing.KEYLESS: 'a view of sharded tables, or a table that inherits from one',
    Standing.SYSTEM: 'a system catalogue or a sequence, which each shard has for itself',
    Standing.ONE_SHARD: 'a table of a schema that is on one shard',
}


def _obstacles(survey: Survey, known: Known) -> Iterator[Refused]:
    """What no proof can be had with."""
    if survey.writes:
        yield Refused('a WITH that writes')
    for standing, why in _STANDINGS.items():
        entry = survey.standing(standing)
        if entry is not None:
            yield _refused(why, entry)
    for location in survey.samples:
        yield Refused('TABLESAMPLE', position=location + 1)
    if next(survey.sharded(), None) is not None:
        yield from _varying(survey, known)


def _varying(survey: Survey, known: Known) -> Iterator[Refused]:
    """What sees that there are several servers."""
    for location in survey.system_columns:
        yield Refused('a system column', position=location + 1)
    for call in survey.calls:
        why = _against(call, known)
        if why:
            yield Refused(why, position=call.location + 1)
    for location in survey.varying_views:
        yield Refused('a view that depends on the moment, or on the server', position=location + 1)
    for name in survey.fixed:
        yield Refused(f'{name}() in FROM')


def _against(call: Call, known: Known) -> str:
    """What stands against a function where several shards call it."""
    if call.name in OF_ONE_SERVER or call.name.startswith(('lo_', 'dblink', 'binary_upgrade_')):
        return f'function {call.name}() over several shards'
    if known.catalog.functions.may_read(call.schema, call.name):
        return f'function {call.name}(), which may read sharded tables'
    return ''


def _refused(why: str, entry: Entry) -> Refused:
    return Refused(why, position=entry.location + 1)


def _proof(resolved: Resolved) -> Local | Replicated | Refused:
    survey = resolved.survey
    keys = [(entry, entry.shard_key) for entry in survey.sharded()]
    if not keys:
        return Replicated()
    varying = next(_varies(survey), '')
    if varying:
        return Refused(f'{varying} in a subquery of what is the same on all shards')
    root = survey.root
    if isinstance(root, Block):
        if root.aggregated_inside:
            return Refused('an aggregate in a subquery of what is outside of it')
        return _of_block(root, resolved.level, survey)
    return _of_outputs(root, survey)


def _varies(survey: Survey) -> Iterator[str]:
    """What may answer differently on each shard where all should answer the same."""
    for query in survey.queries:
        if query.varies and not _is_placed(query) and not _is_correlated(query):
            yield query.varies


def _is_placed(query: Query) -> bool:
    """Whether each row it returns, or groups, is on one shard."""
    if isinstance(query, Block):
        return bool(query.placed)
    return any(output.placement is not None for output in query.outputs)


def _is_correlated(query: Query) -> bool:
    """Whether it is asked anew for each row of something around it that is on one shard."""
    match query:
        case Block():
            return any(map(_is_on_shards, query.named_outside))
        case SetOperation():
            return _is_correlated(query.left) or _is_correlated(query.right)
        case Values():
            return query.block is not None and _is_correlated(query.block)
        case Opaque():
            return any(map(_is_correlated, query.parts))


def _is_on_shards(entry: Entry) -> bool:
    placed = (each.output is not None and each.output.placement is not None for each in entry.attributes)
    return entry.shard_key is not None or any(placed)


def _of_block(block: Block, level: Level | None, survey: Survey) -> Local | Refused:
    reached = {entry: _reached(entry) for entry in survey.sharded()}
    for attribute, key in block.placed.items():
        if all(_reaches(entry, attribute, key, reached[entry]) for entry in reached):
            columns = closure(attribute, block.row_filters)
            if not _groups_apart(block, columns):
                return Refused('a subquery with sharded tables that is looked at for each group')
            outputs = (number for number, output in enumerate(block.outputs) if output.attribute in columns)
            visible = sum(not output.hidden for output in block.outputs)
            return Local(key.function, frozenset(n for n in outputs if n < visible), columns, level)
    return _unproven(survey, block.placed.items(), reached)


def _reached(entry: Entry) -> frozenset[Attribute]:
    return frozenset() if entry.key is None else reach(entry.key).attributes


def _reaches(entry: Entry, attribute: Attribute, key: ShardKey, reached: frozenset[Attribute]) -> bool:
    return entry.shard_key is not None and entry.shard_key.agrees_with(key) and attribute in reached


def _groups_apart(block: Block, columns: frozenset[Attribute]) -> bool:
    """Whether groups are on one shard each, if a subquery that has sharded tables asks for each group."""
    if block.grouping is None or not any(_has_sharded(link.query) for link in block.sublinks if link.after):
        return True
    return not columns.isdisjoint(block.grouping.attributes)


def _has_sharded(query: Query) -> bool:
    match query:
        case Block():
            inner = (entry.query for entry in query.entries if entry.query is not None)
            links = (link.query for link in query.sublinks)
            own = any(entry.shard_key is not None for entry in query.entries)
            return own or any(map(_has_sharded, inner)) or any(map(_has_sharded, links))
        case SetOperation():
            return _has_sharded(query.left) or _has_sharded(query.right)
        case Values():
            return query.block is not None and _has_sharded(query.block)
        case Opaque():
            return any(map(_has_sharded, query.parts))


def _of_outputs(root: Query, survey: Survey) -> Local | Refused:
    """A set operation: proven as if it stood in FROM of another query."""
    around = Entry(Block(), query=root)
    around.attributes = [Attribute(output.name, around, output=output) for output in root.outputs]
    for output, attribute in zip(root.outputs, around.attributes, strict=True):
        output.seen_as = attribute
    if isinstance(root, SetOperation):
        root.limited = False
    numbers = {attribute: number for number, attribute in enumerate(around.attributes)}
    reached = {entry: _reached(entry) for entry in survey.sharded()}
    placed = [(each, each.output.placement) for each in around.attributes if each.output and each.output.placement]
    for attribute, key in placed:
        if all(_reaches(entry, attribute, key, reached[entry]) for entry in reached):
            output = root.outputs[numbers[attribute]]
            visible = frozenset() if output.hidden else frozenset({numbers[attribute]})
            return Local(key.function, visible)
    return _unproven(survey, placed, reached)


def _unproven(
    survey: Survey,
    placed: Iterable[tuple[Attribute, ShardKey]],
    reached: dict[Entry, frozenset[Attribute]],
) -> Refused:
    """Say what is not tied to the rest by its key."""
    entries = list(reached)
    first = next(iter(placed), None)
    if first is None:
        return _refused('rows that are not those of one shard: an outer join, a group, a subquery...', entries[0])
    loose = [entry for entry in entries if not _reaches(entry, *first, reached[entry])]
    name = '' if not loose or loose[0].place is None or loose[0].place.table is None else loose[0].place.table.name
    return _refused(f'sharded table {name} is not joined by its key', loose[0] if loose else entries[0])
