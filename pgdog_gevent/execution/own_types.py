"""What servers are asked and what they say, where some types have another OID at each of them."""

from dataclasses import replace
from typing import Final

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.execution.question import Question, ShardAnswer, Values
from pgdog_gevent.merge.description import BINARY, Description, expanded
from pgdog_gevent.router.own_types import TypeNumbers, numbers_of

_HINT: Final = 'Ask for the text format, or create types and tables in the same order on all shards.'


def asked_at(shard: int, question: Question, numbers: TypeNumbers) -> Question:
    """The question with the numbers of a shard. Raises FeatureNotSupported for values that have some in them."""
    if not numbers.differ_at(shard):
        return question
    values = question.values
    if values is not None:
        formats = expanded(values.formats, len(values.parameters))
        for number, form in zip(numbers_of(question.types), formats, strict=False):
            if form == BINARY and number in numbers.nested:
                raise FeatureNotSupported(
                    f'a parameter in binary format has types in it that have other OIDs on shard {shard}', hint=_HINT
                )
    return replace(question, types=numbers.types_at(shard, question.types))


def tell(answer: ShardAnswer, numbers: TypeNumbers) -> None:
    """Have an answer speak of types by the numbers that clients know. Raises FeatureNotSupported."""
    if not numbers.differ_at(answer.shard):
        return
    answer.parameters = numbers.types_told(answer.shard, answer.parameters)
    if answer.description is None:
        return
    described = Description.decode(answer.description)
    told = described.with_types(numbers.outward[answer.shard])
    for column in told.columns:
        if not column.type_oid or (column.format == BINARY and column.type_oid in numbers.nested):
            raise unreadable(column.name, answer.shard)
    answer.description = told.encode()


def concern(shape: Shape, numbers: TypeNumbers) -> bool:
    """Whether a statement has parameters or columns of types whose numbers differ."""
    columns = () if shape.description is None else shape.description.columns
    own = any(column.type_oid in numbers.own or column.type_oid in numbers.nested for column in columns)
    return own or numbers.concern(shape.types)


def check_formats(shape: Shape, values: Values, numbers: TypeNumbers, shard: int) -> None:
    """Raise FeatureNotSupported if rows would have another shard's numbers in them."""
    columns = () if shape.description is None else shape.description.columns
    for column in columns if BINARY in values.result_formats else ():
        if column.type_oid in numbers.nested:
            raise unreadable(column.name, shard)


def unreadable(name: bytes, shard: int) -> FeatureNotSupported:
    shown = name.decode(errors='replace')
    return FeatureNotSupported(f'column "{shown}" has types in it that have other OIDs on shard {shard}', hint=_HINT)
