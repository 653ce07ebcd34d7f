"""Whether two answers to a statement are the same, as far as PostgreSQL itself would give the same twice."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from psycopg.adapt import Transformer
from psycopg.pq import Format

from tests.integration.answers import Answer, Column, Row
from tests.integration.sql.kinds import FLOAT4, FLOAT8, INTERVAL, NUMERIC
from tests.integration.sql.statement import Order, Statement

FLOATS = (FLOAT4.oid, FLOAT8.oid)
LOOSE = (*FLOATS, NUMERIC.oid, INTERVAL.oid)
"""Types whose equal values may be written differently."""
PARAMETER = re.compile(r'\$(\d+)')
RELATIVE = {FLOAT4.oid: 1e-4, FLOAT8.oid: 1e-9}
ABSOLUTE = 1e-6
"""How much sums of floats may differ."""


@dataclass(frozen=True, slots=True)
class Comparable:
    """A row, as far as it has to be the same."""

    exact: tuple[object, ...]
    floats: tuple[tuple[int, float], ...]
    """Sums of floats, with their types."""

    def alike(self, other: 'Comparable') -> bool:
        """Whether they are the same row."""
        return self.exact == other.exact and all(
            _close(oid, one, two) for (oid, one), (_, two) in zip(self.floats, other.floats, strict=True)
        )


def difference(statement: Statement, expected: Answer, received: Answer) -> str | None:
    """Say in what an answer is wrong; ``None``: in nothing.

    Which rows there are where LIMIT leaves that open, is not judged here but by ``taken_from``.
    """
    if expected.sqlstate != received.sqlstate:
        return 'SQLSTATE'
    if expected.transaction != received.transaction:
        return 'transaction status'
    if expected.columns != received.columns or expected.parameters != received.parameters:
        return 'description'
    if len(expected.rows) != len(received.rows) or expected.tag != received.tag:
        return 'number of rows or tag'
    if not expected.rows:
        return None
    first, second = (comparable(statement, answer.columns, answer.rows) for answer in (expected, received))
    if statement.order is Order.ROWS:
        return None if _all_alike(first, second) else 'rows'
    if statement.order is Order.KEYS and not _all_alike(_keys(statement, expected), _keys(statement, received)):
        return 'order of rows'
    return None if statement.unlimited is not None or contained(second, first) else 'rows'


def taken_from(statement: Statement, unlimited: Answer, received: Answer) -> bool:
    """Whether the rows of an answer are some of those without LIMIT."""
    there, taken = (comparable(statement, answer.columns, answer.rows) for answer in (unlimited, received))
    return contained(taken, there)


def without_limit(statement: Statement) -> Statement:
    """The statement without LIMIT and OFFSET, whose parameters are the last ones."""
    sql = statement.unlimited or statement.sql
    count = max((int(number) for number in PARAMETER.findall(sql)), default=0)
    return replace(statement, sql=sql, parameters=statement.parameters[:count], unlimited=None)


def comparable(statement: Statement, columns: Sequence[Column], rows: Iterable[Row]) -> list[Comparable]:
    """Turn rows into what of them has to be the same."""
    if not (statement.loose or statement.inexact):
        return [Comparable(row, ()) for row in rows]
    return [_comparable(statement, columns, row) for row in rows]


def _comparable(statement: Statement, columns: Sequence[Column], row: Row) -> Comparable:
    exact, floats = list[object](), list[tuple[int, float]]()
    for column, field in zip(columns, row, strict=True):
        if field is None or column.oid not in LOOSE:
            exact.append(field)
        elif statement.inexact and column.oid in FLOATS:
            # That there is a number is part of what has to be the same.
            exact.append('float')
            floats.append((column.oid, float(str(_value(column, field)))))
        else:
            exact.append(_value(column, field) if statement.loose else field)
    return Comparable(tuple(exact), tuple(floats))


def _value(column: Column, field: bytes) -> object:
    loaded: object = Transformer().get_loader(column.oid, Format(column.format)).load(field)
    if isinstance(loaded, Decimal | float) and not math.isfinite(loaded):
        return str(loaded)
    return loaded


def _keys(statement: Statement, answer: Answer) -> list[Comparable]:
    columns = [answer.columns[at] for at in statement.keys]
    return comparable(statement, columns, (tuple(row[at] for at in statement.keys) for row in answer.rows))


def _all_alike(first: Sequence[Comparable], second: Sequence[Comparable]) -> bool:
    return all(one.alike(two) for one, two in zip(first, second, strict=True))


def contained(taken: Iterable[Comparable], there: Iterable[Comparable]) -> bool:
    """Whether each row has one of its own that is alike."""
    free = defaultdict[tuple[object, ...], list[Comparable]](list)
    for row in there:
        free[row.exact].append(row)
    for row in taken:
        candidates = free[row.exact]
        match = next((at for at, candidate in enumerate(candidates) if candidate.alike(row)), None)
        if match is None:
            return False
        del candidates[match]
    return True


def _close(oid: int, one: float, two: float) -> bool:
    return (math.isnan(one) and math.isnan(two)) or math.isclose(one, two, rel_tol=RELATIVE[oid], abs_tol=ABSOLUTE)
