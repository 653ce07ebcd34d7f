"""What comments and parameters say of where statements are to go."""

import pytest

from pgdog_gevent.backend.settings import NO_SETTINGS, Settings
from pgdog_gevent.config.choices import Role
from pgdog_gevent.errors import InvalidParameterValue
from pgdog_gevent.frontend.startup_settings import startup_settings
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.hints import (
    ROLE,
    defaults_to_read_only,
    defaults_to_serializable,
    hinted_role,
    session_role,
    wrong_role,
)
from pgdog_gevent.router.set_config import set_config
from pgdog_gevent.router.statement import ORDINARY_READ, SetParameter


@pytest.mark.parametrize(
    ('sql', 'role'),
    [
        ('/* pgdog_role: primary */ SELECT 1', Role.PRIMARY),
        ('SELECT 1 /* pgdog_role: replica */', Role.REPLICA),
        ('SELECT /*pgdog_role:replica*/ 1', Role.REPLICA),
        ('-- pgdog_role: replica\nSELECT 1', Role.REPLICA),
        ('SELECT 1 -- pgdog_role: primary', Role.PRIMARY),
        ("/* pgdog_role: 'primary' */ SELECT 1", Role.PRIMARY),
        ('/* pgdog_role: "replica" */ SELECT 1', Role.REPLICA),
        ('/* why; pgdog_shard: 1, pgdog_role: replica. */ SELECT 1', Role.REPLICA),
        ('/* pgdog_role: replica */ SELECT 1 /* pgdog_role: primary */', Role.REPLICA),
        ('SELECT 1; /* pgdog_role: primary */ DELETE FROM t', Role.PRIMARY),
        ("SELECT 'é' /* é */ /* pgdog_role: replica */", Role.REPLICA),
        ('SELEC 1 /* pgdog_role: replica */', Role.REPLICA),
        ('SELECT 1', None),
        ('/* pgdog_role: auto */ SELECT 1', None),
        ('/* pgdog_role: replicas */ SELECT 1', None),
        ('/* pgdog_role: "replica\' */ SELECT 1', None),
        ("SELECT '/* pgdog_role: replica */'", None),
        ('SELECT $$-- pgdog_role: replica$$', None),
        ('SELECT "/* pgdog_role: replica */" FROM t', None),
        ('SELECT pgdog_role', None),
        ("SELECT '/* pgdog_role: replica */' -- pgdog_role: primary", Role.PRIMARY),
        ("/* pgdog_role: replica */ SELECT 'open", None),
    ],
)
def test_comment_asks_for_a_role(sql: str, role: Role | None) -> None:
    assert hinted_role(sql.encode()) is role
    assert analyze(sql.encode()).role is role


def test_text_in_another_encoding_has_no_hint() -> None:
    assert hinted_role('/* pgdog_role: replica */ SELECT \'é\''.encode('latin-1')) is None


def test_hint_changes_nothing_else() -> None:
    assert analyze(b'SELECT 1 /* pgdog_role: primary */').access is ORDINARY_READ.access
    assert analyze(b'DELETE FROM t /* pgdog_role: replica */').access is not ORDINARY_READ.access


def set_by(sql: str) -> Settings:
    """The settings of a client after one statement."""
    return {
        effect.name: effect.sql
        for effects in analyze(sql.encode()).effects
        for effect in effects
        if isinstance(effect, SetParameter)
    }


@pytest.mark.parametrize(
    ('settings', 'role'),
    [
        (NO_SETTINGS, None),
        (set_by('SET pgdog.role TO replica'), Role.REPLICA),
        (set_by("SET pgdog.role = 'PRIMARY'"), Role.PRIMARY),
        (set_by('SET pgdog.role = auto'), None),
        (set_by('SET pgdog.role TO replica, primary'), None),
        (set_by("SELECT set_config('pgdog.role', 'replica', false)"), Role.REPLICA),
        (startup_settings({'pgdog.role': 'replica'}), Role.REPLICA),
        (startup_settings({'options': '-c pgdog.role=primary'}), Role.PRIMARY),
    ],
)
def test_settings_ask_for_a_role(settings: Settings, role: Role | None) -> None:
    assert session_role(settings) is role


NO = ('off', 'false', '0', 'no', "'o'", "''", '2')


@pytest.mark.parametrize('word', ['on', 'ON', "'on'", 'true', "'t'", 'yes', "'Y'", '1', "'1'"])
@pytest.mark.parametrize(
    'words', ['SET {} TO {}', 'SET SESSION {} = {}', "set \"{}\" to {} -- why"]
)
def test_transactions_of_the_session_only_read(words: str, word: str) -> None:
    assert defaults_to_read_only(set_by(words.format('default_transaction_read_only', word)))


@pytest.mark.parametrize(
    'settings',
    [
        set_by('SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY'),
        set_by("SELECT set_config('default_transaction_read_only', 'on', false)"),
        startup_settings({'default_transaction_read_only': 'true'}),
        startup_settings({'options': '-c default_transaction_read_only=on'}),
    ],
)
def test_transactions_of_the_session_only_read_however_that_is_said(settings: Settings) -> None:
    assert defaults_to_read_only(settings)


@pytest.mark.parametrize(
    'settings',
    [
        NO_SETTINGS,
        set_by('SET work_mem TO on'),
        *(set_by(f'SET default_transaction_read_only TO {word}') for word in NO),
        set_by('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE'),
        startup_settings({'default_transaction_read_only': 'off'}),
    ],
)
def test_transactions_of_the_session_may_write(settings: Settings) -> None:
    assert not defaults_to_read_only(settings)


def test_role_that_there_is_not_is_named() -> None:
    assert wrong_role({ROLE: set_config(ROLE, 'nobody')}) == 'nobody'
    assert not any(wrong_role({ROLE: set_config(ROLE, role)}) for role in ('primary', 'replica', 'auto', ''))


def test_client_that_asks_for_a_role_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidParameterValue, match='"nobody"'):
        startup_settings({'options': '-c pgdog.role=nobody'})


@pytest.mark.parametrize(
    ('settings', 'serializable'),
    [
        ({}, False),
        (startup_settings({'default_transaction_isolation': 'serializable'}), True),
        ({'default_transaction_isolation': b'SET default_transaction_isolation TO "Serializable"'}, True),
        ({'default_transaction_isolation': b"SET default_transaction_isolation = 'read committed'"}, False),
    ],
)
def test_isolation_that_no_standby_has_is_seen(settings: dict[str, bytes], serializable: bool) -> None:
    assert defaults_to_serializable(settings) is serializable
