"""What servers are asked and what they say, where some types have another OID at each of them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.execution.nested_types import MALFORMED, NestedTypes, UnknownToClients
from pgdog_gevent.execution.question import Question, ShardAnswer
from pgdog_gevent.merge.description import BINARY, Description, expanded
from pgdog_gevent.router.own_types import TypeNumbers, numbers_of

_HINT: Final = 'Create types on all shards.'


def asked_at(shard: int, question: Question, numbers: TypeNumbers) -> Question:
    """The question with the numbers of a shard, also those inside of binary values if the types of those are given."""
    if not numbers.differ_at(shard):
        return question
    values, nested = question.values, NestedTypes(numbers, shard)
    if values is not None:
        formats = expanded(values.formats, len(values.parameters))
        parameters = list(values.parameters)
        for at, (number, form) in enumerate(zip(numbers_of(question.types), formats, strict=False)):
            value = parameters[at] if at < len(parameters) else None
            if form == BINARY and value is not None:
                with suppress(*MALFORMED):  # The server says what is wrong.
                    parameters[at] = nested.inward(value, number)
        values = replace(values, parameters=tuple(parameters))
    return replace(question, types=numbers.types_at(shard, question.types), values=values)


def tell(answer: ShardAnswer, numbers: TypeNumbers) -> None:
    """Have an answer speak of types by the numbers that clients know. Raises FeatureNotSupported."""
    if not numbers.differ_at(answer.shard):
        return
    answer.parameters = numbers.types_told(answer.shard, answer.parameters)
    if answer.description is None:
        return
    described = Description.decode(answer.description)
    told = described.with_types(numbers.outward[answer.shard])
    columns = dict(enumerate(told.columns))
    for column in columns.values():
        if not column.type_oid:
            raise _unknown(column.name, answer.shard)
    nested = {
        number: column.type_oid
        for number, column in columns.items()
        if column.format == BINARY and column.type_oid in numbers.nested
    }
    if nested:
        answer.tell_row = partial(_row, NestedTypes(numbers, answer.shard), answer.shard, nested)
    answer.description = told.encode()


def _row(types: NestedTypes, shard: int, columns: Mapping[int, int], body: bytes) -> bytes:
    try:
        return types.row(columns, body)
    except UnknownToClients:
        raise _unknown(b'record', shard) from None


def concern(shape: Shape, numbers: TypeNumbers) -> bool:
    """Whether a statement has parameters or columns of types whose numbers differ."""
    columns = () if shape.description is None else shape.description.columns
    own = any(column.type_oid in numbers.own or column.type_oid in numbers.nested for column in columns)
    return own or numbers.concern(shape.types)


def _unknown(name: bytes, shard: int) -> FeatureNotSupported:
    shown = name.decode(errors='replace')
    return FeatureNotSupported(f'column "{shown}" has a type that only shard {shard} has', hint=_HINT)
