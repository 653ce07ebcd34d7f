"""The text of one statement: its tokens, and places in it.

Locations in syntax trees are bytes of the whole text that was parsed, which may have several statements; positions that
clients are told are characters of it, from 1; tokens are counted in characters of the statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pglast import parser

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.refusal import NotProvable


@dataclass(frozen=True, slots=True)
class Token:
    """A word of SQL; comments are none. ``start`` and ``end`` are of characters, as a slice has them."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A statement as it was written."""

    sql: str
    before: bytes = b''
    """What precedes it in the text that was parsed."""

    @classmethod
    def of(cls, tree: pg.RawStmt, whole: str) -> 'Text':
        octets = whole.encode()
        start = tree.stmt_location
        end = start + tree.stmt_len if tree.stmt_len else len(octets)
        return cls(octets[start:end].decode(), octets[:start])

    @property
    def octets(self) -> bytes:
        return self.sql.encode()

    def position(self, location: int) -> int:
        """Where in the whole text a node is; 0 if it has no location."""
        if location < 0:
            return 0
        return len(self.before.decode()) + self.index(location) + 1

    def refused(self, proof: Refused) -> Refused:
        """What a proof stands against, whose position is one of bytes, from 1."""
        return replace(proof, position=self.position(proof.position - 1))

    def index(self, location: int) -> int:
        """The character of ``sql`` that a location is at."""
        return len(self.octets[: location - len(self.before)].decode())

    def tokens(self, location: int = 0) -> tuple[Token, ...]:
        """Those at a location and after it. Raises NotProvable if the scanner and the grammar do not agree."""
        start = self.index(max(location, len(self.before)))
        try:
            scanned = parser.scan(self.sql)
        except parser.ParseError:
            raise NotProvable('a text whose words cannot be told apart') from None
        return tuple(
            Token(token.name, token.start, token.end + 1)
            for token in scanned
            if token.start >= start and not token.name.endswith('_COMMENT')
        )


_OPENING = frozenset({'ASCII_40', 'ASCII_91'})
_CLOSING = frozenset({'ASCII_41', 'ASCII_93'})


def closing(tokens: Sequence[Token], opening: int) -> int:
    """The index of the parenthesis that closes the one at ``opening``."""
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].name in _OPENING) - (tokens[index].name in _CLOSING)
        if depth == 0:
            return index
    raise NotProvable('a text whose parentheses cannot be told apart')
