"""Texts as administrators may see them: without what is a value in them, and without comments."""

from collections.abc import Iterable
from typing import Final

from pglast import parser

from pgdog_gevent.router.parse import parses

_VALUES: Final = frozenset({'SCONST', 'USCONST', 'BCONST', 'XCONST', 'ICONST', 'FCONST'})
_COMMENTS: Final = frozenset({'SQL_COMMENT', 'C_COMMENT'})
_SETTERS: Final = frozenset({'SET', 'ALTER'})
"""They may have a value that is written like a name."""
_ASSIGNS: Final = frozenset({'TO', 'ASCII_61'})
_SEMICOLON: Final = 'ASCII_59'
_LONGEST: Final = 2_000
"""Characters."""


def shown_text(sql: bytes) -> str:
    """The text with a question mark for each literal, cut if it is long; empty if it cannot be told what is one.

    A backslash is enough for that: in a string, it depends on settings of the client what it means.
    """
    if b'\\' in sql or not parses(sql):
        return ''
    try:
        text = sql.decode()
        tokens = [token for token in parser.scan(text) if token.name not in _COMMENTS]
    except (UnicodeDecodeError, parser.ParseError):
        return ''
    pieces: list[str] = []
    end, values = 0, _names_of_values(tokens)
    for token in tokens:
        if pieces and token.start > end:
            pieces.append(' ')
        end = token.end + 1
        hidden = token.name in _VALUES or token.start in values
        pieces.append('?' if hidden else text[token.start : end])
    shown = ''.join(pieces)
    return shown if len(shown) <= _LONGEST else f'{shown[:_LONGEST]} ...'


def _names_of_values(tokens: Iterable[parser.Token]) -> set[int]:
    """Where there may be a value that is written like a name: what something is set to."""
    found: set[int] = set()
    first, sets, assigned = '', False, False
    for token in tokens:
        first = first or token.name
        sets = sets or first in _SETTERS or (first == 'CREATE' and token.name == 'SET')
        if assigned and token.name == 'IDENT':
            found.add(token.start)
        assigned = assigned or (sets and token.name in _ASSIGNS)
        if token.name == _SEMICOLON:
            first, sets, assigned = '', False, False
    return found
