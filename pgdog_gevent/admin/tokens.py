"""The words of an admin command: statements, names, quoted names, strings, parameters, comments."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final, NamedTuple

from pgdog_gevent.errors import AdminCommandFailed


class Kind(Enum):
    """What a token is."""

    WORD = 'word'
    NAME = 'name'
    """In double quotes."""
    STRING = 'string'
    """In single quotes."""
    PARAMETER = 'parameter'
    SYMBOL = 'symbol'


class Token(NamedTuple):
    """One word; ``text`` is without its quotes. The text of a parameter is its number, from 1."""

    kind: Kind
    text: str

    @property
    def keyword(self) -> str:
        """The word in upper case; empty if it is quoted, or no word."""
        return self.text.upper() if self.kind is Kind.WORD else ''


# Order matters: a comment is no word, and a word ends where a comment begins.
_TOKEN: Final = re.compile(
    r"""
      (?P<blank>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<name>"(?:[^"]|"")*")
    | (?P<string>'(?:[^']|'')*')
    | \$(?P<parameter>[1-9][0-9]{0,3})(?![^\s;,=()])
    | (?P<symbol>[;,=()])
    | (?P<word>(?:(?!--|/\*)[^\s;,=()'"])+)
    """,
    re.VERBOSE | re.DOTALL,
)


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            what = {'"': 'quoted identifier', "'": 'quoted string'}.get(text[position], 'comment')
            raise AdminCommandFailed(f'unterminated {what}')
        position = found.end()
        if found.lastgroup != 'blank':
            yield _token(found)


def _token(found: re.Match[str]) -> Token:
    kind = Kind(found.lastgroup)
    text = found[kind.value]
    if kind in (Kind.NAME, Kind.STRING):
        quote = text[0]
        text = text[1:-1].replace(quote * 2, quote)
    return Token(kind, text)


def statements(text: str) -> tuple[tuple[Token, ...], ...]:
    """Cut a text into its statements; empty ones are left out. Raises AdminCommandFailed for an open quote."""
    found: list[list[Token]] = [[]]
    for token in _tokens(text):
        if token == (Kind.SYMBOL, ';'):
            found.append([])
        else:
            found[-1].append(token)
    return tuple(tuple(tokens) for tokens in found if tokens)


def parameter_count(tokens: Sequence[Token]) -> int:
    """How many parameters a statement has."""
    return max((int(token.text) for token in tokens if token.kind is Kind.PARAMETER), default=0)


def bound(tokens: Sequence[Token], parameters: Sequence[str]) -> tuple[Token, ...]:
    """Put the values in the places of the parameters, as strings."""
    return tuple(
        Token(Kind.STRING, parameters[int(token.text) - 1]) if token.kind is Kind.PARAMETER else token
        for token in tokens
    )
