"""Expressions of one row, of a group of rows, and of a window; none of them can fail."""

from dataclasses import replace

from tests.integration.sql.draft import Draft
from tests.integration.sql.kinds import (
    BOOL,
    BYTEA,
    DATE,
    FLOAT4,
    FLOAT8,
    INET,
    INT4,
    INT8,
    INTERVAL,
    INTS,
    JSONB,
    NUMERIC,
    TEXT,
    Kind,
    Term,
)
from tests.integration.sql.origins import Source, table_source
from tests.integration.sql.predicates import leaf, leaf_without_subquery
from tests.integration.sql.tables import COUNTRIES, PAYMENTS, USERS, VISITS

EXACT = ('sum', 'avg', 'variance', 'stddev', 'var_pop', 'stddev_samp', 'stddev_pop', 'var_samp')


def expression(draft: Draft, source: Source) -> Term:
    """Make an expression of one row: a column, or something of one."""
    term = draft.one(source.terms)
    if draft.chance(0.6):
        return term
    if draft.chance(0.15):
        return Term(f'CASE WHEN {leaf_without_subquery(draft, source)} THEN {term.sql} END', *_facts(term))
    if draft.chance(0.1):
        return Term(f'({leaf_without_subquery(draft, source)})', BOOL, ('t',))
    if draft.chance(0.15):
        return _of_two(draft, term, source)
    return _form(draft, term)


def _facts(term: Term) -> tuple[Kind, tuple[str | None, ...], bool]:
    return term.kind, term.pool, term.loose


def _of_two(draft: Draft, term: Term, source: Source) -> Term:
    same = [one for one in source.terms if one.kind is term.kind]
    other = draft.one(same)
    sql = draft.choose(f'coalesce({term.sql}, {other.sql})', f'nullif({term.sql}, {other.sql})')
    return Term(sql, term.kind, (), loose=term.loose or other.loose)


def _form(draft: Draft, term: Term) -> Term:
    sql, kind = draft.one(_forms(term))
    return Term(sql, kind, (), loose=term.loose and kind is not BOOL)


def _forms(term: Term) -> list[tuple[str, Kind]]:
    sql, kind = term.sql, term.kind
    forms: list[tuple[str, Kind]] = [(f'{sql} IS NULL', BOOL)]
    if not term.loose:
        forms += [(f'{sql}::text', TEXT), (f'({sql})::text', TEXT)]
    if kind.number and term.small:
        forms += [(f'{sql} + 1', kind), (f'{sql} * 2', kind), (f'- {sql}', kind), (f'abs({sql})', kind),
                  (f'{sql} - 3', kind)]  # fmt: skip
    if kind is NUMERIC and term.small:
        forms += [(f'round({sql}, 1)', NUMERIC), (f'{sql} / 3', NUMERIC), (f'trunc({sql})', NUMERIC)]
    if kind.integer:
        forms += [(f'{sql} % 7', kind), (f'{sql} / 3', kind), (f'{sql}::numeric', NUMERIC)]
    if kind.text:
        forms += [(f'upper({sql})', TEXT), (f'length({sql})', INT4), (f"{sql} || '!'", TEXT), (f'left({sql}, 1)', TEXT),
                  (f'md5({sql})', TEXT)]  # fmt: skip
    forms += _of_kind(sql, kind)
    return forms


def _of_kind(sql: str, kind: Kind) -> list[tuple[str, Kind]]:
    if kind is DATE:
        return [(f"{sql} >= '2000-01-01'", BOOL)]
    if kind is BOOL:
        return [(f'NOT {sql}', BOOL), (f'{sql}::int', INT4)]
    if kind is JSONB:
        return [(f"{sql}->'a'", JSONB), (f"{sql}->>'b'", TEXT), (f'jsonb_typeof({sql})', TEXT)]
    if kind is INTS:
        return [(f'{sql}[1]', INT4), (f'cardinality({sql})', INT4)]
    if kind is INET:
        return [(f'host({sql})', TEXT), (f'masklen({sql})', INT4)]
    if kind is BYTEA:
        return [(f'length({sql})', INT4), (f"encode({sql}, 'hex')", TEXT)]
    return []


def scalar_subquery(draft: Draft, source: Source) -> Term | None:
    """An expression with a subquery in it: correlated by the key, or not at all."""
    keys = [term for term in source.terms if term.key and term.kind in (INT8, INT4)]
    if not keys or draft.chance(0.3):
        nested = table_source(draft.choose(COUNTRIES, USERS), draft.alias())
        sql = f'(SELECT {draft.choose("count(*)", f"max({nested.terms[0].sql})")} FROM {nested.sql})'
        return Term(sql, INT8, ())
    nested = table_source(draft.choose(PAYMENTS, VISITS), draft.alias())
    key = next(term for term in nested.terms if term.key)
    condition = f'{key.sql} = {draft.one(keys).sql}'
    if draft.chance(0.4):
        condition += f' AND {leaf_without_subquery(draft, nested)}'
    return Term(f'(SELECT count(*) FROM {nested.sql} WHERE {condition})', INT8, ())


def aggregate(draft: Draft, source: Source, *, exact: bool = False) -> Term:
    """Make an aggregate, or an expression over aggregates; ``exact``: one whose value can be sorted by."""
    if not draft.chance(0.3):
        return _one_aggregate(draft, source, exact=exact)
    first = _one_aggregate(draft, source, exact=True)
    forms = [f'{first.sql} IS NULL', f'({first.sql})', f'coalesce({first.sql}, NULL)']
    kind = draft.random.randrange(3)
    if first.kind.number and first.small:
        forms += [f'{first.sql} + 1', f'{first.sql} + count(*)', f'coalesce({first.sql}, 0)', f'{first.sql} * 2',
                  f'CASE WHEN count(*) > 2 THEN {first.sql} END', f'nullif({first.sql}, 0)']  # fmt: skip
        kind = draft.random.randrange(len(forms))
    if first.kind is NUMERIC and first.small and draft.chance(0.5):
        rounded = draft.choose(f'round({first.sql}, 2)', f'{first.sql} / count(*)', f'{first.sql}::float8')
        return Term(rounded, FLOAT8 if 'float8' in rounded else NUMERIC, (), loose=first.loose)
    return Term(forms[kind], BOOL if kind == 0 else first.kind, (), loose=first.loose and kind != 0)


def _one_aggregate(draft: Draft, source: Source, *, exact: bool) -> Term:
    made = _bare_aggregate(draft, source, exact=exact)
    if draft.chance(0.2) and 'WITHIN' not in made.sql:
        condition = leaf(draft, source) if draft.chance(0.2) else leaf_without_subquery(draft, source)
        return replace(made, sql=f'{made.sql} FILTER (WHERE {condition})')
    return made


def _bare_aggregate(draft: Draft, source: Source, *, exact: bool) -> Term:
    term = draft.one(source.terms)
    choice = draft.random.randrange(10)
    if choice < 2:
        return Term('count(*)', INT8, (), small=True)
    if choice < 4:
        counted = draft.choose(term.sql, term.sql, f'DISTINCT {term.sql}')
        return Term(f'count({counted})', INT8, (), small=True)
    if choice < 6 and term.kind.least:
        draft.loose |= term.loose
        return Term(f'{draft.choose("min", "max")}({term.sql})', term.kind, (), loose=term.loose, small=term.small)
    if choice < 9:
        numbers = [one for one in source.terms if one.kind.number and not (exact and one.kind.float)]
        if numbers:
            return _arithmetic(draft, draft.one(numbers))
    return _of_type(draft, term, source)


def _arithmetic(draft: Draft, term: Term) -> Term:
    if term.kind.float and not term.small:
        return Term(f'count({term.sql})', INT8, (), small=True)
    name = draft.one(EXACT) if draft.chance(0.5) else draft.choose('sum', 'avg')
    distinct = 'DISTINCT ' if not term.loose and draft.chance(0.2) else ''
    argument = draft.choose(term.sql, term.sql, f'{term.sql} * 2') if term.small else term.sql
    draft.inexact |= term.kind.float
    kind = NUMERIC
    if term.kind.float:
        kind = FLOAT4 if name == 'sum' and term.kind is FLOAT4 else FLOAT8
    elif name == 'sum' and term.kind is not NUMERIC:
        kind = NUMERIC if term.kind is INT8 else INT8
    return Term(f'{name}({distinct}{argument})', kind, (), small=term.small)


def _of_type(draft: Draft, term: Term, source: Source) -> Term:
    """An aggregate that only some types have, or one that is sorted inside."""
    kind, sql = term.kind, term.sql
    order = f'ORDER BY {draft.choose("", f"{sql} DESC, ")}{", ".join(source.unique)}'
    if kind is BOOL:
        return Term(f'{draft.choose("bool_and", "bool_or", "every")}({sql})', BOOL, ())
    if kind.integer and draft.chance(0.6):
        return Term(f'{draft.choose("bit_and", "bit_or", "bit_xor")}({sql})', kind, ())
    if kind is INTERVAL and draft.chance(0.5):
        return Term(f'{draft.choose("sum", "avg")}({sql})', kind, ())
    if kind.text and draft.chance(0.6):
        return Term(draft.choose(f"string_agg({sql}, ', ' {order})", f"string_agg(DISTINCT {sql}, ',')"), TEXT, ())
    if not term.loose and kind.least and draft.chance(0.3):
        return Term(f'percentile_disc(0.5) WITHIN GROUP (ORDER BY {sql})', kind, ())
    if kind.family not in ('ints', 'texts'):
        return Term(f'array_agg({sql} {order})', TEXT, ())
    return Term('count(*)', INT8, (), small=True)


def window(draft: Draft, source: Source) -> Term:
    """Make a window function whose value does not depend on the order of rows."""
    total = ', '.join(source.unique)
    term = draft.one(source.terms)
    part = f'PARTITION BY {draft.one(source.terms).sql} ' if draft.chance(0.6) else ''
    down = draft.choose('', ' DESC', ' NULLS FIRST')
    choices = [
        (f'row_number() OVER ({part}ORDER BY {total})', INT8), (f'rank() OVER ({part}ORDER BY {term.sql}{down})', INT8),
        (f'dense_rank() OVER ({part}ORDER BY {term.sql}{down})', INT8), (f'count(*) OVER ({part})', INT8),
        (f'lag({term.sql}) OVER ({part}ORDER BY {total})', term.kind),
        (f'first_value({term.sql}) OVER ({part}ORDER BY {term.sql}{down}, {total})', term.kind),
        (f'ntile(3) OVER (ORDER BY {total})', INT4),
        (f'count({term.sql}) OVER ({part}ORDER BY {total} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)', INT8),
    ]  # fmt: skip
    numbers = [one for one in source.terms if one.kind.number and not one.kind.float]
    if numbers:
        number = draft.one(numbers)
        choices += [(f'sum({number.sql}) OVER ({part})', NUMERIC),
                    (f'sum({number.sql}) OVER ({part}ORDER BY {term.sql}{down})', NUMERIC)]  # fmt: skip
    sql, kind = draft.one(choices)
    return Term(sql, kind, ())


def having(draft: Draft, source: Source) -> str:
    """HAVING, with exact aggregates."""
    made = _one_aggregate(draft, source, exact=True)
    if made.kind.number and made.small and not made.loose:
        return f' HAVING {made.sql} {draft.choose(">", "<=", "<>")} {draft.choose("1", "2", "10")}'
    return draft.choose(' HAVING count(*) > 1', f' HAVING {made.sql} IS NOT NULL', ' HAVING count(*) = 1')


def grouping(draft: Draft, source: Source) -> list[Term]:
    """What to group by: columns, and expressions of them."""
    groups = draft.some(source.terms, 1, 2)
    if draft.chance(0.25):
        groups.append(repeatable(draft, source))
    return groups


def repeatable(draft: Draft, source: Source) -> Term:
    """An expression that can be written twice and be the same."""
    return _form(draft, draft.one(source.terms))
