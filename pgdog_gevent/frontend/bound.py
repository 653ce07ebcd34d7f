"""What a client has bound to the parameters of a statement, as the planner asks for it."""

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Final

from pgdog_gevent.execution.question import NO_TYPES, Values
from pgdog_gevent.merge.description import expanded
from pgdog_gevent.protocol.query import Bind
from pgdog_gevent.router.keys import BoundValue, Constant

_UNCONVERTED: Final = frozenset({'UTF8', 'SQL_ASCII'})
_uint32 = Struct('!I').unpack_from


class BoundParameters:
    """A ``router.keys.Bound``. A parameter that is missing is NULL: the server says that it is."""

    __slots__ = ('_formats', '_types', '_values')

    def __init__(self, types: bytes, values: Values) -> None:
        """``types`` as in Parse; a type that is not given there is 0."""
        self._types = types
        self._values = values.parameters
        self._formats = expanded(values.formats, len(values.parameters))

    def parameter(self, number: int) -> BoundValue:
        if number > len(self._values):
            return BoundValue(0, 0, None)
        at = 2 + 4 * (number - 1)
        type_oid = _uint32(self._types, at)[0] if at < len(self._types) else 0
        return BoundValue(type_oid, self._formats[number - 1], self._values[number - 1])


NOTHING_BOUND: Final = BoundParameters(NO_TYPES, Values())


class Arguments:
    """A ``router.keys.Bound``: what EXECUTE gives for parameters; ``types`` as far as PREPARE has them."""

    __slots__ = ('_arguments', '_types')

    def __init__(self, types: Sequence[int], arguments: Sequence[Constant | None]) -> None:
        self._types = types
        self._arguments = arguments

    def parameter(self, number: int) -> BoundValue:
        argument = self._arguments[number - 1] if number <= len(self._arguments) else None
        if argument is None:
            raise LookupError
        type_oid = self._types[number - 1] if number <= len(self._types) else 0
        return BoundValue(type_oid, 0, None if argument.text is None else argument.text.encode())


def reads_text(told: Mapping[str, str]) -> bool:
    """Whether text of the client has the bytes that it has in the database, be it in UTF-8 or in no encoding."""
    return {told.get('client_encoding'), told.get('server_encoding')} <= _UNCONVERTED


def values_of(bind: Bind) -> Values:
    """The part of a Bind that is not a name."""
    return Values(bind.parameter_formats, bind.parameters, bind.result_formats)
