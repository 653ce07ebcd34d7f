"""Where the rows of an INSERT are in its text, which is cut there and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.text import Text, Token, closing

_OPEN, _COMMA, _DOT = 'ASCII_40', 'ASCII_44', 'ASCII_46'


@dataclass(frozen=True, slots=True)
class RowTexts:
    """An INSERT in pieces: with commas between its rows they are the whole."""

    head: bytes
    rows: tuple[bytes, ...]
    tail: bytes


def row_texts(insert: pg.InsertStmt, text: Text) -> RowTexts:
    """Find the rows of VALUES, each with its parentheses."""
    return _cut(text, [(row[0].start, row[-1].end) for row in row_tokens(insert, text)])


def row_tokens(insert: pg.InsertStmt, text: Text) -> list[Sequence[Token]]:
    """The words of each of these rows."""
    tokens = after_table(insert, text)
    index = _word(tokens, 'VALUES') + 1
    rows = []
    while index < len(tokens) and tokens[index].name == _OPEN:
        end = closing(tokens, index)
        rows.append(tokens[index : end + 1])
        comma = end + 1 < len(tokens) and tokens[end + 1].name == _COMMA
        index = end + 2 if comma else len(tokens)
    if len(rows) != len(insert.select_stmt.select_stmt.values_lists):
        raise _unclear()
    return rows


def default_values_text(insert: pg.InsertStmt, text: Text) -> RowTexts:
    """Find DEFAULT VALUES, which is its only row."""
    return _cut(text, [default_values(insert, text)])


def default_values(insert: pg.InsertStmt, text: Text) -> tuple[int, int]:
    """Where these words are, as a slice has it."""
    tokens = after_table(insert, text)
    index = _word(tokens, 'DEFAULT')
    return tokens[index].start, tokens[index + 1].end


def after_table(insert: pg.InsertStmt, text: Text) -> Sequence[Token]:
    """The words after the table's name and alias, either of which may be a word of SQL."""
    tokens = text.tokens(insert.relation.location)
    index = 1
    while index + 1 < len(tokens) and tokens[index].name == _DOT:
        index += 2
    if index < len(tokens) and tokens[index].name == 'AS':
        index += 2
    return tokens[index:]


def _word(tokens: Sequence[Token], name: str) -> int:
    """The first one that is in no parentheses."""
    index = 0
    while index < len(tokens):
        if tokens[index].name == name:
            return index
        index = closing(tokens, index) + 1 if tokens[index].name == _OPEN else index + 1
    raise _unclear()


def _cut(text: Text, spans: Sequence[tuple[int, int]]) -> RowTexts:
    sql = text.sql
    return RowTexts(
        head=sql[: spans[0][0]].encode(),
        rows=tuple(sql[start:end].encode() for start, end in spans),
        tail=sql[spans[-1][1] :].encode(),
    )


def _unclear() -> NotProvable:
    return NotProvable('an INSERT whose rows cannot be told apart')
