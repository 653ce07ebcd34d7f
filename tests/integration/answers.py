"""How a statement is asked in each of the ways that clients have, and all that they see of the answer."""

import itertools
import select
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq.abc import PGconn, PGresult

from tests.integration.sql.kinds import BOOL, INT2, INT4, INT8, NUMERIC, TEXT, UUID, VARCHAR
from tests.integration.sql.statement import Parameter, Statement

PATIENCE = 30.0
"""Seconds after which no answer is taken to come any more."""
REFUSED = b'0A000'
WIDTHS = {INT2.oid: 2, INT4.oid: 4, INT8.oid: 8}
names = itertools.count()

Row = tuple[bytes | None, ...]


class Way(Enum):
    """How a client asks."""

    SIMPLE = 'simple'
    EXTENDED = 'extended, text'
    BINARY = 'extended, binary'
    PREPARED = 'prepared, text'
    PREPARED_BINARY = 'prepared, binary'

    @property
    def binary(self) -> bool:
        """Whether results, and the parameters for which that is possible, are in binary format."""
        return self in (Way.BINARY, Way.PREPARED_BINARY)

    @property
    def prepared(self) -> bool:
        """Whether the statement is prepared under a name, described, and executed twice."""
        return self in (Way.PREPARED, Way.PREPARED_BINARY)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a RowDescription."""

    name: bytes
    oid: int
    modifier: int
    format: int


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a client sees of an answer."""

    tag: bytes = b''
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    parameters: tuple[int, ...] = ()
    """Types, if the answer is to a Describe."""
    sqlstate: bytes = b''
    """Of the error, or empty."""
    message: str = ''
    refused: bool = False
    """Whether the proxy itself says that it does not do this."""
    transaction: int = 0
    """What ReadyForQuery says."""

    def __str__(self) -> str:
        if self.sqlstate:
            return f'{self.sqlstate.decode()} {self.message}'
        columns = ', '.join(f'{column.name.decode()} {column.oid} {column.modifier}' for column in self.columns)
        rows = ''.join(f'\n      {row}' for row in self.rows[:12])
        return f'{self.tag.decode()} ({columns}) {self.parameters or ""} {len(self.rows)} rows{rows}'


class Unanswered(Exception):
    """No answer came."""


def ask(connection: PGconn, statement: Statement, way: Way) -> tuple[Answer, ...]:
    """Have a statement executed; a prepared one has several answers."""
    sql, binary = statement.sql.encode(), int(way.binary)
    if way.prepared:
        return tuple(_ask_prepared(connection, statement, way))
    if way is Way.SIMPLE and not statement.parameters:
        connection.send_query(sql)
    else:
        formats, values = _sent(statement.parameters, [one.oid for one in statement.parameters], way.binary)
        connection.send_query_params(sql, values, [one.oid for one in statement.parameters], formats, binary)
    return (_answer(connection),)


def _ask_prepared(connection: PGconn, statement: Statement, way: Way) -> Iterator[Answer]:
    name = f's{next(names)}'.encode()
    connection.send_prepare(name, statement.sql.encode(), [one.oid for one in statement.parameters])
    parsed = _answer(connection)
    yield parsed
    if parsed.sqlstate:
        return
    connection.send_describe_prepared(name)
    described = _answer(connection)
    yield described
    for parameters in (statement.alternative, statement.parameters):
        formats, values = _sent(parameters, described.parameters, way.binary)
        connection.send_query_prepared(name, values, formats, int(way.binary))
        executed = _answer(connection)
        yield executed
        if executed.sqlstate:
            break
    connection.send_close_prepared(name)
    yield _answer(connection)


def _sent(
    parameters: Sequence[Parameter], oids: Sequence[int], binary: bool
) -> tuple[list[int], list[bytes | None]]:
    """Formats and values."""
    formats, values = [], list[bytes | None]()
    for position, parameter in enumerate(parameters):
        oid = oids[position] if position < len(oids) else 0
        encoded = _in_binary(oid, parameter.text) if binary and parameter.text is not None else None
        formats.append(int(encoded is not None))
        values.append(encoded if encoded is not None or parameter.text is None else parameter.text.encode())
    return formats, values


def _in_binary(oid: int, text: str) -> bytes | None:
    if oid in WIDTHS:
        return int(text).to_bytes(WIDTHS[oid], 'big', signed=True)
    if oid in (TEXT.oid, VARCHAR.oid):
        return text.encode()
    if oid == UUID.oid:
        return bytes.fromhex(text.replace('-', ''))
    if oid == BOOL.oid:
        return b'\1' if text == 't' else b'\0'
    if oid == NUMERIC.oid:
        return bytes(Transformer().get_dumper(Decimal(text), PyFormat.BINARY).dump(Decimal(text)) or b'')
    return None


def _answer(connection: PGconn) -> Answer:
    """Read until ReadyForQuery; of several results the last one counts."""
    last: PGresult | None = None
    while True:
        _wait(connection)
        result = connection.get_result()
        if result is None:
            break
        last = result
    if last is None:
        raise Unanswered
    return _from_result(last, int(connection.transaction_status))


def _wait(connection: PGconn) -> None:
    while connection.flush():
        select.select([], [connection.socket], [], PATIENCE)
    while connection.is_busy():
        if not select.select([connection.socket], [], [], PATIENCE)[0]:
            raise Unanswered
        connection.consume_input()


def _from_result(result: PGresult, transaction: int) -> Answer:
    sqlstate = result.error_field(pq.DiagnosticField.SQLSTATE) or b''
    message = (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or result.error_message).decode(errors='replace')
    if sqlstate or message:
        # An error of PostgreSQL names the routine that raised it.
        own = result.error_field(pq.DiagnosticField.SOURCE_FUNCTION) is None
        return Answer(
            sqlstate=sqlstate or b'-----', message=message, refused=own and sqlstate == REFUSED, transaction=transaction
        )
    width = range(result.nfields)
    return Answer(
        tag=result.command_status or b'',
        columns=tuple(
            Column(result.fname(at) or b'', result.ftype(at), result.fmod(at), result.fformat(at)) for at in width
        ),
        rows=tuple(tuple(result.get_value(row, at) for at in width) for row in range(result.ntuples)),
        parameters=tuple(result.param_type(at) for at in range(result.nparams)),
        transaction=transaction,
    )
