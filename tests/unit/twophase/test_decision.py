"""What servers are told and asked for a commit in two phases, to the letter."""

from typing import cast

import pytest

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.twophase import decision
from pgdog_gevent.twophase.decision import Facts, Verdict, read_facts, read_verdict
from pgdog_gevent.twophase.gid import Name, Scope
from tests.unit.merge.messages import row

TOKEN = '0123456789abcdef01234567'
NAME = Name(Scope('', 'app'), 1, 700, TOKEN)
TEXT = f'pgdog_gevent::app:1.700.{TOKEN}'
LOGIN = 'app'
FACTS = Facts(700, b'on', b'read committed', b'app')
OWN_NAME = b'SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE; '
STRONG = b'SET LOCAL synchronous_commit = on; '
PREPARE = f"PREPARE TRANSACTION '{TEXT}.2'".encode()
DECIDE = (
    'SET LOCAL row_security = on; INSERT INTO pgdog_gevent.decision (name, verdict, participants,'
    f" owner) VALUES ('{TEXT}', 'commit', '{{0,1,12}}', E'app'); COMMIT"
).encode()

SETTINGS = {
    'nothing': (FACTS, b''),
    'remote_apply': (FACTS._replace(synchronous_commit=b'remote_apply'), b''),
    'off': (FACTS._replace(synchronous_commit=b'off'), STRONG),
    'local': (FACTS._replace(synchronous_commit=b'local'), STRONG),
    'remote_write': (FACTS._replace(synchronous_commit=b'remote_write'), STRONG),
    'other user': (FACTS._replace(user=b'other'), OWN_NAME),
    'other user and off': (FACTS._replace(user=b'other', synchronous_commit=b'off'), OWN_NAME + STRONG),
}
"""What has to be set before a part becomes durable."""


@pytest.mark.parametrize(('facts', 'settings'), SETTINGS.values(), ids=SETTINGS)
def test_part_is_prepared_durably_and_by_who_has_logged_in(facts: Facts, settings: bytes) -> None:
    assert decision.prepare(NAME.gid(2), facts, LOGIN) == settings + PREPARE


@pytest.mark.parametrize(('facts', 'settings'), SETTINGS.values(), ids=SETTINGS)
def test_decision_is_made_durably_and_by_who_has_logged_in(facts: Facts, settings: bytes) -> None:
    assert decision.decide(NAME, (0, 1, 12), facts, LOGIN) == settings + DECIDE


@pytest.mark.parametrize(
    ('login', 'quoted'),
    [('o\'reilly', r"E'o\x27reilly'"), ('a\\b', r"E'a\x5cb'"), ('jürgen', r"E'j\xc3\xbcrgen'"), ('\udcff', r"E'\xff'")],
    ids=['quote', 'backslash', 'not ASCII', 'no text'],
)
def test_owner_is_written_as_no_setting_can_change_it(login: str, quoted: str) -> None:
    assert decision.quote_literal(login) == quoted


def test_claim_leaves_what_has_been_decided() -> None:
    assert decision.claim(NAME, (1, 2), r"o'\neil").decode() == (
        'INSERT INTO pgdog_gevent.decision (name, verdict, participants, owner)'
        rf" VALUES ('{TEXT}', 'abort', '{{1,2}}', E'o\x27\x5cneil') ON CONFLICT DO NOTHING"
    )


@pytest.mark.parametrize(('verdict', 'word'), [(Verdict.COMMIT, 'COMMIT'), (Verdict.ABORT, 'ROLLBACK')])
def test_part_ends_as_has_been_decided(verdict: Verdict, word: str) -> None:
    assert decision.finish(NAME.gid(2), verdict).decode() == f"{word} PREPARED '{TEXT}.2'"


class Anchor:
    """It has decided, and notes what it is told."""

    def __init__(self, *verdict: bytes) -> None:
        self.told: list[bytes] = []
        self._rows = tuple(map(row, verdict))

    def run(self, sql: bytes) -> tuple[bytes, ...]:
        self.told.append(sql)
        return self._rows if sql.startswith(b'SELECT') else ()


@pytest.mark.parametrize('verdict', [*Verdict, None])
def test_settling_claims_and_then_asks(verdict: Verdict | None) -> None:
    anchor = Anchor() if verdict is None else Anchor(verdict.value.encode())
    assert decision.settle(cast(BackendConnection, anchor), NAME, (1, 2), LOGIN) is verdict
    assert anchor.told == [decision.claim(NAME, (1, 2), LOGIN), decision.verdict_of(NAME, LOGIN)]


@pytest.mark.parametrize('verdict', Verdict)
def test_verdict_is_read(verdict: Verdict) -> None:
    assert read_verdict((row(verdict.value.encode()),)) is verdict


def test_no_row_is_no_verdict() -> None:
    assert read_verdict(()) is None


@pytest.mark.parametrize('value', [b'', b'COMMIT', b'maybe', None], ids=str)
def test_other_verdict_is_refused(value: bytes | None) -> None:
    with pytest.raises(ServerViolation):
        read_verdict((row(value),))


def test_facts_are_read() -> None:
    facts = read_facts((row(b'4294967297', b'on', b'serializable', b'app'),))
    assert facts == Facts(2**32 + 1, b'on', b'serializable', b'app')
    assert facts.writes
    assert facts.may_fail_without_writing


def test_who_has_no_number_has_written_nothing() -> None:
    facts = read_facts((row(None, b'on', b'repeatable read', b'app'),))
    assert not facts.writes
    assert not facts.may_fail_without_writing


OTHER_FACTS = {
    'no row': (),
    'no columns': (row(),),
    'three columns': (row(b'1', b'on', b'x'),),
    'two rows': (row(b'1', b'on', b'x', b'y'),) * 2,
    'no number': (row(b'one', b'on', b'x', b'y'),),
    'cut short': (row(b'1', b'on', b'x', b'y')[:-1],),
}


@pytest.mark.parametrize('rows', OTHER_FACTS.values(), ids=OTHER_FACTS)
def test_other_facts_are_refused(rows: tuple[bytes, ...]) -> None:
    with pytest.raises(ServerViolation):
        read_facts(rows)
