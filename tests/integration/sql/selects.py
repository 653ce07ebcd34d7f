"""SELECT statements."""

from collections.abc import Callable, Sequence

from tests.integration.sql.draft import Draft
from tests.integration.sql.expressions import (
    aggregate,
    expression,
    grouping,
    having,
    scalar_subquery,
    window,
)
from tests.integration.sql.kinds import Term
from tests.integration.sql.origins import Source, table_source
from tests.integration.sql.predicates import leaf, leaf_without_subquery, where
from tests.integration.sql.sources import inner, single, source
from tests.integration.sql.statement import Order, Statement
from tests.integration.sql.tables import KEYED

DIRECTIONS = ('', '', ' ASC', ' DESC', ' DESC NULLS LAST', ' NULLS FIRST', ' ASC NULLS FIRST', ' DESC NULLS FIRST')
COLLATIONS = ('"C"', '"en-x-icu"', '"POSIX"')

NAMES = ('name', 'a', 'level', '"A b"')
"""Names for columns of a select list; the columns of tables have some of them too."""


def plain(draft: Draft) -> Statement:
    """Rows of a FROM clause, each for itself."""
    origin = source(draft)
    if draft.chance(0.12):
        return _finish(draft, f'{origin.ctes}SELECT *', origin, origin.terms, 'select *')
    selected = [expression(draft, origin) for _ in range(draft.random.randint(1, 4))]
    if draft.chance(0.12) and (nested := scalar_subquery(draft, origin)):
        selected.append(nested)
    return _finish(draft, f'{origin.ctes}SELECT {_list(draft, selected)}', origin, selected, 'select')


def _list(draft: Draft, selected: Sequence[Term]) -> str:
    """Write a select list."""
    return ', '.join(
        f'{term.sql} AS {draft.one(NAMES)}' if draft.chance(0.2) else term.sql
        for term in selected
    )


def _finish(draft: Draft, start: str, origin: Source, selected: Sequence[Term], form: str) -> Statement:
    sql = f'{start} FROM {origin.sql}{where(draft, origin)}'
    match draft.random.randrange(10):
        case 0 | 1 | 2 | 3 | 4:
            first = [_sort_term(draft, origin, selected) for _ in range(draft.choose(0, 1, 2))]
            order = [f'{name}{draft.one(DIRECTIONS)}' for name in (*first, *origin.unique)]
            return limited(draft, f'{sql} ORDER BY {", ".join(order)}', form, Order.ROWS)
        case 5 | 6 if selected is not origin.terms:
            return _by_position(draft, sql, selected, form)
        case 7 | 8 if origin.lockable and draft.chance(0.5):
            lock = draft.choose('FOR UPDATE', 'FOR SHARE', 'FOR NO KEY UPDATE', 'FOR KEY SHARE', 'FOR UPDATE NOWAIT')
            return draft.statement(f'{sql} {lock}', 'for update')
        case _:
            return limited(draft, sql, form, Order.NONE)


def _sort_term(draft: Draft, origin: Source, selected: Sequence[Term]) -> str:
    if draft.chance(0.3):
        return str(draft.random.randint(1, len(selected)))
    if draft.chance(0.15):
        return f'({leaf_without_subquery(draft, origin)})'
    term = draft.one(origin.terms)
    if term.kind.text and draft.chance(0.3):
        return f'{term.sql} COLLATE {draft.one(COLLATIONS)}'
    return draft.choose(term.sql, term.sql, f'{term.sql} IS NULL')


def _by_position(draft: Draft, sql: str, selected: Sequence[Term], form: str) -> Statement:
    """Sort by columns of the select list, which may leave ties."""
    keys = draft.some(range(len(selected)), 1, 2)
    order = ', '.join(f'{key + 1}{draft.one(DIRECTIONS)}' for key in keys)
    if draft.chance(0.15):
        draft.loose = True
        ties = f'FETCH FIRST {draft.choose("1", "3", "10")} ROWS WITH TIES'
        return draft.statement(f'{sql} ORDER BY {order} {ties}', 'with ties', Order.KEYS, tuple(keys))
    # Where keys are loose, which of two equal ones comes first is open.
    draft.loose |= any(selected[key].loose for key in keys)
    return limited(draft, f'{sql} ORDER BY {order}', form, Order.KEYS, tuple(keys))


def limited(draft: Draft, sql: str, form: str, order: Order, keys: tuple[int, ...] = ()) -> Statement:
    """Finish a statement, perhaps with LIMIT and OFFSET; their parameters are the last ones."""
    if not draft.chance(0.35):
        return draft.statement(sql, form, order, keys)
    count = draft.number(0, 1, 2, 3, 5, 10, 50, 1000)
    skip = draft.number(0, 1, 2, 7, 100)
    end = draft.choose(
        f' LIMIT {count}', f' LIMIT {count}', f' LIMIT {count} OFFSET {skip}', f' OFFSET {skip} LIMIT {count}',
        f' OFFSET {skip}', ' LIMIT ALL', ' LIMIT NULL', f' OFFSET {skip} ROWS FETCH NEXT ({count}) ROWS ONLY',
        f' FETCH FIRST ({count}) ROWS ONLY', ' FETCH FIRST ROW ONLY', ' LIMIT 1 + 1', ' LIMIT -1', " LIMIT '3'",
    )  # fmt: skip
    return draft.statement(sql + end, f'{form} limit', order, keys, None if order is Order.ROWS else sql)


def distinct(draft: Draft) -> Statement:
    """DISTINCT, sorted by all columns or by none."""
    origin = source(draft)
    selected = [expression(draft, origin) for _ in range(draft.random.randint(1, 3))]
    draft.loose |= any(term.loose for term in selected)
    listed = ', '.join(term.sql for term in selected)
    sql = f'{origin.ctes}SELECT DISTINCT {listed} FROM {origin.sql}{where(draft, origin)}'
    return _by_all(draft, sql, len(selected), 'distinct')


def _by_all(draft: Draft, sql: str, columns: int, form: str) -> Statement:
    """Sort by all columns, or not at all."""
    if draft.chance(0.4):
        return limited(draft, sql, form, Order.NONE)
    positions = draft.some(range(1, columns + 1), columns, columns)
    order = ', '.join(f'{position}{draft.one(DIRECTIONS)}' for position in positions)
    return limited(draft, f'{sql} ORDER BY {order}', form, Order.ROWS)


def distinct_on(draft: Draft) -> Statement:
    """DISTINCT ON, where it is determined which row is taken."""
    origin = source(draft)
    on = draft.some(origin.terms, 1, 2)
    selected = [expression(draft, origin) for _ in range(draft.random.randint(1, 3))]
    first = ', '.join(f'{term.sql}{draft.one(DIRECTIONS)}' for term in on)
    more = f', {draft.one(origin.terms).sql}{draft.one(DIRECTIONS)}' if draft.chance(0.4) else ''
    determined = ', '.join(term.sql for term in on)
    sql = (
        f'{origin.ctes}SELECT DISTINCT ON ({determined}) {_list(draft, selected)} '
        f'FROM {origin.sql}{where(draft, origin)} ORDER BY {first}{more}, {", ".join(origin.unique)}'
    )
    return limited(draft, sql, 'distinct on', Order.ROWS)


def aggregated(draft: Draft) -> Statement:
    """Aggregates of all rows: one row."""
    origin = source(draft)
    selected = [aggregate(draft, origin) for _ in range(draft.random.randint(1, 4))]
    more = having(draft, origin) if draft.chance(0.1) else ''
    end = draft.choose('', '', '', ' LIMIT 1', ' LIMIT 5 OFFSET 1', ' ORDER BY 1')
    sql = f'{origin.ctes}SELECT {_list(draft, selected)} FROM {origin.sql}{where(draft, origin)}{more}{end}'
    return draft.statement(sql, 'aggregate', Order.ROWS)


def grouped(draft: Draft) -> Statement:
    """GROUP BY, sorted by all groups or by none."""
    origin = source(draft)
    groups = grouping(draft, origin)
    draft.loose |= any(group.loose for group in groups)
    shown = [group for group in groups if draft.chance(0.85)]
    made = [aggregate(draft, origin) for _ in range(draft.random.randint(0 if shown else 1, 3))]
    selected = [term.sql for term in (*shown, *made)]
    draft.random.shuffle(selected)
    condition = where(draft, origin)
    more = having(draft, origin) if draft.chance(0.3) else ''
    by = ', '.join(_group_name(draft, group, selected) for group in groups)
    sql = f'{origin.ctes}SELECT {", ".join(selected)} FROM {origin.sql}{condition} GROUP BY {by}{more}'
    if draft.chance(0.35):
        return limited(draft, sql, 'group by', Order.NONE)
    order = [f'{aggregate(draft, origin, exact=True).sql}{draft.one(DIRECTIONS)}'] if draft.chance(0.4) else []
    order += [f'{group.sql}{draft.one(DIRECTIONS)}' for group in groups]
    return limited(draft, f'{sql} ORDER BY {", ".join(order)}', 'group by', Order.ROWS)


def _group_name(draft: Draft, group: Term, selected: Sequence[str]) -> str:
    if group.sql in selected and draft.chance(0.3):
        return str(selected.index(group.sql) + 1)
    return group.sql


def by_primary_key(draft: Draft) -> Statement:
    """GROUP BY a primary key, with other columns of its table."""
    origin = source(draft)
    if not origin.grouped:
        origin = table_source(draft.one([table for table in KEYED if table.name in ('users', 'items', 'kinds')]), 'g')
    made = aggregate(draft, origin)
    others = [term.sql for term in draft.some(origin.terms, 1, 3)]
    key = origin.grouped
    sql = f'SELECT {", ".join([*others, made.sql])} FROM {origin.sql}{where(draft, origin)} GROUP BY {key}'
    return draft.statement(f'{sql} ORDER BY {key}', 'group by', Order.ROWS)


def grouping_sets(draft: Draft) -> Statement:
    """ROLLUP, CUBE and GROUPING SETS."""
    origin = source(draft)
    terms = (draft.one(origin.terms), draft.one(origin.terms))
    draft.loose |= any(term.loose for term in terms)
    made = aggregate(draft, origin)
    one, two = (term.sql for term in terms)
    sets = draft.choose(
        f'ROLLUP ({one}, {two})', f'CUBE ({one}, {two})', f'GROUPING SETS (({one}), ())', f'{one}, ROLLUP ({two})'
    )
    shown = f'{one}, {made.sql}'
    sql = f'{origin.ctes}SELECT {shown} FROM {origin.sql}{where(draft, origin)} GROUP BY {sets}'
    return draft.statement(sql, 'grouping sets')


def windowed(draft: Draft) -> Statement:
    """Window functions."""
    origin = source(draft)
    selected = [expression(draft, origin), window(draft, origin)]
    draft.random.shuffle(selected)
    sql = f'{origin.ctes}SELECT {", ".join(term.sql for term in selected)} FROM {origin.sql}{where(draft, origin)}'
    if draft.chance(0.5):
        return limited(draft, sql, 'window', Order.NONE)
    return limited(draft, f'{sql} ORDER BY {", ".join(origin.unique)}', 'window', Order.ROWS)


def set_operation(draft: Draft) -> Statement:
    """UNION, INTERSECT and EXCEPT of two or three SELECTs with columns of the same types."""
    arms = [_arm(draft) for _ in range(2 if draft.chance(0.8) else 3)]
    width = draft.choose(1, 2, 2)
    sql = ''
    for arm in arms:
        operator = draft.choose('UNION', 'UNION', 'UNION ALL', 'UNION ALL', 'INTERSECT', 'EXCEPT', 'EXCEPT ALL')
        body = f'SELECT {", ".join(arm[1 : width + 1])} FROM {arm[0]}'
        sql = f'{sql} {operator} {body}' if sql else body
    return _by_all(draft, sql, width, 'set operation')


def _arm(draft: Draft) -> tuple[str, ...]:
    """FROM and WHERE, then an integer and a text column of one table."""
    while True:
        origin = single(draft)
        numbers = [term.sql for term in origin.terms if term.kind.integer]
        texts = [term.sql for term in origin.terms if term.kind.name == 'text']
        if numbers and texts:
            # The columns must not bring two collations together.
            return f'{origin.sql}{where(draft, origin)}', draft.one(numbers), f'{draft.one(texts)} COLLATE "C"'


def nested(draft: Draft) -> Statement:
    """Aggregates, or a join, over a subquery that limits or groups."""
    alias = draft.alias()
    body, terms, unique = inner(draft, alias)
    origin = Source(f'({body}) {alias}', terms, unique)
    made = aggregate(draft, origin)
    if draft.chance(0.5):
        sql = f'SELECT {made.sql} FROM {origin.sql}{where(draft, origin, 0.3)}'
        return draft.statement(sql, 'subquery', Order.ROWS)
    group = draft.one(terms)
    draft.loose |= group.loose
    sql = f'SELECT {group.sql}, {made.sql} FROM {origin.sql} GROUP BY 1'
    return _by_all(draft, sql, 1, 'subquery') if draft.chance(0.6) else draft.statement(sql, 'subquery')


def without_tables(draft: Draft) -> Statement:
    """Statements that read no table."""
    sql = draft.choose(
        'SELECT 1', 'SELECT 1 AS one, NULL, true', "VALUES (1, 'a'), (2, NULL)", 'SELECT generate_series(1, 5)',
        "SELECT 'x'::text WHERE false", 'SELECT 1 LIMIT 0', 'SELECT', 'SELECT count(*)', 'SHOW server_encoding',
        'SELECT ARRAY[1, 2]', "VALUES (1), (2) ORDER BY 1 DESC", 'SELECT * FROM generate_series(3, 1, -1) AS g',
    )  # fmt: skip
    return draft.statement(sql, 'no table', Order.ROWS)


def exists(draft: Draft) -> Statement:
    """A subquery alone in the select list."""
    origin = single(draft)
    sql = draft.choose('EXISTS (SELECT 1', '(SELECT count(*)', 'ARRAY(SELECT 1')
    return draft.statement(f'SELECT {sql} FROM {origin.sql} WHERE {leaf(draft, origin)})', 'subquery', Order.ROWS)


SELECTS: tuple[tuple[Callable[[Draft], Statement], int], ...] = (
    (plain, 30), (distinct, 8), (distinct_on, 4), (aggregated, 14), (grouped, 16), (by_primary_key, 2),
    (grouping_sets, 1), (windowed, 3), (set_operation, 6), (nested, 4), (without_tables, 2), (exists, 2),
)  # fmt: skip
"""Makers of SELECTs, and how often each is taken."""


def select(draft: Draft) -> Statement:
    """Make any SELECT."""
    makers, weights = zip(*SELECTS, strict=True)
    maker: Callable[[Draft], Statement] = draft.random.choices(makers, weights)[0]
    return maker(draft)
