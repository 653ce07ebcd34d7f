"""FROM clauses: tables, joins on the sharding key and off it, omnisharded tables, subqueries, CTEs, views, VALUES."""

from collections.abc import Callable

from tests.integration.sql.draft import Draft
from tests.integration.sql.kinds import INT2, INT4, INT8, NUMERIC, TEXT, Table, Term
from tests.integration.sql.origins import Source, table_source
from tests.integration.sql.predicates import predicate
from tests.integration.sql.tables import (
    COUNTRIES,
    ITEMS,
    KEYED,
    KINDS,
    LEVELS,
    NOTES,
    PAYMENTS,
    SMALL,
    TABLES,
    USERS,
    VISITS,
)

BY_USER = ((USERS, 'id'), (PAYMENTS, 'user_id'), (VISITS, 'user_id'), (KINDS, 'id'))
"""Tables whose keys have the same values on the same shards."""
OFF_KEY = ((USERS, 'level', ITEMS, 'stock'), (USERS, 'level', NOTES, 'n'), (ITEMS, 'stock', NOTES, 'n'),
           (USERS, 'nick', NOTES, 'title'), (PAYMENTS, 'id', USERS, 'id'), (ITEMS, 'label', USERS, 'name'),
           (USERS, 'level', VISITS, 'pages'), (NOTES, 'n', KINDS, 'id'), (ITEMS, 'id', KINDS, 'u'))  # fmt: skip
OMNISHARDED = ((USERS, 'country', COUNTRIES, 'code'), (USERS, 'level', LEVELS, 'level'),
               (PAYMENTS, 'quantity', LEVELS, 'level'), (ITEMS, 'stock', LEVELS, 'level'))  # fmt: skip


def source(draft: Draft, depth: int = 2) -> Source:
    """Make any FROM clause."""
    if draft.chance(0.5) or depth == 0:
        return single(draft)
    return draft.one(_JOINS)(draft, depth)


def single(draft: Draft) -> Source:
    """One table, mostly a sharded one."""
    table = draft.one(KEYED) if draft.chance(0.85) else draft.one(TABLES)
    alias = draft.alias()
    if draft.chance(0.3):
        return table_source(table, table.name, 'AS ')
    return table_source(table, alias, draft.choose('', 'AS '))


def _joined(draft: Draft, left: Source, right: Source, condition: str, kinds: tuple[str, ...]) -> Source:
    kind = draft.one(kinds)
    terms, unique = left.terms + right.terms, left.unique + right.unique
    if kind == ',':
        condition = condition if left.condition is None else f'{left.condition} AND {condition}'
        return Source(f'{left.sql}, {right.sql}', terms, unique, condition, lockable=True)
    joined = f'{left.sql} {kind} {right.sql} ON {condition}'
    return Source(joined, terms, unique, left.condition, lockable=kind in ('JOIN', 'INNER JOIN'))


ALL_JOINS = ('JOIN', 'JOIN', 'INNER JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', ',')


def _on_key(draft: Draft, depth: int) -> Source:
    (one, its), (other, others) = draft.random.sample(BY_USER, 2)
    left, right = draft.alias(), draft.alias()
    condition = draft.choose(f'{left}.{its} = {right}.{others}', f'{right}.{others} = {left}.{its}')
    both = _joined(draft, table_source(one, left), table_source(other, right), condition, ALL_JOINS)
    if depth < 2 or draft.chance(0.75):
        return both
    third, thirds = draft.one(BY_USER)
    alias = draft.alias()
    condition = f'{alias}.{thirds} = {draft.choose(f"{left}.{its}", f"{right}.{others}")}'
    return _joined(draft, both, table_source(third, alias), condition, (',',) if both.condition else ALL_JOINS[:5])


def _off_key(draft: Draft, depth: int) -> Source:
    one, its, other, others = draft.one(OFF_KEY)
    left, right = draft.alias(), draft.alias()
    condition = f'{left}.{its} = {right}.{others}'
    if others == 'title':
        # Which of two collations is meant has to be said.
        condition = f'{left}.{its} COLLATE "C" = {right}.{others}'
    return _joined(draft, table_source(one, left), table_source(other, right), condition, ALL_JOINS)


def _omnisharded(draft: Draft, depth: int) -> Source:
    one, its, other, others = draft.one(OMNISHARDED)
    left, right = draft.alias(), draft.alias()
    first, second = table_source(one, left), table_source(other, right)
    if draft.chance(0.3):
        first, second = second, first
    return _joined(draft, first, second, f'{left}.{its} = {right}.{others}', ALL_JOINS)


def _to_self(draft: Draft, depth: int) -> Source:
    left, right = draft.alias(), draft.alias()
    table, its, others = draft.choose(
        (USERS, 'id', 'id'), (ITEMS, 'id', 'id'), (NOTES, 'slug', 'slug'), (VISITS, 'user_id', 'user_id'),
        (PAYMENTS, 'user_id', 'user_id'), (USERS, 'id', 'level'), (USERS, 'id', 'visits'),
    )  # fmt: skip
    return _joined(
        draft, table_source(table, left), table_source(table, right), f'{left}.{its} = {right}.{others}', ALL_JOINS
    )


def _using(draft: Draft, depth: int) -> Source:
    left, right = draft.alias(), draft.alias()
    kind = draft.choose('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN')
    first, second = table_source(USERS, left), table_source(KINDS, right)
    merged = Term('id', INT8, USERS.columns[0].term.pool, key=True)
    rest = tuple(term for term in first.terms + second.terms if not term.key)
    return Source(f'{first.sql} {kind} {second.sql} USING (id)', (merged, *rest), ('id',))


def _crossed(draft: Draft, depth: int) -> Source:
    left, right = single(draft), table_source(draft.choose(COUNTRIES, LEVELS), draft.alias())
    return Source(f'{left.sql} CROSS JOIN {right.sql}', left.terms + right.terms, left.unique + right.unique)


def _values(draft: Draft, depth: int) -> Source:
    table, its = draft.one(BY_USER)
    alias, listed = draft.alias(), draft.alias()
    key = Term(f'{listed}.k', INT8, ('1', '2', '3'), key=True)
    keys = draft.some(('1', '2', '3', '7', '20', '57', '-42'), 1, 4)
    rows = ', '.join(f"({value}, '{position}')" for position, value in enumerate(keys))
    note = Term(f'{listed}.v', TEXT, ('0', '1', 'x'))
    values = Source(f'(VALUES {rows}) AS {listed}(k, v)', (key, note), (f'{listed}.k',))
    return _joined(draft, table_source(table, alias), values, f'{alias}.{its} = {listed}.k', ALL_JOINS)


def _series(draft: Draft, depth: int) -> Source:
    table, its = draft.choose((USERS, 'id'), (NOTES, 'n'), (USERS, 'level'))
    alias, listed = draft.alias(), draft.alias()
    number = Term(listed, INT4, SMALL, small=True)
    series = Source(f'generate_series(1, {draft.choose("3", "12")}) AS {listed}', (number,), (listed,))
    return _joined(draft, table_source(table, alias), series, f'{alias}.{its} = {listed}', ALL_JOINS)


def _subquery(draft: Draft, depth: int) -> Source:
    alias = draft.alias()
    body, terms, unique = inner(draft, alias)
    return Source(f'({body}) AS {alias}', terms, unique)


def _cte(draft: Draft, depth: int) -> Source:
    name = draft.alias()
    body, terms, unique = inner(draft, name)
    hint = draft.choose('', '', 'MATERIALIZED ', 'NOT MATERIALIZED ')
    return Source(name, terms, unique, ctes=f'WITH {name} AS {hint}({body}) ')


def _cte_joined(draft: Draft, depth: int) -> Source:
    """A CTE over one table, joined to another: on its key or not."""
    name, alias = draft.alias(), draft.alias()
    body, terms, unique = inner(draft, name, USERS)
    table, its = draft.choose((PAYMENTS, 'user_id'), (VISITS, 'user_id'), (NOTES, 'n'))
    cte = Source(name, terms, unique)
    both = _joined(draft, cte, table_source(table, alias), f'{name}.{USERS.names[0]} = {alias}.{its}', ALL_JOINS)
    return Source(both.sql, both.terms, both.unique, both.condition, f'WITH {name} AS ({body}) ')


def _lateral(draft: Draft, depth: int) -> Source:
    alias, nested = draft.alias(), draft.alias()
    kind = draft.choose('CROSS JOIN LATERAL', 'LEFT JOIN LATERAL')
    body = (
        f'SELECT p.id, p.amount FROM payments p WHERE p.user_id = {alias}.id '
        f'ORDER BY p.amount {draft.choose("", "DESC")}, p.id LIMIT {draft.choose("1", "2")}'
    )
    users = table_source(USERS, alias)
    columns = {column.name: column.term for column in PAYMENTS.columns}
    terms = tuple(columns[name].called(f'{nested}.{name}') for name in ('id', 'amount'))
    end = ' ON true' if kind.startswith('LEFT') else ''
    return Source(f'{users.sql} {kind} ({body}) {nested}{end}', users.terms + terms, (*users.unique, terms[0].sql))


def _view(draft: Draft, depth: int) -> Source:
    alias = draft.alias()
    users = {column.name: column.term for column in USERS.columns}
    if draft.chance(0.4):
        terms = tuple(users[name].called(f'{alias}.{name}') for name in ('id', 'name', 'level', 'score'))
        return Source(f'active_users {alias}', terms, (f'{alias}.id',))
    n = Term(f'{alias}.n', INT8, SMALL, small=True)
    if draft.chance(0.5):
        key = Term(f'{alias}.user_id', INT8, users['id'].pool, key=True)
        total = Term(f'{alias}.total', NUMERIC, users['score'].pool, small=True)
        return Source(f'totals {alias}', (key, n, total), (key.sql,))
    level = Term(f'{alias}.level', INT2, SMALL, small=True)
    return Source(f'by_level {alias}', (level, n, users['score'].called(f'{alias}.best')), (level.sql,))


def inner(draft: Draft, alias: str, table: Table | None = None) -> tuple[str, tuple[Term, ...], tuple[str, ...]]:
    """Make a SELECT for a subquery: its text, its columns as terms of ``alias``, those that are unique."""
    table = table or draft.one(KEYED)
    origin = table_source(table, draft.alias())
    name = origin.terms[0].sql.split('.')[0]
    others = [column for column in table.columns if column.name not in table.unique]
    columns = [*(column for column in table.columns if column.name in table.unique), *draft.some(others, 1, 3)]
    selected = ', '.join(f'{name}.{column.name}' for column in columns)
    where = f' WHERE {predicate(draft, origin, 1)}' if draft.chance(0.6) else ''
    end = ''
    if draft.chance(0.25):
        end = f' ORDER BY {draft.choose("", f"{name}.{others[0].name} DESC, ")}{", ".join(origin.unique)}'
        end += f' LIMIT {draft.choose(1, 5, 20)}' if draft.chance(0.7) else ''
    terms = tuple(column.term.called(f'{alias}.{column.name}') for column in columns)
    return (
        f'SELECT {selected} FROM {origin.sql}{where}{end}', terms, tuple(f'{alias}.{name}' for name in table.unique)
    )  # fmt: skip


_JOINS: tuple[Callable[[Draft, int], Source], ...] = (
    _on_key, _on_key, _on_key, _on_key, _off_key, _omnisharded, _omnisharded, _to_self, _using, _crossed, _values,
    _series, _subquery, _subquery, _cte, _cte_joined, _lateral, _view,
)  # fmt: skip
