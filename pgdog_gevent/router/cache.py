"""SQL text to ``Statement``, remembered.

Most texts need no parser: a single SELECT, INSERT, UPDATE or DELETE that calls only well-known functions, and names
none of the few things by which such a statement can change its session, is ordinary; that is seen without parsing it.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from pglast.keywords import COL_NAME_KEYWORDS, RESERVED_KEYWORDS

from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.functions import CORE
from pgdog_gevent.router.statement import ORDINARY, Statement

_BEGINS: Final = re.compile(rb'\s*+(?:select|insert|update|delete|with|values|table|merge)\b', re.IGNORECASE)
_READS: Final = re.compile(rb'\s*+(?:select|values|table|show|fetch)\b', re.IGNORECASE)
_MORE: Final = re.compile(rb';\s*+\S|\binto\b', re.IGNORECASE)
"""Another statement, a new table, or perhaps only a constant."""
_TEMPORARY: Final = re.compile(rb'\btemp|pg_temp')
# The columns of an INSERT look like a call.
_INSERT: Final = re.compile(rb'\s*+insert\s++into\s++[\w.$"\x80-\xff]++\s*+\(')
# A word is looked at from its beginning only: once for each of its letters would be quadratic.
_CALL: Final = re.compile(rb'\)\s*+(?:over|filter)\s*+\(|(?<![\w$"\x80-\xff])([\w$"\x80-\xff]++)\s*+\(')
# Words before a parenthesis that cannot be names of functions, or are well-known ones.
_NO_CALLS: Final = frozenset(word.encode() for word in {'', *RESERVED_KEYWORDS, *COL_NAME_KEYWORDS, *CORE})

_LONGEST_KEPT: Final = 65_536
"""Bytes; the cache holds ``limit`` texts, each at most this long."""


def is_ordinary(sql: bytes) -> bool:
    """Whether ``sql`` certainly leaves nothing behind in its session. False means: parse it."""
    if _BEGINS.match(sql) is None:
        return False
    # Only at the end is a semicolon surely not between two statements.
    semicolon = sql.find(b';')
    if semicolon >= 0 and sql[semicolon + 1 :].strip():
        return False
    # By these such a statement can change its session. U& writes identifiers in escapes, INTO makes temporary tables.
    lower = sql.lower()
    return (
        b'set_config' not in lower
        and b'advisory' not in lower
        and b'u&' not in lower
        and b'pg_settings' not in lower
        and (b'temp' not in lower or _TEMPORARY.search(lower) is None)
        and (b'(' not in lower or _calls_well_known(lower))
    )


def _calls_well_known(lower: bytes) -> bool:
    """Whether all that looks like a call is of a well-known function."""
    columns = _INSERT.match(lower)
    return _NO_CALLS.issuperset(_CALL.findall(lower, columns.end() if columns is not None else 0))


def may_write(sql: bytes) -> bool:
    """Whether ``sql`` may do more than read; what the functions do that it calls is another matter."""
    return _READS.match(sql) is None or _MORE.search(sql) is not None


class StatementCache:
    """The least recently used texts go first. ``limit`` is ``query_cache_limit``; ``clock`` counts seconds."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self.limit = limit
        self._clock = clock
        self.hits = 0
        self.misses = 0
        self.parse_time = 0.0
        """Seconds spent in the parser."""
        self._statements: OrderedDict[bytes, Statement] = OrderedDict()

    def __len__(self) -> int:
        return len(self._statements)

    def statement(self, sql: bytes) -> Statement:
        """What ``sql`` says."""
        known = self._statements.get(sql)
        if known is not None:
            self.hits += 1
            self._statements.move_to_end(sql)
            return known
        if is_ordinary(sql):
            return ORDINARY
        self.misses += 1
        started = self._clock()
        statement = analyze(sql)
        self.parse_time += self._clock() - started
        if len(sql) <= _LONGEST_KEPT:
            self._keep(sql, statement)
        return statement

    def clear(self) -> None:
        self._statements.clear()

    def _keep(self, sql: bytes, statement: Statement) -> None:
        self._statements[sql] = statement
        while len(self._statements) > self.limit:
            self._statements.popitem(last=False)
