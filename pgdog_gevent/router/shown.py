"""Texts as administrators may see them: without what is a value in them, and without comments."""

from typing import Final

from pglast import parser

from pgdog_gevent.router.parse import parses

_VALUES: Final = frozenset({'SCONST', 'USCONST', 'BCONST', 'XCONST', 'ICONST', 'FCONST'})
_COMMENTS: Final = frozenset({'SQL_COMMENT', 'C_COMMENT'})
_SETTERS: Final = frozenset({'SET', 'ALTER'})
"""They may have a value that is written like a name."""
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
    sets = bool(tokens) and tokens[0].name in _SETTERS
    pieces: list[str] = []
    end, assigned = 0, False
    for token in tokens:
        if pieces and token.start > end:
            pieces.append(' ')
        end = token.end + 1
        hidden = token.name in _VALUES or (assigned and token.name == 'IDENT')
        pieces.append('?' if hidden else text[token.start : end])
        assigned = assigned or (sets and token.name in ('TO', 'ASCII_61'))
    shown = ''.join(pieces)
    return shown if len(shown) <= _LONGEST else f'{shown[:_LONGEST]} ...'
