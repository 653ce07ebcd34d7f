"""What a scripted shard knows of commits in two phases: parts that are prepared, and decisions."""

import re
from typing import Final

from tests.unit.merge.messages import row

DECISIONS: Final = b'pgdog_gevent.decision'
FORGET: Final = b'pgdog_gevent.forget'
_NAMED: Final = re.compile(rb"'(pgdog_gevent:[^']*)'")
_INSERT: Final = re.compile(rb"VALUES \('(?P<name>[^']*)', '(?P<verdict>\w+)', '(?P<participants>[^']*)'")
_AGE: Final = b'100'
"""Seconds; all there is, is old."""
UNIQUE: Final = '23505'
UNKNOWN: Final = '42704'

Row = tuple[bytes, bytes]
"""Verdict and participants."""


class Decisions:
    """Those of one server. What it is asked of them is answered with rows."""

    def __init__(self) -> None:
        self.prepared: dict[bytes, list[bytes]] = {}
        """What each part would write, by gid."""
        self.rows: dict[bytes, Row] = {}
        """By name, what is committed."""

    def prepare(self, sql: bytes, written: list[bytes]) -> None:
        self.prepared[_gid(sql)] = written

    def finish(self, sql: bytes) -> list[bytes]:
        """What becomes true by COMMIT PREPARED, nothing by ROLLBACK PREPARED. Raises KeyError."""
        written = self.prepared.pop(_gid(sql))
        return written if sql.startswith(b'COMMIT') else []

    def inserted(self, sql: bytes) -> tuple[bytes, Row]:
        """The row that an INSERT makes."""
        found = _INSERT.search(sql)
        assert found is not None, sql
        return found['name'], (found['verdict'], found['participants'])

    def delete(self, sql: bytes) -> None:
        for name in _NAMED.findall(sql):
            self.rows.pop(name, None)

    def select(self, sql: bytes) -> list[bytes]:
        """The rows of what is asked about all this."""
        if b'max_prepared_transactions' in sql:
            return [row(b't')]
        if b'relowner' in sql:
            return [row(b'ready')]
        if b'pg_prepared_xacts' in sql:
            return [row(gid, b'alice', _AGE) for gid in self.prepared]
        if sql.startswith(b'SELECT verdict'):
            [name] = _NAMED.findall(sql)
            return [row(self.rows[name][0])] if name in self.rows else []
        if FORGET in sql:
            self.delete(sql)
            return [row(None)]
        if DECISIONS in sql:
            return [
                row(name, b'alice', verdict, participants, _AGE, b'')
                for name, (verdict, participants) in self.rows.items()
            ]
        return [row(b'')]  # Of the anchor's transaction, which is over.


def is_about_them(sql: bytes) -> bool:
    """Whether a SELECT asks about any of that."""
    words = (b'max_prepared', b'relowner', b'pg_prepared_xacts', DECISIONS, FORGET, b'txid_status')
    return any(word in sql for word in words)


def _gid(sql: bytes) -> bytes:
    [gid] = _NAMED.findall(sql)
    return bytes(gid)
