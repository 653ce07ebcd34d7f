"""Predicates: of keys in all the ways in which they can be written, of other columns, with subqueries."""

from collections.abc import Callable

from tests.integration.sql.draft import Draft, quoted
from tests.integration.sql.kinds import BOOL, INT4, INT8, JSONB, TEXT, UUID, Kind, Table, Term
from tests.integration.sql.origins import Source, table_source
from tests.integration.sql.statement import Parameter
from tests.integration.sql.tables import COUNTRIES, IDS, KEYED, LEVELS, PAYMENTS, USERS

COMPARISONS = ('=', '<', '<=', '>', '>=', '<>')


def predicate(draft: Draft, source: Source, depth: int = 2) -> str:
    """Make a condition over the columns of a FROM clause."""
    if depth == 0 or draft.chance(0.45):
        return leaf(draft, source)
    left, right = predicate(draft, source, depth - 1), predicate(draft, source, depth - 1)
    match draft.random.randrange(10):
        case 0 | 1 | 2 | 3:
            return f'({left} AND {right})'
        case 4 | 5 | 6:
            return f'({left} OR {right})'
        case 7 | 8:
            return f'NOT ({left})'
        case _:
            truth = draft.choose('TRUE', 'FALSE', 'UNKNOWN', 'NOT TRUE', 'NOT FALSE', 'NOT UNKNOWN')
            return f'({left}) IS {truth}'


def where(draft: Draft, source: Source, probability: float = 0.75) -> str:
    """WHERE with a predicate, and with what the FROM clause asks for."""
    parts = [] if source.condition is None else [source.condition]
    if draft.chance(probability):
        parts.append(predicate(draft, source))
    return f' WHERE {" AND ".join(parts)}' if parts else ''


def leaf(draft: Draft, source: Source) -> str:
    """Make a condition without AND, OR and NOT, most often of a key."""
    keys = [term for term in source.terms if term.key]
    if keys and draft.chance(0.6):
        return draft.one(_OF_KEYS)(draft, draft.one(keys), source)
    return draft.one(_OF_COLUMNS)(draft, draft.one(source.terms), source)


def _equal(draft: Draft, term: Term, source: Source) -> str:
    value = draft.value(term, null=True)
    return f'{term.sql} = {value}' if draft.chance(0.7) else f'{value} = {term.sql}'


def _compare(draft: Draft, term: Term, source: Source) -> str:
    return f'{term.sql} {draft.one(COMPARISONS)} {draft.value(term)}'


def _in(draft: Draft, term: Term, source: Source) -> str:
    values = [draft.value(term, null=True) for _ in range(draft.random.randint(1, 4))]
    return f'{term.sql} {draft.choose("IN", "IN", "IN", "NOT IN")} ({", ".join(values)})'


def _any(draft: Draft, term: Term, source: Source) -> str:
    known = [text for text in (IDS[:56] if term.kind is INT4 else term.pool) if text is not None]
    if not known or term.kind.family in ('ints', 'texts', 'jsonb'):
        return _in(draft, term, source)
    texts = draft.some(known, 1, 4)
    if draft.chance(0.15):
        texts = [*texts, 'NULL']
    if draft.chance(0.3):
        operator = draft.choose('= ANY', '= ANY', '= SOME', '<> ALL')
        written = ', '.join(text if text == 'NULL' else quoted(text) for text in texts)
        return f'{term.sql} {operator} (ARRAY[{written}]::{term.kind.name}[])'
    array = _array(texts)
    if draft.parameterised and draft.chance(0.6):
        other = _array(draft.some(known, 0, 3))
        name = draft.parameter(Parameter(array, other, 0))
        return f'{term.sql} = ANY({name}{draft.choose("", f"::{term.kind.name}[]")})'
    return f'{term.sql} = ANY({quoted(array)}{draft.choose("", f"::{term.kind.name}[]")})'


def _array(texts: list[str]) -> str:
    escaped = (text.replace('\\', '\\\\').replace('"', '\\"') for text in texts)
    return '{' + ','.join('NULL' if text == 'NULL' else f'"{text}"' for text in escaped) + '}'


def _between(draft: Draft, term: Term, source: Source) -> str:
    how = draft.choose('BETWEEN', 'BETWEEN', 'NOT BETWEEN', 'BETWEEN SYMMETRIC')
    return f'{term.sql} {how} {draft.value(term)} AND {draft.value(term)}'


def _null(draft: Draft, term: Term, source: Source) -> str:
    return f'{term.sql} {draft.choose("IS NULL", "IS NOT NULL", "IS NOT NULL")}'


def _distinct(draft: Draft, term: Term, source: Source) -> str:
    return f'{term.sql} IS {draft.choose("NOT ", "NOT ", "")}DISTINCT FROM {draft.value(term, null=True)}'


def _row(draft: Draft, term: Term, source: Source) -> str:
    other = draft.one(source.terms)
    pair = f'({term.sql}, {other.sql})'
    if draft.chance(0.4):
        rows = [f'({draft.value(term)}, {draft.value(other, null=True)})' for _ in range(draft.choose(1, 2, 3))]
        return f'{pair} IN ({", ".join(rows)})'
    operator = draft.choose('=', '=', '=', '<>', '<', '>=')
    return f'{pair} {operator} ({draft.value(term)}, {draft.value(other, null=operator in ("=", "<>"))})'


def _either(draft: Draft, term: Term, source: Source) -> str:
    return f'({_equal(draft, term, source)} OR {_equal(draft, term, source)})'


def _contradiction(draft: Draft, term: Term, source: Source) -> str:
    return f'({_equal(draft, term, source)} AND {_equal(draft, term, source)})'


def _constant(draft: Draft, term: Term, source: Source) -> str:
    return draft.choose('true', 'false', 'NULL::bool', '1 = 0', '1 = 1')


def _disguised(draft: Draft, term: Term, source: Source) -> str:
    """A condition of a key that does not look like one, or looks like one and is none."""
    value = draft.value(term)
    choices = [
        f'CASE WHEN {term.sql} = {value} THEN true ELSE {draft.choose("false", "NULL")} END',
        f'({term.sql} = {value}) IS {draft.choose("TRUE", "NOT FALSE", "NULL", "NOT TRUE")}',
        f'COALESCE({term.sql} = {value}, {draft.choose("true", "false")})',
        f'({term.sql} = {value}) = {draft.choose("true", "false")}',
        f'{term.sql} IN (SELECT {draft.value(term)}{"" if term.kind.text else f"::{term.kind.name}"})',
    ]
    if term.kind.integer:
        choices += [
            f'{term.sql} / 2 = {draft.choose("5", "10")}', f'{term.sql}::text = {quoted(draft.one(IDS))}',
            f'{term.sql} = {draft.choose("5.0", "5.5", "7e0", "1e1", "99999999999999999999")}',
            f'COALESCE({term.sql}, 3) = {draft.choose("3", "4")}',
            f'{term.sql} = {draft.choose("2 + 3", "-(-7)", "8 / 2")}',
            f'{term.sql} % 3 = {draft.choose("0", "1")}', f"{term.sql} = '{draft.choose(' 12 ', '+7', '007')}'",
        ]  # fmt: skip
    if term.kind is UUID:
        known = draft.one([text for text in term.pool if text])
        forms = (known.upper(), '{' + known + '}', known.replace('-', ''))
        choices += [f"{term.sql} = '{draft.one(forms)}'", f'{term.sql}::text = {quoted(known)}']
    if term.kind is TEXT:
        choices += [
            f"{term.sql} = {draft.choose('ab', 'x ', 'note')!r}::char(6)", f"lower({term.sql}) = 'note'",
            f"{term.sql} = 'note' || '1'", f"{term.sql} = E'n\\u00f6te'", f"{term.sql} = U&'n\\00f6te1'",
            f"{term.sql} = 'note12345'::varchar(5)", f'{term.sql} = $$ab1$$', f"{term.sql} COLLATE \"C\" = 'ab'",
            f"{term.sql} LIKE {draft.choose('note%', 'ab', '_x%')!r}", f"{term.sql} ~ '^n'",
        ]  # fmt: skip
    return draft.one(choices)


def _of_type(draft: Draft, term: Term, source: Source) -> str:
    """A condition that only some types have."""
    kind = term.kind
    if kind is BOOL:
        return draft.choose(term.sql, f'NOT {term.sql}', f'{term.sql} IS NOT TRUE')
    if kind.text:
        return draft.choose(
            f"{term.sql} LIKE 'a%'", f"{term.sql} ILIKE 'a%'", f'length({term.sql}) > 2', f"{term.sql} || 'x' = 'ax'"
        )
    if kind is JSONB:
        return draft.choose(f"{term.sql} ? 'a'", f"{term.sql} @> '{{\"a\": 1}}'", f"{term.sql}->>'b' = 'y'")
    if kind.family in ('ints', 'texts'):
        return f'cardinality({term.sql}) {draft.one(COMPARISONS)} 1'
    return _compare(draft, term, source)


def _exists(draft: Draft, term: Term, source: Source) -> str:
    inner, column = _related(draft, term.kind)
    if inner is None:
        return _null(draft, term, source)
    nested = table_source(inner, draft.alias())
    match = f'{nested.terms[inner.names.index(column)].sql} = {term.sql}'
    also = f' AND {leaf_without_subquery(draft, nested)}' if draft.chance(0.6) else ''
    return f'{draft.choose("", "NOT ")}EXISTS (SELECT 1 FROM {nested.sql} WHERE {match}{also})'


def _in_subquery(draft: Draft, term: Term, source: Source) -> str:
    inner, column = _related(draft, term.kind)
    if inner is None:
        return _null(draft, term, source)
    nested = table_source(inner, draft.alias())
    selected = nested.terms[inner.names.index(column)].sql
    condition = f' WHERE {leaf_without_subquery(draft, nested)}' if draft.chance(0.7) else ''
    operator = draft.choose('IN', 'IN', '= ANY', 'NOT IN', '<> ALL', '>= ALL', '< ANY')
    return f'{term.sql} {operator} (SELECT {selected} FROM {nested.sql}{condition})'


def _scalar(draft: Draft, term: Term, source: Source) -> str:
    inner, column = _related(draft, term.kind)
    if inner is None or not term.kind.least or term.loose:
        return _null(draft, term, source)
    nested = table_source(inner, draft.alias())
    selected = nested.terms[inner.names.index(column)].sql
    least = draft.choose('min', 'max')
    condition = f' WHERE {leaf_without_subquery(draft, nested)}' if draft.chance(0.5) else ''
    return f'{term.sql} {draft.one(COMPARISONS)} (SELECT {least}({selected}) FROM {nested.sql}{condition})'


def _related(draft: Draft, kind: Kind) -> tuple[Table | None, str]:
    """Find a column to compare with: of the same family, keys more often than others."""
    if kind in (INT8, INT4) and draft.chance(0.6):
        return draft.choose((USERS, 'id'), (PAYMENTS, 'user_id'))
    tables = (*KEYED, COUNTRIES, LEVELS)
    found = [
        (table, column.name)
        for table in tables
        for column in table.columns
        if column.term.kind is kind and not column.term.loose and 'COLLATE' not in column.declaration
    ]
    return draft.one(found) if found else (None, '')


def leaf_without_subquery(draft: Draft, source: Source) -> str:
    """Make a condition that does not nest any further."""
    choices = (_equal, _compare, _in, _between, _null, _distinct, _of_type)
    return draft.one(choices)(draft, draft.one(source.terms), source)


_Maker = Callable[[Draft, Term, Source], str]
_OF_KEYS: tuple[_Maker, ...] = (
    _equal, _equal, _equal, _equal, _in, _in, _any, _any, _between, _compare, _null, _distinct, _row, _either,
    _contradiction, _disguised, _disguised, _exists, _in_subquery, _in_subquery, _scalar,
)  # fmt: skip
_OF_COLUMNS: tuple[_Maker, ...] = (
    _equal, _compare, _compare, _in, _any, _between, _null, _null, _distinct, _row, _of_type, _of_type, _constant,
    _in_subquery, _scalar,
)  # fmt: skip
