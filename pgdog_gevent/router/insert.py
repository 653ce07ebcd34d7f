"""INSERT: rows go where their keys say, or to all shards alike."""

from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.config.choices import RewriteMode
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.assigned import assigned, default_key, length_of
from pgdog_gevent.router.blueprint import Blueprint, ByKey, ByRow, Everyone, Refused, Row
from pgdog_gevent.router.conflict import check_conflict
from pgdog_gevent.router.generated import generates_keys
from pgdog_gevent.router.given_keys import missing_key
from pgdog_gevent.router.insert_alike import insert_alike, is_star, lists_rows
from pgdog_gevent.router.keys import NOWHERE, Keys, Operand
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.locality import Local, locality
from pgdog_gevent.router.nodes import location
from pgdog_gevent.router.predicates import keys_of
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable
from pgdog_gevent.router.row_texts import RowTexts, default_values_text, row_texts
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.router.shard_local import spans_shards
from pgdog_gevent.router.target import Target, in_one_place, reads_sharded, target, users_function
from pgdog_gevent.router.text import Text

_NO_VALUE: Final = 'Give the row a constant or a parameter as its sharding key.'
_NOT_SPLIT: Final = Refused(
    'an INSERT of rows that belong on different shards, which rewrite.split_inserts does not allow',
    'Set it to "rewrite", or insert the rows one by one.',
)


def insert_blueprint(insert: pg.InsertStmt, known: Known, text: Text) -> Blueprint:
    """What an INSERT means. Raises NotProvable."""
    into = target(insert.relation, known, text)
    if into.shard is not None:
        return in_one_place(insert, known)
    if known.rules.rewrite.primary_key is RewriteMode.ERROR:
        _check_primary_key(insert, into, text)
    if into.key is None:
        return insert_alike(insert, into, known, text)
    return _Sharded(insert, into, into.key, known, text).blueprint()


def _check_primary_key(insert: pg.InsertStmt, into: Target, text: Text) -> None:
    missing = missing_key(insert, into.table)
    if missing:
        raise NotProvable(
            f'an INSERT with no value for the primary key "{missing}", which rewrite.primary_key does not allow',
            'Set it to "rewrite" for keys that the proxy gives, or to "ignore" for those that shards give.',
            text.position(insert.relation.location),
        )


class _Sharded:
    """An INSERT into a sharded table."""

    def __init__(self, insert: pg.InsertStmt, into: Target, key: ShardKey, known: Known, text: Text) -> None:
        self._insert = insert
        self._select = _with_both(insert)
        self._into = into
        self._column = into.column(key.column)
        self._function = key.function
        self._known = known
        self._text = text

    def blueprint(self) -> Blueprint:
        check_conflict(self._insert, self._into, self._column.name, self._known, self._text)
        self._check_surroundings()
        if self._is_generated():
            return self._wherever()
        if not self._insert.HasField('select_stmt'):
            return self._by_row(default_values_text(self._insert, self._text), (self._key_of(None),))
        if lists_rows(self._insert.select_stmt.select_stmt):
            rows = [row.list.items for row in self._select.values_lists]
            keys = tuple(self._key_of(self._value(list(row))) for row in rows)
            return self._by_row(row_texts(self._insert, self._text), keys)
        return self._selected()

    def _is_generated(self) -> bool:
        """Whether each row gets a key of the shard that it is inserted on."""
        if not generates_keys(self._column, self._function, self._known.catalog):
            return False
        place = self._place()
        if place < 0 or not self._insert.HasField('select_stmt'):
            return True
        rows = [row.list.items for row in self._select.values_lists]
        return bool(rows) and all(place >= len(row) or row[place].HasField('set_to_default') for row in rows)

    def _wherever(self) -> Blueprint:
        """All rows go to one shard: that of what they are made of, or any."""
        if self._insert.HasField('on_conflict_clause'):
            raise NotProvable('ON CONFLICT of rows whose sharding keys are generated: any shard may have the other row')
        apart = self._apart()
        if apart is not None:
            raise NotProvable.of(apart)
        return ByKey(self._reads(), Refused('an INSERT that generates sharding keys and reads several shards'))

    def _check_surroundings(self) -> None:
        """Of what is evaluated for each row after it is known where that is."""
        if self._reads_sharded(self._insert.on_conflict_clause, self._insert.returning_clause):
            raise NotProvable('a subquery in ON CONFLICT or RETURNING that reads a sharded table', ONE_SHARD)

    def _selected(self) -> Blueprint:
        targets = [node.res_target.val for node in self._select.target_list]
        if targets and self._select.op == pg.SETOP_NONE and not any(map(is_star, targets)):
            value = self._value(targets)
            key = None if value is not None and _may_differ(value) else self._key_of(value)
            if key is not None:
                return self._by_row(RowTexts(self._text.octets, (b'',), b''), (key,))
        return self._from_shards()

    def _from_shards(self) -> Blueprint:
        """Each shard inserts what it reads: the key is that of the rows that are read."""
        proof = locality(self._select, self._known)
        if isinstance(proof, Refused):
            raise NotProvable.of(self._text.refused(proof))
        if not isinstance(proof, Local) or not self._is_key_of(proof):
            raise NotProvable(
                f'rows whose sharding key "{self._column.name}" is not that of the rows they are made of', ONE_SHARD
            )
        spans = spans_shards(self._select, proof, self._known, self._text) or self._apart()
        return ByKey(keys_of(self._select, self._known), spans or Everyone(self._text.octets))

    def _is_key_of(self, proof: Local) -> bool:
        return self._place() in proof.key_outputs and proof.function == self._function

    def _by_row(self, texts: RowTexts, keys: tuple[Operand, ...]) -> ByRow:
        return ByRow(
            head=texts.head,
            rows=tuple(Row(sql, key) for sql, key in zip(texts.rows, keys, strict=True)),
            tail=texts.tail,
            function=self._function,
            returning=self._insert.HasField('returning_clause'),
            reads=self._reads(),
            apart=self._apart() or self._unsplit(),
            length=length_of(self._column),
            in_order=_leaves_out(self._insert),
        )

    def _reads(self) -> Keys:
        return keys_of(self._select, self._known) if self._reads_sharded(self._select) else NOWHERE

    def _reads_sharded(self, *parts: Message) -> bool:
        return reads_sharded(parts, self._insert, self._known, self._text)

    def _apart(self) -> Refused | None:
        name = users_function(self._insert, self._known)
        return Refused(f'function {name}(), which may read what other shards have') if name else None

    def _unsplit(self) -> Refused | None:
        return None if self._known.rules.rewrite.split_inserts is RewriteMode.REWRITE else _NOT_SPLIT

    def _value(self, values: list[pg.Node]) -> pg.Node | None:
        """The key among the values of a row; ``None``: it is not there."""
        place = self._place()
        return values[place] if 0 <= place < len(values) else None

    def _place(self) -> int:
        """Which value of a row is its key, from 0; -1: none."""
        targets = [node.res_target for node in self._insert.cols]
        names = [node.name for node in targets] or [column.name for column in self._into.table.columns]
        if self._column.name not in names:
            return -1
        place = names.index(self._column.name)
        if targets and targets[place].indirection:
            position = self._text.position(targets[place].location)
            raise NotProvable('an INSERT of a part of the sharding key', position=position)
        return place

    def _key_of(self, value: pg.Node | None) -> Operand:
        key_type, catalog = self._function.key_type, self._known.catalog
        if self._column.identity and self._insert.override == pg.OVERRIDING_USER_VALUE:
            value = None
        if value is None:
            key = default_key(self._column, key_type, catalog)
            if key is None:
                raise NotProvable(f'an INSERT with no value for the sharding key "{self._column.name}"', _NO_VALUE)
            return key
        key = assigned(value, self._column, key_type, catalog)
        if key is None:
            position = self._text.position(location(value))
            raise NotProvable(f'a computed value for the sharding key "{self._column.name}"', _NO_VALUE, position)
        return key


def _leaves_out(insert: pg.InsertStmt) -> bool:
    """Whether rows that are already there are left out of what is returned."""
    skips = insert.on_conflict_clause.action == pg.ONCONFLICT_NOTHING
    return skips and insert.HasField('returning_clause')


def _with_both(insert: pg.InsertStmt) -> pg.SelectStmt:
    """What an INSERT reads, as a SELECT with all that is before it in WITH."""
    select = pg.SelectStmt()
    select.CopyFrom(insert.select_stmt.select_stmt)
    if insert.HasField('with_clause'):
        if select.HasField('with_clause'):
            raise NotProvable('an INSERT with WITH before and after INTO', ONE_SHARD)
        select.with_clause.CopyFrom(insert.with_clause)
    return select


def _may_differ(value: pg.Node) -> bool:
    """Whether a value that is selected is not simply written there."""
    while value.HasField('type_cast'):
        value = value.type_cast.arg
    return not (value.HasField('a_const') or value.HasField('param_ref'))
