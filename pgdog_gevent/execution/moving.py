"""A row that UPDATE gives another sharding key: it is read, then it stays, or is deleted here and inserted there.

All of it is one transaction, which the caller has begun. The row is locked where it is from the first step on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import FeatureNotSupported, RowMovedMeanwhile
from pgdog_gevent.execution.answer import Answer, Asked, parameter_formats, rows_of
from pgdog_gevent.execution.question import NO_TYPES, Question, ShardAnswer, Values
from pgdog_gevent.execution.unnested import first_types, types_of
from pgdog_gevent.merge.description import BINARY, TEXT, Description
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.router.blueprint import MovedRow
from pgdog_gevent.router.plan import Move
from pgdog_gevent.sharding.function import LookedUp, homes_of
from pgdog_gevent.sharding.key import Key, KeyType, NotAKey, TypeOid, key_of_binary, key_of_text
from pgdog_gevent.sharding.lookup import LookUp
from pgdog_gevent.sharding.shards import NO_SHARDS, Shards

_NONE: Final = b'UPDATE 0\0'
_ONE: Final = b'UPDATE 1\0'
_DELETED: Final = b'DELETE 1\0'
_HELPERS: Final = 4
"""Columns after those that are carried: ctid, tableoid, the key, and how many rows there were before any was locked."""
_HERE: Final = types_of(NO_TYPES, [oids.TID, oids.OID])


class Servers(Protocol):
    """Whoever asks them."""

    def rows_of(self, questions: Mapping[int, Question]) -> list[tuple[ShardAnswer, list[bytes]]]:
        """Ask, and take all rows."""
        ...


class _Found(NamedTuple):
    """The row as it is to be."""

    shard: int
    columns: Description
    values: tuple[bytes | None, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """Does what one UPDATE asks for. ``stay``: have the shard do the statement as it is."""

    servers: Servers
    row: MovedRow
    asked: Asked
    shape: Shape
    stay: Callable[[int], Answer]
    look_up: LookUp

    def answer(self, plan: Move) -> Answer:
        """Raises as ``SeveralShards.answer``; RowMovedMeanwhile; and FeatureNotSupported for more than one row."""
        found = self._find(plan.shards)
        if found is None:
            return self._told(_NONE)
        home = self._home(found.values[-2])
        if home == found.shard:
            return self.stay(home)
        self._delete(found)
        return self._insert(found, home)

    def _find(self, shards: tuple[int, ...]) -> _Found | None:
        formats = (*(BINARY if each.binary else TEXT for each in self.row.carried), *(BINARY,) * _HELPERS)
        values = replace(self.asked.values, result_formats=formats)
        answers = self.servers.rows_of(dict.fromkeys(shards, Question(self.row.select, self.shape.types, values)))
        found, seen = list[_Found](), 0
        for answer, bodies in answers:
            columns = Description.decode(answer.description or b'\0\0')
            rows = [decode_row(body) for body in bodies]
            seen += int.from_bytes(rows[0][-1] or b'', 'big')
            found += [_Found(answer.shard, columns, row) for row in rows if row[-_HELPERS] is not None]
        if len(found) > 1:
            raise FeatureNotSupported(
                'an UPDATE that gives several rows another sharding key, so that they may have to move',
                hint='Say of which row by its primary key.',
            )
        if len(found) < seen:
            raise RowMovedMeanwhile  # It may be on another shard now, which has not shown it.
        return found[0] if found else None

    def _home(self, value: bytes | None) -> int:
        """The shard where the row belongs with its new key."""
        try:
            homes = self._homes(None if value is None else self._key(value))
        except NotAKey:
            homes = NO_SHARDS
        if len(homes) != 1:
            raise FeatureNotSupported('the new sharding key of a row does not say on which shard it belongs')
        [home] = homes
        return home

    def _homes(self, key: Key | None) -> Shards:
        function = self.row.function
        if key is not None and isinstance(function, LookedUp):
            return function.of_answer.shards_of(self.look_up(function.wanted(key)))
        return homes_of(function, key)

    def _key(self, value: bytes) -> Key:
        match self.row.function.key_type:
            case KeyType.BIGINT:
                return key_of_binary(KeyType.BIGINT, TypeOid.INT8, value)
            case KeyType.UUID:
                return key_of_binary(KeyType.UUID, TypeOid.UUID, value)
            case key_type:
                text, length = value.decode(), self.row.length
                if length and not text[length:].strip(' '):
                    text = text[:length]
                return key_of_text(key_type, text)

    def _delete(self, found: _Found) -> None:
        ctid, tableoid, _, _ = found.values[-_HELPERS:]
        question = Question(self.row.delete, _HERE, Values((BINARY,), (ctid, tableoid)))
        [(answer, _)] = self.servers.rows_of({found.shard: question})
        if answer.tag != _DELETED:
            raise FeatureNotSupported('a row that has to move to another shard cannot be deleted where it is')

    def _insert(self, found: _Found, home: int) -> Answer:
        carried, own = self.row.carried, self.asked.values
        types = [
            column.type_oid if each.typed else TypeOid.UNSPECIFIED
            for each, column in zip(carried, found.columns.columns, strict=False)
        ]
        if max(types) >= TypeOid.FIRST_NORMAL:
            raise FeatureNotSupported('a row that has to move to another shard gets a value of a type of your own')
        formats = tuple(BINARY if each.binary else TEXT for each in carried)
        values = Values(formats, found.values[:-_HELPERS], own.result_formats)
        sent = types_of(NO_TYPES, types)
        if self.row.returns_parameters:
            count = len(own.parameters)
            sent = types_of(sent, _oids(first_types(self.shape.types, count)))
            values = replace(
                values, formats=(*formats, *parameter_formats(own)), parameters=(*values.parameters, *own.parameters)
            )
        [(answer, rows)] = self.servers.rows_of({home: Question(self.row.insert, sent, values)})
        return self._told(_ONE, rows, (answer,))

    def _told(self, tag: bytes, rows: list[bytes] | None = None, heard: tuple[ShardAnswer, ...] = ()) -> Answer:
        """What the client is told, with the columns of its own text."""
        columns = self.shape.description
        formats = self.asked.values.result_formats
        described = None if columns is None else columns.with_formats(formats).encode()
        return Answer(described, rows_of(rows or ()), heard, tag)


def _oids(types: bytes) -> list[int]:
    return [int.from_bytes(types[at : at + 4], 'big') for at in range(2, len(types), 4)]
