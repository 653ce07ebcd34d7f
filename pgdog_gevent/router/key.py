"""The key of a text: the same SQL with other literals, the same for all texts that differ only in their literals.

An integer becomes ``0``, a decimal or one that may be too long for an integer becomes ``.0``, a string ``''``; all else
stays as it is, to the blank. So the key has the tokens of the text, kind for kind, and PostgreSQL's grammar makes the
same tree of both, but for constants. What is parsed is the key: what comes of it cannot depend on a literal.

Only the plainest SQL is understood, what every version of PostgreSQL under every setting splits at the same places. No
comments, no dollar quotes, no backslash in a string, no string with a letter in front, no number with letters behind.
``_key.pyx`` is the same, compiled; the tests hold one against the other, and both against PostgreSQL's own lexer.
"""

import re
from typing import Final

# Sets are written out: with \w in them they are slow.
# A letter, digit or point behind a number may belong to it: 1e5, 0x1f, 1_000, 1..2.
_NUMBER_ENDS: Final = rb'(?![0-9A-Za-z_$.\x80-\xff])'
# A quote behind a name may make one constant of them: E'', U&"".
_NAME_ENDS: Final = rb"""(?!'|&['"])"""
# Most of a text goes in runs of letters and what is between names. A run that ends with a letter has come into a name.
_PLAIN: Final = (
    rb'(?:[A-Za-z_\x80-\xff \t\n\r\f\v,()\[\];:+*%^<>=~!@#|`?]++'
    rb'(?:(?<![A-Za-z_\x80-\xff])|(?:[0-9$][0-9A-Za-z_$\x80-\xff]*+)?+' + _NAME_ENDS + rb')'
    rb'|\.(?![.0-9])'
    rb'|\$[0-9]++'
    rb'|"[^"\0]*+"'
    rb'|-(?!-)|/(?!\*)|&)*+'
)
_STRING: Final = rb"'(?:[^'\\\0]++|'')*+'"
_INTEGER: Final = rb'[0-9]{1,9}+' + _NUMBER_ENDS
_DECIMAL: Final = rb'(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)' + _NUMBER_ENDS

_UP_TO_NEXT_LITERAL: Final = re.compile(
    b'(%b)(?:(?:(%b)|(%b)|(%b))(%b)|\\Z)' % (_PLAIN, _INTEGER, _STRING, _DECIMAL, _PLAIN)
)
"""What is before a literal, the literal as one of three kinds, and what is behind it; or all, if there is none."""

_ASCII_SAFE: Final = frozenset(
    {
        'SQL_ASCII', 'EUC_JP', 'EUC_CN', 'EUC_KR', 'EUC_TW', 'EUC_JIS_2004', 'UTF8', 'MULE_INTERNAL',
        'LATIN1', 'LATIN2', 'LATIN3', 'LATIN4', 'LATIN5', 'LATIN6', 'LATIN7', 'LATIN8', 'LATIN9', 'LATIN10',
        'WIN866', 'WIN874', 'WIN1250', 'WIN1251', 'WIN1252', 'WIN1253', 'WIN1254', 'WIN1255', 'WIN1256', 'WIN1257',
        'WIN1258', 'KOI8R', 'KOI8U', 'ISO_8859_5', 'ISO_8859_6', 'ISO_8859_7', 'ISO_8859_8',
        'UNICODE',
    }
)  # fmt: skip
"""Encodings, as servers report them, in which an ASCII byte is always that character: those that a database may have.
``UNICODE`` is reported as it was asked for. JOHAB is not among them, although older servers would have it so."""


def key(sql: bytes) -> bytes | None:
    """Replace the literals of ``sql``; ``None`` if it is not understood. Never longer than the text."""
    pieces: list[bytes] = []
    end, size = 0, len(sql)
    while found := _UP_TO_NEXT_LITERAL.match(sql, end):
        before, integer, string, _, behind = found.groups()
        if behind is None:
            return sql
        pieces += before, b'0' if integer else b"''" if string else b'.0', behind
        end = found.end()
        if end == size:
            return b''.join(pieces)
    return None


def integers(key: bytes) -> list[int]:
    """Where a key has integers; none if it is not a key that is understood."""
    places: list[int] = []
    end, size = 0, len(key)
    while found := _UP_TO_NEXT_LITERAL.match(key, end):
        if found[5] is None:
            return places
        if found[2]:
            places.append(found.start(2))
        end = found.end()
        if end == size:
            return places
    return []


def keys_are_safe(client_encoding: str, standard_conforming_strings: str) -> bool:
    """Whether the server splits texts as ``key`` does, under these settings as it reports them."""
    return standard_conforming_strings == 'on' and client_encoding in _ASCII_SAFE
