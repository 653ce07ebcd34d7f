"""SQL text to ``Statement``, remembered: by the text, and by its key, which is the same for other literals.

Where statements are routed, each is analyzed that is not remembered. Elsewhere only what it leaves in its session
counts, and of the texts without a key most still need no parser: a single SELECT, INSERT, UPDATE or DELETE that calls
only well-known functions, and names none of the few things by which such a statement can change its session, is
ordinary; that is seen without parsing it.
"""

import re
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Final

from pglast.keywords import COL_NAME_KEYWORDS, RESERVED_KEYWORDS

from pgdog_gevent.router.access import AccessRules, as_write
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.functions import CORE
from pgdog_gevent.router.hints import hinted_role
from pgdog_gevent.router.key import key
from pgdog_gevent.router.recent import Generations, Kept, Recent
from pgdog_gevent.router.shared import shared
from pgdog_gevent.router.statement import ORDINARY, Statement
from pgdog_gevent.router.unrouted import hinted, unrouted

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

MakeKey = Callable[[bytes], bytes | None]
Reader = Callable[[bytes], Statement]

_LONGEST_KEPT: Final = 65_536
"""Bytes; the cache holds ``limit`` texts and keys, each at most this long."""
_BY_TEXT: Final = Statement(unsure='a literal')
"""Kept for a key whose texts have to be looked at one by one."""


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
    """Texts and keys; those that nobody has asked for lately go first."""

    def __init__(
        self, limit: int, clock: Callable[[], float], make_key: MakeKey = key, rules: AccessRules | None = None
    ) -> None:
        """``limit`` is ``query_cache_limit``; ``clock`` counts seconds; ``make_key``: ``key``, or the same compiled.

        Without ``rules`` nothing is routed: all is a WRITE, and hints are not seen.
        """
        self._clock = clock
        self._make_key = make_key
        self.hits = 0
        self.misses = 0
        self.parse_time = 0.0
        """Seconds spent in the parser."""
        self._recent: Recent = Recent(limit)
        self._texts = self._recent.texts
        self._keys = self._recent.keys
        self.judge_by(rules)

    def __len__(self) -> int:
        return len(self._recent)

    @property
    def limit(self) -> int:
        return self._recent.limit

    @limit.setter
    def limit(self, limit: int) -> None:
        self._recent.limit = limit

    def statement(self, sql: bytes, keyed: bool = True) -> Statement:
        """What ``sql`` says; ``keyed``: whether ``keys_are_safe`` under the settings of its client."""
        return self.kept(sql, keyed).statement

    def kept(self, sql: bytes, keyed: bool = True) -> Kept:
        """The same, and what has been asked of it."""
        known = self._texts.young.get(sql)
        if known is None:
            key = self._make_key(sql) if keyed else None
            known = self._keys.young.get(key) if key is not None else None
            if known is None or known.statement is _BY_TEXT:
                return self._look_further(sql, key)
        self.hits += 1
        return known

    def counted(self, sql: bytes, keyed: bool = True) -> Kept:
        """The same, to count something: what would not be kept is not read for that."""
        return self.kept(sql, keyed) if self.limit and len(sql) <= _LONGEST_KEPT else Kept(sql, ORDINARY)

    def all(self) -> list[Kept]:
        """All that is kept, but for keys whose texts are looked at one by one."""
        everything = self._texts.all() + self._keys.all()
        return [kept for kept in everything if kept.statement is not _BY_TEXT]

    def clear(self) -> None:
        self._recent.clear()

    def judge_by(self, rules: AccessRules | None) -> None:
        """Judge texts by these rules from now on, and forget what has been said by others."""
        if rules is None:
            self.read_by(Readings.GLANCE)
            return
        self._recent.clear()
        self._said_by_text: Reader = partial(analyze, rules=rules)
        self._said_by_key: Reader = partial(_routed_by_key, rules=rules)

    def read_by(self, readings: 'Readings') -> None:
        """Read texts in this way from now on, and forget what has been read in others."""
        self._recent.clear()
        self._said_by_text, self._said_by_key = readings.value

    def sibling(self, readings: 'Readings') -> 'StatementCache':
        """One like this, which reads texts in another way."""
        sibling = StatementCache(self.limit, self._clock, self._make_key)
        sibling.read_by(readings)
        return sibling

    def learn_write(self, sql: bytes, keyed: bool = True) -> None:
        """A replica has refused to do what ``sql`` says: it is a WRITE, and so are all that share its key.

        It is so as long as it is remembered. ``keyed`` as for ``statement``.
        """
        known = self._recent.get(self._texts, sql)
        key = self._make_key(sql) if known is None and keyed else None
        if key is not None:
            known = self._recent.get(self._keys, key)
        if known is not None and known.statement is not _BY_TEXT:
            known.statement = as_write(known.statement)

    def _look_further(self, sql: bytes, key: bytes | None) -> Kept:
        known = self._recent.get(self._texts, sql)
        if known is not None:
            self.hits += 1
            return known
        # One that is its own key is kept as a text: it is found faster.
        known = self._by_key(key) if key is not None and key != sql else None
        return self._read(self._texts, sql, self._said_by_text) if known is None else known

    def _by_key(self, key: bytes) -> Kept | None:
        known = self._recent.get(self._keys, key)
        if known is None:
            known = self._read(self._keys, key, self._said_by_key)
        elif known.statement is not _BY_TEXT:
            self.hits += 1
        return None if known.statement is _BY_TEXT else known

    def _read(self, where: Generations, sql: bytes, read: Reader) -> Kept:
        started = self._clock()
        statement = read(sql)
        self.parse_time += self._clock() - started
        if statement is not _BY_TEXT:
            self.misses += 1
        kept = Kept(sql, statement)
        if len(sql) <= _LONGEST_KEPT:
            self._recent.keep(where, kept)
        else:
            kept.gone = True
        return kept


def _said_by_text(sql: bytes) -> Statement:
    return ORDINARY if is_ordinary(sql) else unrouted(analyze(sql))


def _said_by_key(key: bytes) -> Statement:
    return shared(key, None) or _BY_TEXT


def _routed_by_key(key: bytes, rules: AccessRules) -> Statement:
    return shared(key, rules) or _BY_TEXT


def _parsed_by_text(sql: bytes) -> Statement:
    return unrouted(analyze(sql))


def _hinted_by_text(sql: bytes) -> Statement:
    return ORDINARY if is_ordinary(sql) and hinted_role(sql) is None else hinted(analyze(sql))


def _hinted_by_key(key: bytes) -> Statement:
    if is_ordinary(key):
        return ORDINARY
    statement = shared(key)
    return _BY_TEXT if statement is None else hinted(statement)


class Readings(Enum):
    """How texts are read, where they are not judged by rules."""

    GLANCE = _said_by_text, _said_by_key
    """Nothing is routed."""
    PARSED = _parsed_by_text, _said_by_key
    """Likewise, and each is parsed."""
    HINTED = _hinted_by_text, _hinted_by_key
    """Where they go is only what their client says."""
