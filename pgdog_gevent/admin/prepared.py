"""Prepared statements and portals of an admin session."""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct, unpack
from typing import Final, Self

from pgdog_gevent import sqlstate
from pgdog_gevent.admin.administration import Administration, Outcome, carry_out
from pgdog_gevent.admin.commands import Command, Select, Show, ShowParameter
from pgdog_gevent.admin.parse import understand
from pgdog_gevent.admin.table import BINARY, Table, Type, as_binary, as_text
from pgdog_gevent.admin.tokens import Token, bound, parameter_count, statements
from pgdog_gevent.errors import AdminCommandFailed, FeatureNotSupported, ProxyError
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.query import Bind, Parse


class InvalidBind(ProxyError):
    """A Bind does not go with its statement."""

    sqlstate = sqlstate.PROTOCOL_VIOLATION


class PortalNotFound(ProxyError):
    """A portal of this name does not exist in this session."""

    sqlstate = sqlstate.INVALID_CURSOR_NAME


_INTEGERS: Final = {20: Struct('!q'), 21: Struct('!h'), 23: Struct('!i')}
"""The binary formats of int8, int2 and int4."""
_TEXTS: Final = frozenset((18, 19, 25, 705, 1042, 1043))
"""Types whose binary format is their text: char, name, text, unknown, bpchar, varchar."""
_TEXT: Final = Type.TEXT.value[0]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement with the types of its parameters; without tokens it is the empty statement."""

    tokens: tuple[Token, ...]
    types: tuple[int, ...]

    @classmethod
    def parse(cls, message: Parse) -> Self:
        """Understand a statement as far as that goes without its parameters."""
        found = statements(message.sql.decode(errors='replace'))
        if len(found) > 1:
            raise AdminCommandFailed('cannot insert multiple commands into a prepared statement')
        tokens = found[0] if found else ()
        prepared = cls(tokens, _types(message.parameter_types, parameter_count(tokens)))
        prepared.command(['0'] * len(prepared.types))
        return prepared

    def command(self, parameters: Sequence[str]) -> Command | None:
        """The command with its parameters in place; ``None`` for the empty statement."""
        return understand(bound(self.tokens, parameters)) if self.tokens else None

    def bind(self, message: Bind) -> Command | None:
        """Put the parameters of a Bind in place."""
        count = len(message.parameters)
        if count != len(self.types):
            raise InvalidBind(f'bind message supplies {count} parameters, but {len(self.types)} are required')
        formats = _formats(message.parameter_formats, count, 'parameter')
        return self.command(list(map(_parameter, message.parameters, formats, self.types)))

    def describe(self, administration: Administration) -> bytes:
        """ParameterDescription, and RowDescription or NoData."""
        portal = Portal(self.command(['0'] * len(self.types)), ())
        return response.parameter_description(self.types) + portal.describe(administration)


class Portal:
    """A command that is ready to be carried out, and its answer, as far as that has been sent."""

    def __init__(self, command: Command | None, result_formats: tuple[int, ...]) -> None:
        self.command = command
        self.outcome: Outcome | None = None
        self._result_formats = result_formats
        self._sent = 0

    def describe(self, administration: Administration) -> bytes:
        """RowDescription or NoData.

        What only shows something is carried out for it: its answer is then that of Execute.
        """
        if self.outcome is None and isinstance(self.command, Show | ShowParameter | Select):
            self.outcome = carry_out(self.command, administration)
        if self.outcome is None or self.outcome.table is None:
            return response.NO_DATA
        table = self.outcome.table
        formats = self._formats(table)
        columns = [heading.described(form) for heading, form in zip(table.headings, formats, strict=True)]
        return response.row_description(columns)

    def fetch(self, limit: int) -> bytes:
        """The next ``limit`` rows, 0 meaning all; then PortalSuspended, or what ends the answer."""
        if self.outcome is None:
            return response.EMPTY_QUERY_RESPONSE
        if self.outcome.table is None:
            return response.command_complete(self.outcome.tag)
        rows = self._rows(self.outcome.table, limit)
        # As PostgreSQL does: whoever got as many rows as asked for has to ask again to hear that there are no more.
        suspended = 0 < limit == len(rows)
        end = response.PORTAL_SUSPENDED if suspended else response.command_complete(self.outcome.tag)
        return b''.join(rows) + end

    def _rows(self, table: Table, limit: int) -> list[bytes]:
        start = self._sent
        stop = start + limit if limit > 0 else len(table.rows)
        kinds = [heading.type for heading in table.headings]
        formats = self._formats(table)
        self._sent = min(stop, len(table.rows))
        return [
            response.data_row(
                as_binary(cell, kind) if form == BINARY else as_text(cell)
                for cell, kind, form in zip(row, kinds, formats, strict=True)
            )
            for row in table.rows[start:stop]
        ]

    def _formats(self, table: Table) -> tuple[int, ...]:
        return _formats(self._result_formats, len(table.headings), 'result')


def _formats(formats: tuple[int, ...], count: int, what: str) -> tuple[int, ...]:
    """One format for each value: none given means text, one given means all."""
    if not set(formats) <= {0, BINARY}:
        raise InvalidBind(f'unsupported {what} format code')
    if len(formats) < 2:
        return (formats or (0,)) * count
    if len(formats) != count:
        raise InvalidBind(f'bind message has {len(formats)} {what} formats but {count} values')
    return formats


def _types(declared: bytes, count: int) -> tuple[int, ...]:
    """The types of the parameters: those that Parse leaves open are text."""
    oids = unpack(f'!{(len(declared) - 2) // 4}I', declared[2:])
    open_ones = (0,) * (count - len(oids))
    return tuple(oid or _TEXT for oid in (*oids, *open_ones))


def _parameter(value: bytes | None, form: int, oid: int) -> str:
    if value is None:
        raise AdminCommandFailed('a parameter of an admin command cannot be NULL')
    if form != BINARY or oid in _TEXTS:
        return value.decode(errors='replace')
    integer = _INTEGERS.get(oid)
    if integer is None:
        raise FeatureNotSupported(f'binary parameters of type {oid} are not supported by the admin database')
    if len(value) != integer.size:
        raise InvalidBind('incorrect binary data format in bind parameter')
    return str(integer.unpack(value)[0])
