"""What a client asks of several shards, and the one answer that it gets."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import FeatureNotSupported, GatherLimit, ProxyError, ShardsDisagree
from pgdog_gevent.execution.question import NO_TYPES, NO_VALUES, ShardAnswer, ShardRefused, Values
from pgdog_gevent.merge.description import BINARY, Description, expanded
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.router.blueprint import Count
from pgdog_gevent.router.keys import Constant, Parameter

Rows = Generator[bytes, None, None]

IN_ORDER: Final = (ShardRefused, FeatureNotSupported, GatherLimit)
"""Errors in the midst of rows after which the servers are read to the end of their answers, to be asked again.

After others nobody waits for them: who is in a hurry, or has lost a server, gives all of them back as they are.
"""
_NEGATIVE: Final = {'LIMIT': '2201W', 'OFFSET': '2201X'}


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, the types of its parameters as in Parse, and what the client binds to it."""

    sql: bytes
    types: bytes = NO_TYPES
    values: Values = NO_VALUES


@dataclass(slots=True)
class Answer:
    """What the client gets. ``rows`` must be taken to their end; then there is a ``tag``."""

    description: bytes | None
    """Body of the RowDescription, in the client's formats; ``None`` for what returns no rows."""
    rows: Rows
    """Bodies of DataRows. Raises ShardRefused, ServerLost.

    Whoever does not take them to their end throws into it why: after one ``IN_ORDER`` no server owes anything.
    """
    heard: tuple[ShardAnswer, ...]
    """Those whose notices the client gets."""
    tag: bytes = b''
    """Body of the CommandComplete."""

    def notices(self) -> Iterator[Frame]:
        """Those that have come so far."""
        for answer in self.heard:
            yield from answer.take_notices()


def rows_of(rows: Iterable[bytes]) -> Rows:
    """Rows that are here already."""
    yield from rows


class RowCountNegative(ProxyError):
    """LIMIT or OFFSET is negative: in PostgreSQL's words."""

    def __init__(self, clause: str) -> None:
        super().__init__(f'{clause} must not be negative')
        self.sqlstate = _NEGATIVE[clause]


def bound_count(count: Count | None, asked: Asked, clause: str) -> int | None:
    """The number of rows that a clause says with these parameters; ``None`` if it says nothing, or NULL.

    Raises RowCountNegative, FeatureNotSupported.
    """
    match count:
        case None | int():
            number = count
        case Constant(text):
            number = None if text is None else _integer(text.encode(), clause)
        case Parameter(parameter):
            number = _parameter(asked.values, parameter, clause)
    if number is not None and number < 0:
        raise RowCountNegative(clause)
    return number


def parameter_formats(values: Values) -> tuple[int, ...]:
    """The format of each parameter."""
    return expanded(values.formats, len(values.parameters))


def _parameter(values: Values, number: int, clause: str) -> int | None:
    if number > len(values.parameters):
        return None  # The server says that it is missing.
    value = values.parameters[number - 1]
    if value is None:
        return None
    if parameter_formats(values)[number - 1] == BINARY:
        if len(value) not in (2, 4, 8):
            raise _unreadable(clause)
        return int.from_bytes(value, 'big', signed=True)
    return _integer(value, clause)


def _integer(text: bytes, clause: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _unreadable(clause) from None


def _unreadable(clause: str) -> FeatureNotSupported:
    return FeatureNotSupported(
        f'several shards can be asked only for a {clause} that is an integer', hint='Give it as a bigint.'
    )


def as_described(final: ShardAnswer, shape: Shape, values: Values) -> Description:
    """The columns of the client's own text, if those of the final answer are of the same types.

    Raises ShardsDisagree.
    """
    computed = Description.decode(final.description or b'\0\0')
    described = computed if shape.description is None else shape.description.with_formats(values.result_formats)
    for ours, theirs in zip(computed.columns, described.columns, strict=True):
        if (ours.type_oid, ours.name) != (theirs.type_oid, theirs.name):
            final.drop()
            raise ShardsDisagree(
                f'the answer of several shards has another type than the statement: column '
                f'"{theirs.name.decode(errors="replace")}"',
                detail=f'OID {ours.type_oid} in the place of {theirs.type_oid}.',
            )
    return described
