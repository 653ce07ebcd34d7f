"""Primary keys that the proxy gives: ``rewrite.primary_key``.

An INSERT that lists its rows, and has no value for a column of type bigint that is in the primary key, or DEFAULT, gets
a call of ``pgdog.unique_id()`` there. The text is changed in these places and nowhere else.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from pgdog_gevent.config.choices import RewriteMode
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Column, Table
from pgdog_gevent.router.insert_alike import lists_rows
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.places import Standing, place
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.row_texts import after_table, default_values, row_tokens
from pgdog_gevent.router.tables import is_temporary
from pgdog_gevent.router.text import Text, Token, closing

_CALL: Final = 'pgdog.unique_id()'
_STANDINGS: Final = {
    RewriteMode.REWRITE: frozenset({Standing.SHARDED, Standing.EVERYWHERE}),
    RewriteMode.REWRITE_OMNI: frozenset({Standing.EVERYWHERE}),
}
_COMMA, _DEFAULT = 'ASCII_44', 'DEFAULT'
_OPENING, _CLOSING = frozenset({'ASCII_40', 'ASCII_91'}), frozenset({'ASCII_41', 'ASCII_93'})


class _Edit(NamedTuple):
    """What comes in the place of some characters."""

    start: int
    end: int
    words: str


def with_given_keys(sql: bytes, known: Known) -> bytes:
    """The text with calls of ``pgdog.unique_id()`` in the place of primary keys that are to be given."""
    standings = _STANDINGS.get(known.rules.rewrite.primary_key)
    if standings is None:
        return sql
    try:
        whole, tree = sql.decode(), parse(sql)
    except (UnicodeDecodeError, Unparseable):
        return sql
    parts, end = list[bytes](), 0
    for raw in tree.stmts:
        if raw.stmt.HasField('insert_stmt'):
            text = Text.of(raw, whole)
            parts += sql[end : len(text.before)], _completed(raw.stmt.insert_stmt, known, text, standings)
            end = len(text.before) + len(text.octets)
    return b''.join((*parts, sql[end:]))


def missing_key(insert: pg.InsertStmt, table: Table) -> str:
    """The name of a primary key of type bigint for which some row has no value; empty: there is none."""
    names = _names(insert, table)
    rows = [row.list.items for row in insert.select_stmt.select_stmt.values_lists]
    for column in _keys(insert, table):
        place = names.index(column.name) if column.name in names else -1
        given = insert.HasField('select_stmt') and place >= 0
        if not given or not all(_gives(row, place) for row in rows):
            return column.name
    return ''


def _completed(insert: pg.InsertStmt, known: Known, text: Text, standings: frozenset[Standing]) -> bytes:
    if is_temporary(insert.relation):
        return text.octets
    found = place(insert.relation, known)
    if found.table is None or found.standing not in standings:
        return text.octets
    try:
        edits = sorted(_edits(insert, found.table, text))
    except NotProvable:
        return text.octets
    words, end = list[str](), 0
    for edit in edits:
        words += text.sql[end : edit.start], edit.words
        end = edit.end
    return ''.join((*words, text.sql[end:])).encode()


def _edits(insert: pg.InsertStmt, table: Table, text: Text) -> Iterator[_Edit]:
    keys = _keys(insert, table)
    if not keys:
        return
    if not insert.HasField('select_stmt'):
        span = default_values(insert, text)
        calls = ', '.join(_CALL for _ in keys)
        yield _Edit(*span, f'({_listed(key.name for key in keys)}) VALUES ({calls})')
    elif lists_rows(insert.select_stmt.select_stmt):
        yield from _edits_of_rows(insert, table, keys, text)


def _edits_of_rows(insert: pg.InsertStmt, table: Table, keys: Sequence[Column], text: Text) -> Iterator[_Edit]:
    rows = row_tokens(insert, text)
    values = [_values(row) for row in rows]
    names = _names(insert, table)[: max(map(len, values))]
    missing = [key.name for key in keys if key.name not in names]
    places = [names.index(key.name) for key in keys if key.name in names]
    if missing:
        yield _edit_of_columns(insert, names, missing, text)
    for row, given in zip(rows, values, strict=True):
        for number in places:
            if number < len(given) and [token.name for token in given[number]] == [_DEFAULT]:
                [token] = given[number]
                yield _Edit(token.start, token.end, _CALL)
        if missing:
            end = row[-1].start
            yield _Edit(end, end, ''.join(f', {_CALL}' for _ in missing))


def _edit_of_columns(insert: pg.InsertStmt, names: Sequence[str], missing: Sequence[str], text: Text) -> _Edit:
    """Name the columns that are given as well."""
    tokens = after_table(insert, text)
    if insert.cols:
        end = tokens[closing(tokens, 0)].start
        return _Edit(end, end, f', {_listed(missing)}')
    return _Edit(tokens[0].start, tokens[0].start, f'({_listed((*names, *missing))}) ')


def _keys(insert: pg.InsertStmt, table: Table) -> list[Column]:
    """The columns that can be given a key. Of an identity a value counts for nothing if the statement says so."""
    user_value = insert.override == pg.OVERRIDING_USER_VALUE
    columns = (table.column(name) for name in table.primary_key)
    return [
        column
        for column in columns
        if column is not None
        and column.type_oid == oids.INT8
        and not column.generated
        and column.identity != 'a'
        and not (column.identity and user_value)
    ]


def _names(insert: pg.InsertStmt, table: Table) -> list[str]:
    return [node.res_target.name for node in insert.cols] or [column.name for column in table.columns]


def _gives(row: Sequence[pg.Node], place: int) -> bool:
    return place < len(row) and not row[place].HasField('set_to_default')


def _values(row: Sequence[Token]) -> list[list[Token]]:
    """The words of each value of a row, whose parentheses are its first and its last word."""
    values: list[list[Token]] = [[]]
    depth = 0
    for token in row[1:-1]:
        depth += (token.name in _OPENING) - (token.name in _CLOSING)
        if token.name == _COMMA and depth == 0:
            values.append([])
        else:
            values[-1].append(token)
    return values


def _listed(names: Iterable[str]) -> str:
    return ', '.join('"' + name.replace('"', '""') + '"' for name in names)
