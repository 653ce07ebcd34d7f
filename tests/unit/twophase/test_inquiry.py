"""What recovery reads from servers."""

from typing import cast

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.twophase import inquiry
from pgdog_gevent.twophase.decision import Verdict
from pgdog_gevent.twophase.gid import Name, Part, Scope
from pgdog_gevent.twophase.inquiry import Decision, Page, Prepared
from pgdog_gevent.twophase.resolve import Anchor
from tests.unit.merge.messages import row

SCOPE = Scope('', 'app')
NAME = Name(SCOPE, 1, 700, '0123456789abcdef01234567')
STRANGE = SCOPE.prefix.encode() + b'\xe9\xff'
"""A name that no text of UTF-8 is; a database may have any encoding."""


class Server:
    """One that answers the same whatever it is asked."""

    def __init__(self, *rows: bytes) -> None:
        self._rows = rows

    def run(self, sql: bytes) -> tuple[bytes, ...]:
        return self._rows


def server(*rows: bytes) -> BackendConnection:
    return cast(BackendConnection, Server(*rows))


def test_what_others_have_prepared_is_passed_over_whatever_its_bytes() -> None:
    ours = row(NAME.gid(2).encode(), b'app', b'1.5')
    others = [row(gid, b'app', b'1.5') for gid in (STRANGE, SCOPE.prefix.encode(), NAME.text.encode())]
    assert inquiry.prepared(server(*others, ours), SCOPE) == (Prepared(Part(NAME, 2), 'app', 1.5),)


def test_decisions_of_others_are_passed_over_whatever_their_bytes() -> None:
    rows = [row(name, b'app', b'abort', b'{0,1,12}', b'2', b'in progress') for name in (STRANGE, NAME.text.encode())]
    expected = Decision(NAME, 'app', Verdict.ABORT, frozenset({0, 1, 12}), 2.0, Anchor.RUNNING)
    assert inquiry.decisions(server(*rows), SCOPE, 0, 0) == Page((expected,), 2)


def test_owner_whose_name_is_no_utf8_is_no_obstacle() -> None:
    [found] = inquiry.prepared(server(row(NAME.gid(2).encode(), b'j\xf6rg', b'0')), SCOPE)
    assert found.owner.encode(errors='surrogateescape') == b'j\xf6rg'
