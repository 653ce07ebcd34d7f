"""The time of a transaction, which one shard says for all."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.execution.answer import Asked, parameter_formats
from pgdog_gevent.execution.question import NO_TYPES, Question, Values
from pgdog_gevent.execution.several import SeveralShards
from pgdog_gevent.merge.description import BINARY
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.router.own_types import numbers_of
from pgdog_gevent.router.varying import MOMENT
from pgdog_gevent.sharding.key import TypeOid

_ASK: Final = Question(
    b'SELECT pg_catalog.now(), pg_catalog.statement_timestamp()', NO_TYPES, Values(result_formats=(BINARY,))
)
_FROM: Final = datetime(2000, 1, 1, tzinfo=UTC)
_TIMES: Final = frozenset({1082, 1083, 1114, 1184, 1266})
"""OIDs of the types that have them."""
_LONGEST: Final = 64
"""Bytes of a word, with the blanks around it."""


class Times(NamedTuple):
    """As they are written in SQL."""

    transaction: bytes
    statement: bytes


def ask_times(several: SeveralShards, shard: int) -> Times:
    """Ask a shard, whose connection is at hand. Raises ShardRefused, ServerLost."""
    [(_, [row])] = several.rows_of({shard: _ASK})
    transaction, statement = map(_written, decode_row(row))
    return Times(transaction, statement)


def check_parameters(asked: Asked, types: bytes) -> None:
    """Raise FeatureNotSupported if a parameter is a word that each server would read as its own time."""
    oids = numbers_of(types)
    for number, (form, value) in enumerate(_given(asked)):
        oid = oids[number] if number < len(oids) else 0
        if form != BINARY and says_now(value) and (oid in _TIMES or oid >= TypeOid.FIRST_NORMAL):
            raise FeatureNotSupported(f"parameter ${number + 1} is a word for a time, such as 'now'")


def any_says_now(asked: Asked) -> bool:
    """Whether a parameter may be such a word."""
    return any(form != BINARY and says_now(value) for form, value in _given(asked))


def says_now(value: bytes | None) -> bool:
    return value is not None and len(value) < _LONGEST and MOMENT.fullmatch(value.decode('latin-1')) is not None


def _given(asked: Asked) -> Sequence[tuple[int, bytes | None]]:
    return list(zip(parameter_formats(asked.values), asked.values.parameters, strict=True))


def _written(microseconds: bytes | None) -> bytes:
    moment = _FROM + timedelta(microseconds=int.from_bytes(microseconds or b'', 'big', signed=True))
    return moment.isoformat(' ', 'microseconds').encode()
