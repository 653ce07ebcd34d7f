"""SQL text to syntax tree, by PostgreSQL's own grammar.

By way of protobuf: ten times cheaper than pglast's tree, and a client cannot crash it (the tree builder can be made
to overflow the C stack; this path answers with an error). The classes in ``pg_query_pb2`` are generated from pglast's
``pg_query.proto``; ``tests/unit/router/test_parse.py`` checks that they fit the pglast that is installed.
"""

from typing import Final

from google.protobuf.message import DecodeError
from pglast import parser

from pgdog_gevent.router.pg_query_pb2 import ParseResult

LONGEST_TEXT: Final = 16 * 1024 * 1024
"""Bytes. A longer text is not parsed: it would hold up every other client."""


class Unparseable(Exception):
    """The text is not SQL as this grammar knows it, or too long or too deep to be looked at."""


def parses(sql: bytes) -> bool:
    """Whether a text can be parsed."""
    try:
        parse(sql)
    except Unparseable:
        return False
    return True


def is_empty(sql: bytes) -> bool:
    """Whether there is no statement in a text."""
    try:
        return not parse(sql).stmts
    except Unparseable:
        return False


def parse(sql: bytes) -> ParseResult:
    """The statements of a text. Locations in the tree are byte offsets."""
    if len(sql) > LONGEST_TEXT:
        raise Unparseable('text too long')
    try:
        return ParseResult.FromString(parser.parse_sql_protobuf(sql.decode()))
    except (parser.ParseError, UnicodeDecodeError, DecodeError) as error:
        raise Unparseable(str(error)) from None
