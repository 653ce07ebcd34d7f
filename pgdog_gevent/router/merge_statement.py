"""MERGE: its rows meet on the shard of their key, and new ones stay there."""

from collections.abc import Iterator

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.assigned import assigned, stored_at
from pgdog_gevent.router.blueprint import Blueprint, ByKey, Refused
from pgdog_gevent.router.keys import EVERY, Operand, disjunction
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.locality import Local, locality
from pgdog_gevent.router.matched_once import conjuncts, equated, qualified
from pgdog_gevent.router.moved_key import MOVES_KEY, check_generated, moves_key
from pgdog_gevent.router.nodes import is_star, location, shape
from pgdog_gevent.router.predicates import keys_of
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.router.target import Target, in_one_place, reads_sharded, target
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.walk import parts
from pgdog_gevent.router.write import over_shards
from pgdog_gevent.router.write_alike import write_alike


def merge_blueprint(merge: pg.MergeStmt, known: Known, text: Text) -> Blueprint:
    """What a MERGE means. Raises NotProvable."""
    into = target(merge.relation, known, text)
    if into.shard is not None:
        return in_one_place(merge, known)
    if into.key is None:
        return write_alike(merge, into, known, text)
    return _Sharded(merge, into, into.key, known, text).blueprint()


class _Sharded:
    """A MERGE into a sharded table."""

    def __init__(self, merge: pg.MergeStmt, into: Target, key: ShardKey, known: Known, text: Text) -> None:
        self._merge = merge
        self._into = into
        self._key = key
        self._known = known
        self._text = text
        self._actions = [node.merge_when_clause for node in merge.merge_when_clauses]

    def blueprint(self) -> Blueprint:
        self._check_updates()
        inserts = [action for action in self._actions if action.command_type == pg.CMD_INSERT]
        for action in inserts:
            self._check_insert(action)
        several = over_shards(self._merge, self._known, self._text)
        if any(action.match_kind == pg.MERGE_WHEN_NOT_MATCHED_BY_SOURCE for action in self._actions):
            return ByKey(EVERY, several if not inserts or self._source_is_sharded() else self._unplaced().refused)
        keys = keys_of(self._merge, self._known)
        if not inserts:
            return ByKey(keys, several)
        if self._source_is_sharded():
            self._check_source_key()
            return ByKey(disjunction((keys, keys_of(self._source(), self._known))), several)
        inserted = stored_at(self._key.function, self._source_keys(), self._into.column(self._key.column))
        refused = Refused('a MERGE over several shards that inserts rows which are on none of them', ONE_SHARD)
        # Rows that match have the key of a row of the source.
        return ByKey(disjunction((keys, inserted)) if self._reads_more() else inserted, refused)

    def _reads_more(self) -> bool:
        """Whether there are sharded tables besides the target."""
        others = parts(self._merge, besides=('relation',))
        return reads_sharded(others, self._merge, self._known, self._text)

    def _source_is_sharded(self) -> bool:
        return reads_sharded((self._merge.source_relation,), self._merge, self._known, self._text)

    def _source(self) -> pg.SelectStmt:
        """All rows of the source: those that match nothing count too."""
        with_clause = self._merge.with_clause if self._merge.HasField('with_clause') else None
        return pg.SelectStmt(
            target_list=[pg.Node(res_target=pg.ResTarget(val=self._compared()))],
            from_clause=[self._merge.source_relation],
            with_clause=with_clause,
            limit_option=pg.LIMIT_OPTION_DEFAULT,
            op=pg.SETOP_NONE,
        )

    def _check_source_key(self) -> None:
        """What is inserted as the key must be the key of the row of the source, which is where that is."""
        proof = locality(self._source(), self._known)
        if not isinstance(proof, Local) or 0 not in proof.key_outputs or proof.function != self._key.function:
            raise self._unplaced()

    def _check_updates(self) -> None:
        for action in self._actions:
            if action.command_type == pg.CMD_UPDATE:
                check_generated(self._into.column(self._key.column))
            moved = moves_key(action.target_list, self._key.column) if action.command_type == pg.CMD_UPDATE else None
            if moved is not None:
                raise NotProvable(*MOVES_KEY, position=self._text.position(moved.location))

    def _check_insert(self, action: pg.MergeWhenClause) -> None:
        """A new row must have that key by which it was looked for."""
        names = [node.res_target.name for node in action.target_list]
        names = names or [column.name for column in self._into.table.columns]
        place = names.index(self._key.column) if self._key.column in names else len(action.values)
        whole = any(map(is_star, action.values))
        if whole or place >= len(action.values) or shape(action.values[place]) != shape(self._compared()):
            raise self._unplaced()

    def _compared(self) -> pg.Node:
        """What the condition compares with the key of the target."""
        name = self._merge.relation.alias.aliasname or self._merge.relation.relname
        found: list[pg.Node] = []
        for node in conjuncts(self._merge.join_condition):
            one, other = equated(node) or (node, node)
            found.extend(b for a, b in ((one, other), (other, one)) if qualified(a, name) == self._key.column)
        if len(found) != 1:
            raise self._unplaced()
        return found[0]

    def _source_keys(self) -> Iterator[Operand]:
        """The keys of a source whose rows are written in the statement."""
        column = self._into.column(self._key.column)
        for value in self._source_values():
            key = assigned(value, column, self._key.function.key_type, self._known.catalog)
            if key is None:
                raise self._unplaced(value)
            yield key

    def _source_values(self) -> list[pg.Node]:
        source = self._merge.source_relation.range_subselect
        select, alias = source.subquery.select_stmt, source.alias
        fields = [field.string.sval for field in self._compared().column_ref.fields]
        if fields[:-1] != [alias.aliasname] or select.op != pg.SETOP_NONE or select.from_clause:
            raise self._unplaced()
        targets = [node.res_target for node in select.target_list]
        names = [name.string.sval for name in alias.colnames] or [each.name for each in targets]
        if names.count(fields[-1]) != 1:
            raise self._unplaced()
        place = names.index(fields[-1])
        rows = [list(row.list.items) for row in select.values_lists] or [[each.val for each in targets]]
        if any(place >= len(row) or any(map(is_star, row)) for row in rows):
            raise self._unplaced()
        return [row[place] for row in rows]

    def _unplaced(self, node: pg.Node | None = None) -> NotProvable:
        place = self._text.position(location(node)) if node is not None else 0
        return NotProvable('a MERGE that inserts rows of which it is not certain where they belong', ONE_SHARD, place)
