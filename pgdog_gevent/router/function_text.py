"""The text of a function in SQL or PL/pgSQL: what it may do to the session, as far as that can be read off its words.

This is no parser. Whatever the words do not show to be harmless counts as unsure: a name that a function shares with a
column is taken for a call, and every CREATE for one that leaves something behind.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final, NamedTuple


class Digest(NamedTuple):
    """What is known about one function by itself."""

    unsure: bool
    """It may change the session, or nobody can say."""
    writes: bool = False
    """It has a command that fires triggers."""
    words: frozenset[str] = frozenset()
    """The words of its text, in lower case: all that it can call by name is among them."""


UNSURE: Final = Digest(unsure=True)
HARMLESS: Final = Digest(unsure=False)

# Bytes beyond ASCII are letters to PostgreSQL, whatever Unicode says.
_TOKEN: Final = re.compile(
    r"""
      [ \t\n\r\f\v]+ | --[^\r\n]*
    | (?P<comment> /\* )
    | (?P<unicode> [uU]&['"] )
    | [eE](?P<escaped> '(?: [^'\\] | \\. | '' )*' )
    | (?P<string> '(?: [^'] | '' )*' )
    | "(?P<quoted> (?: [^"] | "" )* )"
    | (?P<dollar> \$ (?: [a-zA-Z_\x80-\U0010ffff] [a-zA-Z0-9_\x80-\U0010ffff]* )? \$ )
    | (?P<word> [a-zA-Z_\x80-\U0010ffff] [a-zA-Z0-9_$\x80-\U0010ffff]* )
    | [0-9][0-9.]*
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE: Final = re.compile(r'/\*|\*/')

_LONGEST_NAME: Final = 63
"""Bytes; PostgreSQL cuts longer ones, and then they are other names."""
_CONSTANT: Final = "'"

_UNSURE_WORDS: Final = frozenset({
    'create', 'deallocate', 'discard', 'execute', 'listen', 'load', 'pg_settings', 'pg_temp',
    'prepare', 'reset', 'temp', 'temporary', 'unlisten',
})  # fmt: skip
_WRITING_WORDS: Final = frozenset({
    'alter', 'comment', 'copy', 'delete', 'drop', 'grant', 'insert', 'merge', 'refresh', 'revoke',
    'truncate', 'update',
})  # fmt: skip
_COMMAND_FOLLOWS: Final = frozenset({';', 'then', 'else', 'loop', 'begin', 'atomic'})
_IN_TARGET: Final = frozenset({'.', '*', '(', ')'})
_AFTER_DO: Final = frozenset({'nothing', 'update'})
"""ON CONFLICT DO; any other DO runs a block that is given as text."""


class _Unreadable(Exception):
    """The text can be read in more than one way, or has another text in it."""


def digest(text: str) -> Digest:
    """Judge the text of a function's body, in SQL or PL/pgSQL, by its words."""
    try:
        tokens = list(_tokens(text))
    except _Unreadable:
        return UNSURE
    words = frozenset(sys.intern(token.removeprefix('"')) for token in tokens)
    if not _UNSURE_WORDS.isdisjoint(tokens) or _leaves_something(tokens):
        return UNSURE
    if any(len(word.encode()) > _LONGEST_NAME for word in words):
        return UNSURE
    return Digest(unsure=False, writes=not _WRITING_WORDS.isdisjoint(tokens), words=words)


def _tokens(text: str) -> Iterator[str]:
    """Words in lower case, quoted ones after a ``"``; constants as ``'``; other characters one by one."""
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        assert match is not None
        position = match.end()
        kind = match.lastgroup
        match kind:
            case None:
                continue
            case 'comment':
                position = _end_of_comment(text, position)
            case 'word':
                yield match['word'].lower()
            case 'quoted':
                yield '"' + match['quoted'].replace('""', '"').lower()
            case 'escaped' | 'string':
                # Where such a string ends depends on standard_conforming_strings.
                if kind == 'string' and "\\'" in match['string']:
                    raise _Unreadable
                yield _CONSTANT
            case _:
                if kind in ('unicode', 'dollar') or match[0] in ('"', "'"):
                    raise _Unreadable
                yield match[0]


def _end_of_comment(text: str, position: int) -> int:
    """Where a comment ends that begins before ``position``; they nest."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(text, position):
        depth += 1 if edge[0] == '/*' else -1
        if not depth:
            return edge.end()
    raise _Unreadable


def _leaves_something(tokens: list[str]) -> bool:
    """Whether there is a SET for the session, a cursor WITH HOLD or a DO."""
    begin = 0
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else ''
        if token in _COMMAND_FOLLOWS:
            begin = index + 1
        if before == 'do' and token not in _AFTER_DO:
            return True
        if token == 'hold' and before == 'with':
            return True
        if token == 'set' and not _of_update(tokens[begin:index]):
            return True
    return tokens[-1:] == ['do']


def _of_update(before: list[str]) -> bool:
    """Whether a SET is that of an UPDATE; ``before`` is what stands before it in the same command."""
    if 'update' not in before:
        return False
    update = len(before) - 1 - before[::-1].index('update')
    locks = update > 0 and before[update - 1] in ('for', 'key')
    return not locks and all(token in _IN_TARGET or _is_name(token) for token in before[update + 1 :])


def _is_name(token: str) -> bool:
    return token[0] == '"' or token[0] == '_' or token[0].isalpha()
