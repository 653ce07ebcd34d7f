"""Statements that write, made so that at most one kind of error can occur in each."""

from collections.abc import Callable, Sequence

from tests.integration.sql.draft import Draft
from tests.integration.sql.kinds import Column, Table
from tests.integration.sql.origins import Source, table_source
from tests.integration.sql.predicates import predicate
from tests.integration.sql.statement import Order, Statement
from tests.integration.sql.tables import (
    COUNTRIES,
    ITEMS,
    KEYED,
    KINDS,
    LEVELS,
    NOTES,
    PAYMENTS,
    TABLES,
    USERS,
    VISITS,
)

CONFLICTS = {
    USERS: 'id', PAYMENTS: 'user_id, id', VISITS: 'user_id, day', ITEMS: 'id', NOTES: 'slug, n', COUNTRIES: 'code',
    LEVELS: 'level', KINDS: 'id',
}  # fmt: skip
"""The columns of the unique index of each table."""


def insert(draft: Draft) -> Statement:
    """INSERT of one or several rows."""
    table = _target(draft)
    columns = _inserted(draft, table)
    count = draft.choose(1, 1, 1, 2, 3, 5)
    rows = [_row(draft, columns) for _ in range(count)]
    names = '' if list(columns) == list(table.columns) and draft.chance(0.6) else f' ({_names(columns)})'
    overriding = draft.choose('', '', '', ' AS t') if not names else ''
    sql = f'INSERT INTO {table.name}{overriding}{names} VALUES {", ".join(rows)}'
    form = 'insert' if count == 1 else 'insert of rows'
    if draft.chance(0.3):
        return _finish(draft, sql + _on_conflict(draft, table, columns), table, f'{form} on conflict')
    return _finish(draft, sql, table, form)


def _finish(draft: Draft, sql: str, table: Table, form: str, alias: str = '') -> Statement:
    """Add RETURNING; rows that INSERT returns are in order."""
    order = Order.ROWS if form.startswith('insert') else Order.NONE
    if draft.chance(0.4):
        prefix = f'{alias}.' if alias else ''
        names = [prefix + column.name for column in draft.some(table.columns, 1, 3)]
        sql = f'{sql} RETURNING {", ".join([*names, *draft.choose((), ("1 AS one",), (f"{names[0]} IS NULL",))])}'
    return draft.statement(sql, form, order)


def _target(draft: Draft) -> Table:
    return draft.one(KEYED) if draft.chance(0.8) else draft.choose(COUNTRIES, LEVELS)


def _names(columns: Sequence[Column]) -> str:
    return ', '.join(column.name for column in columns)


def _inserted(draft: Draft, table: Table) -> Sequence[Column]:
    """Which columns: all, or some in any order; those that identify a row are seldom missing."""
    if draft.chance(0.4):
        return table.columns
    needed = [column for column in table.columns if column.name in table.unique or column.term.key]
    if draft.chance(0.05):
        needed.remove(draft.one(needed))
    others = [column for column in table.columns if column.name not in table.unique and not column.term.key]
    columns = [*needed, *draft.some(others, 0, 3)]
    draft.random.shuffle(columns)
    return columns or table.columns


def _row(draft: Draft, columns: Sequence[Column]) -> str:
    return f'({", ".join(_field(draft, column) for column in columns)})'


def _field(draft: Draft, column: Column) -> str:
    declaration = column.declaration
    if 'DEFAULT' in declaration and draft.chance(0.2):
        return 'DEFAULT'
    if column.sequence and draft.chance(0.85):
        return _fresh(draft, column)
    return draft.value(column.term, null=not ('NOT NULL' in declaration or column.sequence))


def _fresh(draft: Draft, column: Column) -> str:
    """A value that no row has."""
    number = draft.random.randrange(1000, 9999)
    fresh = {
        'int2': str(number), 'int4': str(number), 'int8': str(number), 'date': f"'{number}-06-15'",
        'uuid': f"'{number:08x}-0000-4000-8000-{number:012x}'", 'text': f"'c{number}'",
    }  # fmt: skip
    # Only users that exist have visits.
    return draft.value(column.term) if column in VISITS.columns[:1] else fresh[column.term.kind.name]


def _on_conflict(draft: Draft, table: Table, columns: Sequence[Column]) -> str:
    target = f' ({CONFLICTS[table]})'
    if draft.chance(0.4):
        return f' ON CONFLICT{draft.choose("", target)} DO NOTHING'
    others = [column for column in table.columns if not column.sequence and not column.term.key]
    column = draft.one(others)
    new = draft.choose(f'EXCLUDED.{column.name}', draft.value(column.term))
    condition = draft.choose('', '', f' WHERE EXCLUDED.{columns[0].name} IS NOT NULL')
    return f' ON CONFLICT{target} DO UPDATE SET {column.name} = {new}{condition}'


def insert_select(draft: Draft) -> Statement:
    """INSERT of what a SELECT returns."""
    users = table_source(USERS, 's')
    condition = f'FROM users s WHERE s.id BETWEEN 1 AND 56 AND ({predicate(draft, users, 1)})'
    sql, table = draft.choose(
        (f'INSERT INTO payments (id, user_id, amount) SELECT s.id + 5000, s.id, s.score {condition}', PAYMENTS),
        (f'INSERT INTO payments (id, user_id) SELECT s.id + 6000, s.level {condition}', PAYMENTS),
        (f'INSERT INTO kinds (id, c) SELECT s.id + 7000, s.nick {condition}', KINDS),
        (f'INSERT INTO payments (user_id, id, kind) SELECT s.id, 8000, s.nick {condition}', PAYMENTS),
        (f'INSERT INTO levels SELECT DISTINCT s.level + 500 {condition} AND s.level >= 0', LEVELS),
    )  # fmt: skip
    return draft.statement(sql, f'select into {table.name}')


def update(draft: Draft) -> Statement:
    """UPDATE of columns that are not keys."""
    table = _target(draft)
    origin = table_source(table, draft.alias())
    changed = draft.some([one for one in table.columns if not (one.sequence or one.term.key)], 1, 2)
    changes = ', '.join(f'{column.name} = {_changed(draft, column)}' for column in changed)
    sql = f'UPDATE {origin.sql} SET {changes}{_condition(draft, origin)}'
    return _finish(draft, sql, table, 'update', origin.sql.split()[-1])


def _changed(draft: Draft, column: Column) -> str:
    term = column.term
    if 'DEFAULT' in column.declaration and draft.chance(0.15):
        return 'DEFAULT'
    if term.small and draft.chance(0.4):
        return f'{term.sql} + 1'
    if term.kind.text and draft.chance(0.3):
        return f'upper({term.sql})'
    null = 'NOT NULL' not in column.declaration
    return draft.value(term, null=null)


def _condition(draft: Draft, origin: Source) -> str:
    keys = [term for term in origin.terms if term.key]
    if keys and draft.chance(0.4):
        return f' WHERE {keys[0].sql} = {draft.value(keys[0])}'
    return f' WHERE {predicate(draft, origin)}' if draft.chance(0.9) else ''


def update_from(draft: Draft) -> Statement:
    """UPDATE and DELETE with a join."""
    users = table_source(USERS, 'u')
    condition, join = predicate(draft, users, 1), 'FROM users u WHERE u.id ='
    sql, form = draft.choose(
        (f'UPDATE payments SET amount = u.score {join} user_id AND {condition}', 'update from'),
        (f'UPDATE payments p SET quantity = u.level {join} p.quantity AND {condition}', 'update from'),
        (f'UPDATE users u SET name = c.name FROM countries c WHERE c.code = u.country AND {condition}', 'update from'),
        (f'DELETE FROM payments p USING users u WHERE u.id = p.user_id AND {condition}', 'delete using'),
        (f'DELETE FROM payments WHERE user_id IN (SELECT u.id FROM users u WHERE {condition})', 'delete using'),
        (f'UPDATE users u SET visits = (SELECT count(*) FROM payments p WHERE p.user_id = u.id) WHERE {condition}',
         'update from'),
    )  # fmt: skip
    return draft.statement(sql, form)


def update_key(draft: Draft) -> Statement:
    """UPDATE of the sharding key."""
    sql = draft.choose(
        'UPDATE users SET id = 5000 WHERE id = 50', 'UPDATE users SET id = 5001, level = 3 WHERE id = 51 RETURNING id',
        'UPDATE payments SET user_id = 3 WHERE user_id = 4', "UPDATE notes SET slug = 'moved' WHERE slug = 'note1'",
        'UPDATE users SET id = 2 WHERE id = 45', 'UPDATE payments SET user_id = NULL WHERE user_id = 7',
        'UPDATE users SET id = id + 10000 WHERE id = 52', 'UPDATE payments SET user_id = user_id WHERE user_id = 1',
        'UPDATE users SET id = 5002 WHERE id = 1', 'UPDATE kinds SET id = 6000 WHERE id = 3',
    )  # fmt: skip
    return draft.statement(sql, 'update of key')


def delete(draft: Draft) -> Statement:
    """DELETE."""
    table = _target(draft)
    origin = table_source(table, draft.alias())
    sql = f'DELETE FROM {origin.sql}{_condition(draft, origin)}'
    return _finish(draft, sql, table, 'delete', origin.sql.split()[-1])


def merge(draft: Draft) -> Statement:
    """MERGE on the key, from VALUES or another table."""
    origin = draft.choose(
        f"(VALUES ({draft.number(1, 2, 30)}::int8, 'm'), (3001, 'n'), (3002, NULL))", '(SELECT id, nick FROM users)',
        "(SELECT id, kind FROM payments WHERE user_id = 1)",
    )  # fmt: skip
    matched = draft.choose('UPDATE SET c = s.word', 'DELETE', 'DO NOTHING', 'UPDATE SET i2 = 7, c = s.word')
    missing = draft.choose('INSERT (id, c) VALUES (s.id, s.word)', 'DO NOTHING', 'INSERT (id) VALUES (s.id)')
    condition = draft.choose('', ' AND k.c IS NOT NULL', ' AND s.word > k.c')
    sql = (
        f'MERGE INTO kinds k USING {origin} AS s (id, word) ON k.id = s.id WHEN MATCHED{condition} THEN {matched} '
        f'WHEN NOT MATCHED THEN {missing}'
    )
    return draft.statement(sql, 'merge')


def whole_table(draft: Draft) -> Statement:
    """TRUNCATE and LOCK."""
    table = draft.one([table for table in TABLES if table is not USERS])
    sql = draft.choose(
        f'TRUNCATE {table.name}', f'TRUNCATE TABLE {table.name}, visits', 'TRUNCATE users CASCADE', 'TRUNCATE users',
        f'LOCK TABLE {table.name}', f'LOCK TABLE {table.name} IN SHARE MODE', f'DELETE FROM {table.name}',
    )  # fmt: skip
    return draft.statement(sql, 'truncate, lock')


def in_cte(draft: Draft) -> Statement:
    """Writes in WITH."""
    origin = table_source(PAYMENTS, 'p')
    condition = _condition(draft, origin)
    write = draft.choose(f'DELETE FROM payments p{condition}', f'UPDATE payments p SET amount = amount + 1{condition}')
    read = draft.choose('SELECT count(*), sum(amount) FROM w', 'SELECT id, amount FROM w ORDER BY id', 'SELECT 1')
    return draft.statement(f'WITH w AS ({write} RETURNING id, amount) {read}', 'write in with', Order.ROWS)


WRITES: tuple[tuple[Callable[[Draft], Statement], int], ...] = (
    (insert, 30), (insert_select, 4), (update, 16), (update_from, 4), (update_key, 2), (delete, 10), (merge, 4),
    (whole_table, 2), (in_cte, 3),
)  # fmt: skip
"""Makers of writes, and how often each is taken."""


def write(draft: Draft) -> Statement:
    """Make any statement that writes."""
    makers, weights = zip(*WRITES, strict=True)
    maker: Callable[[Draft], Statement] = draft.random.choices(makers, weights)[0]
    return maker(draft)
