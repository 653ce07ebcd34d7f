"""Random SELECTs over a few tables of small integers, in SQL that both PostgreSQL and SQLite understand."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, NamedTuple

TABLES: Final = {
    'u': ('id', 'x', 'y'),
    'p': ('uid', 'id', 'x'),
    'k': ('uid', 'x'),
    'ten': ('id', 'x'),
    'c': ('id', 'x'),
    'r': ('id', 'k', 'x'),
}
"""``u``, ``p``, ``k`` have their first column as key, with one function; ``ten`` has another function; the rest is the
same on all shards."""
SHARDED: Final = ('u', 'p', 'k', 'ten')
VALUES: Final = (0, 1, 2, 3, 4, 5, None)

_JOINS: Final = ('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN')
_TABLE_WEIGHTS: Final = {'u': 4, 'p': 4, 'k': 2, 'ten': 1, 'c': 2, 'r': 1}


class Query(NamedTuple):
    """The text of a query, and how many columns it returns."""

    sql: str
    width: int


class Statements:
    """A source of statements; with ``lateral`` there is LATERAL, which SQLite does not have."""

    def __init__(self, random: Random, *, lateral: bool = False) -> None:
        self._random = random
        self._lateral = lateral
        self._aliases = 0
        self._ctes: list[tuple[str, int]] = []

    def statement(self) -> str:
        """A whole statement, perhaps with a CTE."""
        self._ctes = []
        prefix = ''
        if self._random.random() < 0.15:
            cte = self._any_query(1)
            prefix = f'WITH w AS ({cte.sql}) '
            self._ctes = [('w', cte.width)]
        return prefix + self._top(self._random.choice((0, 1, 1, 2))).sql

    def _top(self, depth: int) -> Query:
        kind = self._random.choices(('plain', 'group', 'distinct', 'set', 'wrapped'), (5, 1, 1, 2, 6))[0]
        if kind == 'wrapped':
            return self._wrapped()
        if kind == 'set':
            return self._set_operation(depth)
        return self._block(depth, (), kind)

    def _wrapped(self) -> Query:
        """A query in FROM, alone or joined to a table, or in a condition, with little around it."""
        value = self._value()
        if self._random.random() < 0.3:
            kind = self._random.choice(('EXISTS', 'NOT EXISTS', 'u.id IN', 'u.id NOT IN'))
            query = self._any_query(0, ('u.id', 'u.x'), 1)
            end = self._random.choice(('', f' AND u.id = {value}'))
            return Query(f'SELECT u.id AS c0 FROM u WHERE {kind} ({query.sql}){end}', 1)
        query = self._any_query(0)
        end = self._random.choice(('', f'WHERE q.c0 = {value}', f'WHERE q.c0 = {value} OR q.c0 IS NULL'))
        if self._random.random() < 0.5:
            return Query(f'SELECT q.c0 AS c0 FROM ({query.sql}) AS q {end}', 1)
        join = self._random.choice(_JOINS[:4])
        return Query(f'SELECT u.id AS c0, q.c0 AS c1 FROM u {join} ({query.sql}) AS q ON u.id = q.c0 {end}', 2)

    def _any_query(self, depth: int, outer: Sequence[str] = (), width: int | None = None) -> Query:
        kind = self._random.choices(('plain', 'group', 'distinct', 'window', 'limit', 'set'), (8, 3, 2, 2, 2, 4))[0]
        if kind == 'set':
            return self._set_operation(depth, outer, width)
        return self._block(depth, outer, kind, width)

    def _set_operation(self, depth: int, outer: Sequence[str] = (), width: int | None = None) -> Query:
        operator = self._random.choice(('UNION', 'UNION ALL', 'UNION ALL', 'INTERSECT', 'EXCEPT'))
        width = width or self._random.choice((1, 1, 2))
        left = self._block(depth - 1, outer, 'plain', width)
        right = self._block(depth - 1, outer, 'plain', width)
        return Query(f'{left.sql} {operator} {right.sql}', width)

    def _block(self, depth: int, outer: Sequence[str], kind: str, width: int | None = None) -> Query:
        source, columns = self._from(depth, outer)
        where = ''
        if self._random.random() < 0.75:
            where = f' WHERE {self._condition(depth, [*columns, *self._some(outer)], columns)}'
            if self._random.random() < 0.3:
                where += f' AND {columns[0]} = {self._value()}'
        width = width or self._random.choice((1, 2, 2, 3))
        # Keys stand first in their tables, so they come often.
        chosen = [self._random.choice(columns[:1] * len(columns) + columns) for _ in range(width)]
        return Query(self._written(kind, chosen, columns, f' FROM {source}{where}', depth), width)

    def _written(self, kind: str, chosen: list[str], columns: list[str], rest: str, depth: int) -> str:
        if kind == 'group':
            groups = chosen[:-1] or chosen
            outputs = [*groups, *([f'count({self._random.choice(columns)})'] if len(chosen) > 1 else [])]
            return f'SELECT {_named(outputs)}{rest} GROUP BY {", ".join(groups)}'
        if kind == 'distinct':
            return f'SELECT DISTINCT {_named(chosen)}{rest}'
        if kind == 'window':
            chosen[-1] = f'count(*) OVER (PARTITION BY {self._random.choice(columns[:1] * 2 + columns)})'
        if depth > 0 and self._random.random() < 0.1:
            chosen[-1] = f'({self._scalar(depth - 1, columns)})'
        order = ', '.join(str(number + 1) for number in range(len(chosen)))
        limit = f' ORDER BY {order} LIMIT {self._random.choice((1, 2, 5))}' if kind == 'limit' else ''
        return f'SELECT {_named(chosen)}{rest}{limit}'

    def _scalar(self, depth: int, outer: Sequence[str]) -> str:
        source, columns = self._from(depth, outer)
        aggregate = self._random.choice(('count', 'max', 'min'))
        condition = self._condition(depth, [*columns, *self._some(outer)], columns)
        return f'SELECT {aggregate}({self._random.choice(columns)}) FROM {source} WHERE {condition}'

    def _from(self, depth: int, outer: Sequence[str]) -> tuple[str, list[str]]:
        source, columns = self._relation(depth, ())
        for _ in range(self._random.choices((0, 1, 2), (5, 5, 2))[0]):
            other, more = self._relation(depth, columns)
            join = self._random.choices(_JOINS, (6, 4, 1, 2, 1))[0]
            if 'LATERAL' in other and join in ('RIGHT JOIN', 'FULL JOIN'):
                join = 'LEFT JOIN'
            condition = '' if join == 'CROSS JOIN' else f' ON {self._on(join, depth, columns, more)}'
            source, columns = f'{source} {join} {other}{condition}', [*columns, *more]
        return source, columns

    def _on(self, join: str, depth: int, left: list[str], right: list[str]) -> str:
        """A condition of a join, mostly with an equality of keys; of FULL JOIN only what PostgreSQL can do."""
        equality = f'{self._random.choice(left[:1] * 2 + left)} = {self._random.choice(right[:1] * 3 + right)}'
        if join == 'FULL JOIN' or self._random.random() < 0.6:
            return equality
        other = self._condition(min(depth, 1), [*left, *right], right)
        return other if self._random.random() < 0.2 else f'{equality} AND {other}'

    def _relation(self, depth: int, before: Sequence[str]) -> tuple[str, list[str]]:
        self._aliases += 1
        alias = f't{self._aliases}'
        if self._ctes and self._random.random() < 0.5:
            name, width = self._random.choice(self._ctes)
            return f'{name} AS {alias}', [f'{alias}.c{number}' for number in range(width)]
        if self._random.random() < 0.05:
            return f'(VALUES (1), (3)) AS {alias}', [f'{alias}.column1']
        if depth > 0 and self._random.random() < 0.4:
            lateral = self._lateral and bool(before) and self._random.random() < 0.5
            query = self._any_query(depth - 1, before if lateral else ())
            columns = [f'{alias}.c{number}' for number in range(query.width)]
            return f'{"LATERAL " if lateral else ""}({query.sql}) AS {alias}', columns
        table = self._random.choices(tuple(_TABLE_WEIGHTS), tuple(_TABLE_WEIGHTS.values()))[0]
        return f'{table} AS {alias}', [f'{alias}.{column}' for column in TABLES[table]]

    def _some(self, outer: Sequence[str]) -> list[str]:
        """Columns of the query around, often enough to be chosen."""
        return [*outer, *list(outer[:1]) * 3] if outer and self._random.random() < 0.8 else []

    def _condition(self, depth: int, columns: list[str], own: list[str]) -> str:
        kind = self._random.choices(('and', 'or', 'not', 'subquery', 'simple'), (4, 2, 1, 2 * (depth > 0), 8))[0]
        match kind:
            case 'and':
                return f'({self._condition(depth, columns, own)} AND {self._condition(depth, columns, own)})'
            case 'or':
                return f'({self._condition(depth, columns, own)} OR {self._condition(depth, columns, own)})'
            case 'not':
                return f'NOT ({self._condition(depth, columns, own)})'
            case 'subquery':
                return self._subquery(depth, columns)
            case _:
                return self._simple(columns, own)

    def _subquery(self, depth: int, columns: list[str]) -> str:
        kind = self._random.choices(('EXISTS', 'NOT EXISTS', 'IN', 'NOT IN', 'scalar'), (4, 2, 4, 1, 1))[0]
        if kind == 'scalar':
            return f'{self._random.choice(columns)} = ({self._scalar(depth - 1, columns)})'
        query = self._any_query(depth - 1, columns, 1)
        left = '' if kind.endswith('EXISTS') else f'{self._random.choice(columns[:1] * len(columns) + columns)} '
        return f'{left}{kind} ({query.sql})'

    def _simple(self, columns: list[str], own: list[str]) -> str:
        column = self._random.choice(own[:1] * len(own) + own)
        other = self._random.choice(columns)
        forms: tuple[Callable[[], str], ...] = (
            lambda: f'{column} = {self._value()}',
            lambda: f'{column} = {self._value()}',
            lambda: f'{self._value()} = {column}',
            lambda: f'{column} = {other}',
            lambda: f'{column} = {other}',
            lambda: f'{column} IN ({self._value()}, {self._value()})',
            lambda: f'{column} BETWEEN {self._value()} AND {self._value()}',
            lambda: f'{column} {self._random.choice(("<", "<=", ">", ">=", "<>"))} {self._value()}',
            lambda: f'{column} IS NULL',
            lambda: f'{column} IS NOT NULL',
            lambda: f'{column} IS NOT DISTINCT FROM {self._random.choice(("NULL", other, self._value()))}',
            lambda: f'({column}, {other}) = ({self._value()}, {self._value()})',
            lambda: f'coalesce({column}, {self._value()}) = {self._value()}',
        )
        return self._random.choice(forms)()

    def _value(self) -> str:
        return str(self._random.choice((0, 1, 2, 3, 4, 5)))


def _named(outputs: Sequence[str]) -> str:
    return ', '.join(f'{output} AS c{number}' for number, output in enumerate(outputs))
