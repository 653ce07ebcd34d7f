"""What servers are told and asked for a commit in two phases, and what they say.

The decision is a row of ``pgdog_gevent.decision`` on the anchor, that belongs to the user who has logged in there. Its
key is the fence: who would abort a transaction inserts the same key, which waits for a coordinator that is just
deciding, and then finds its row; or it becomes a row that makes the coordinator fail. Rows of other users have other
keys.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final, NamedTuple

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ProtocolViolation, ServerViolation
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.twophase.gid import Name

FACTS: Final = (
    b'SET CONSTRAINTS ALL IMMEDIATE; SELECT pg_catalog.txid_current_if_assigned(),'
    b" pg_catalog.current_setting('synchronous_commit'), pg_catalog.current_setting('transaction_isolation'),"
    b' current_user'
)
"""Deferred constraints are checked now, for what their triggers do is part of the transaction."""
SETTINGS: Final = (
    b'SET ROLE NONE; SET search_path TO pg_catalog; SET default_transaction_read_only TO off; SET row_security TO on;'
    b" SET default_transaction_isolation TO 'read committed'; SET synchronous_commit TO on"
)
"""Of a session that asks what has been decided, whatever its user or its database has set."""
_WEAK: Final = frozenset({b'off', b'local', b'remote_write'})
"""Values of ``synchronous_commit`` with which a standby may not have what has been committed."""
_STRONG: Final = b'SET LOCAL synchronous_commit = on; '
_OWN_NAME: Final = b'SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE; '
_ALL_ROWS: Final = b'SET LOCAL row_security = on; '
"""Dumps turn it off, and then a table with policies is not written to."""


class Verdict(Enum):
    """What has been decided; the values are those of the table."""

    COMMIT = 'commit'
    ABORT = 'abort'


class Facts(NamedTuple):
    """What a server says of a transaction that is about to end."""

    xid: int | None
    """Its id, with epoch; ``None``: it has written nothing."""
    synchronous_commit: bytes
    isolation: bytes
    user: bytes
    """Whose rights are in force."""

    @property
    def writes(self) -> bool:
        return self.xid is not None

    @property
    def may_fail_without_writing(self) -> bool:
        """Whether a COMMIT can find that what has only been read was no consistent state."""
        return self.isolation == b'serializable'


def read_facts(rows: tuple[bytes, ...]) -> Facts:
    """Read the answer to ``FACTS``. Raises ServerViolation."""
    try:
        [row] = rows
        xid, synchronous_commit, isolation, user = decode_row(row)
        number = None if xid is None else int(xid)
    except (ProtocolViolation, ValueError):
        raise ServerViolation('the server has answered something else than it was asked for') from None
    return Facts(number, synchronous_commit or b'', isolation or b'', user or b'')


def _settings(facts: Facts, login: str) -> bytes:
    """What must be so when a part of it becomes durable: for standbys, too, and as the one who can finish it."""
    return (b'' if facts.user == login.encode() else _OWN_NAME) + (
        _STRONG if facts.synchronous_commit in _WEAK else b''
    )


def prepare(gid: str, facts: Facts, login: str) -> bytes:
    """Prepare the transaction, so that who has logged in as ``login`` owns it."""
    return _settings(facts, login) + b"PREPARE TRANSACTION '%b'" % gid.encode()


def decide(name: Name, participants: Iterable[int], facts: Facts, login: str) -> bytes:
    """Commit on the anchor, and with that everywhere: or nowhere, if this fails."""
    return _settings(facts, login) + _ALL_ROWS + _insert(name, Verdict.COMMIT, participants, login) + b'; COMMIT'


def _insert(name: Name, verdict: Verdict, participants: Iterable[int], owner: str) -> bytes:
    shards = ','.join(map(str, participants))
    row = f"('{name.text}', '{verdict.value}', '{{{shards}}}', {quote_literal(owner)})"
    return f'INSERT INTO pgdog_gevent.decision (name, verdict, participants, owner) VALUES {row}'.encode()


def claim(name: Name, participants: Iterable[int], owner: str) -> bytes:
    """Have it aborted, unless it has been decided by ``owner``. Only that one and superusers may."""
    return _insert(name, Verdict.ABORT, participants, owner) + b' ON CONFLICT DO NOTHING'


def verdict_of(name: Name, owner: str) -> bytes:
    """What its owner has decided: one row with the verdict, or none. What others have put there does not count."""
    text = f"SELECT verdict FROM pgdog_gevent.decision WHERE name = '{name.text}' AND owner = {quote_literal(owner)}"
    return text.encode()


def quote_literal(text: str) -> str:
    """As PostgreSQL reads it whatever ``standard_conforming_strings`` and ``client_encoding`` are.

    It has the very bytes that a login has: those of users are compared as they are.
    """
    return "E'" + ''.join(map(_escaped, text.encode(errors='surrogateescape'))) + "'"


def _escaped(octet: int) -> str:
    return chr(octet) if octet < 0x80 and octet not in b"'\\" else f'\\x{octet:02x}'


def read_verdict(rows: tuple[bytes, ...]) -> Verdict | None:
    """Read the answer to ``verdict_of``. Raises ServerViolation."""
    if not rows:
        return None
    [verdict] = decode_row(rows[0])
    try:
        return Verdict((verdict or b'').decode())
    except ValueError:
        raise ServerViolation('the table of decisions says something else than commit or abort') from None


def settle(connection: BackendConnection, name: Name, participants: Iterable[int], owner: str) -> Verdict | None:
    """Have it aborted unless its owner has decided it, and say what has been decided.

    Waits for a coordinator that is just deciding. ``None``: it has been forgotten meanwhile. Raises ServerError if this
    user may not speak for the owner, ServerLost.
    """
    connection.run(claim(name, participants, owner))
    return read_verdict(connection.run(verdict_of(name, owner)))


def finish(gid: str, verdict: Verdict) -> bytes:
    """End what is prepared."""
    word = 'COMMIT' if verdict is Verdict.COMMIT else 'ROLLBACK'
    return f"{word} PREPARED '{gid}'".encode()
