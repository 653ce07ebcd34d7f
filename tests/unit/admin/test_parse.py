"""From text to commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.admin.commands import (
    Accepted,
    Ban,
    Begin,
    Command,
    Deallocate,
    End,
    HealthCheck,
    Kill,
    KillClient,
    Pause,
    Reconnect,
    Recover,
    Reload,
    Resume,
    Select,
    SetSetting,
    Show,
    ShowParameter,
    Shutdown,
    ShutdownMode,
    Unban,
    View,
)
from pgdog_gevent.admin.parse import parse
from pgdog_gevent.errors import AdminCommandFailed, FeatureNotSupported


@pytest.mark.parametrize(
    ('text', 'command'),
    [
        ('SHOW POOLS', Show(View.POOLS)),
        ('show pools;', Show(View.POOLS)),
        ('SHOW', Show(View.HELP)),
        ('SHOW CLIENTS id, State', Show(View.CLIENTS, ('id', 'state'))),
        ('SHOW SERVERS remote_pid', Show(View.SERVERS, ('remote_pid',))),
        ('SHOW server_version', ShowParameter('server_version')),
        ('SHOW TRANSACTION ISOLATION LEVEL', ShowParameter('transaction_isolation_level')),
        ('RELOAD', Reload()),
        ('RECONNECT', Reconnect(None)),
        ('RECONNECT Prod', Reconnect('Prod')),
        ('PAUSE', Pause(None, None)),
        ('PAUSE Prod', Pause(None, 'Prod')),
        ('pause "Prod"', Pause(None, 'Prod')),
        ("PAUSE 'my db'", Pause(None, 'my db')),
        ('PAUSE Alice Prod', Pause('Alice', 'Prod')),
        ('PAUSE "pause"', Pause(None, 'pause')),
        ('RESUME', Resume(None, None)),
        ('RESUME alice prod', Resume('alice', 'prod')),
        ('KILL', Kill(None)),
        ('KILL prod', Kill('prod')),
        ('KILL_CLIENT 77', KillClient(77)),
        ("kill_client '77'", KillClient(77)),
        ('BAN', Ban(None)),
        ('ban 3', Ban(3)),
        ("BAN '3'", Ban(3)),
        ('UNBAN', Unban(None)),
        ('unban 3', Unban(3)),
        ('HEALTHCHECK', HealthCheck(None)),
        ('HealthCheck 3', HealthCheck(3)),
        ('recover', Recover()),
        ('SHOW BANS', Show(View.BANS)),
        ('SHOW REPLICATION', Show(View.REPLICATION)),
        ('show hosts', Show(View.HOSTS)),
        ('show transactions', Show(View.TRANSACTIONS)),
        ('SHUTDOWN', Shutdown(ShutdownMode.GRACEFUL)),
        ('SHUTDOWN WAIT_FOR_SERVERS', Shutdown(ShutdownMode.GRACEFUL)),
        ('shutdown immediate', Shutdown(ShutdownMode.IMMEDIATE)),
        ('SET checkout_timeout TO 100', SetSetting('checkout_timeout', '100')),
        ("set Checkout_Timeout = '100'", SetSetting('checkout_timeout', '100')),
        ('SET LOCAL checkout_timeout = 100', SetSetting('checkout_timeout', '100')),
        ('SET extra_float_digits = 3', Accepted('SET')),
        ("SET application_name = 'PostgreSQL JDBC Driver'", Accepted('SET')),
        ("SET client_encoding TO 'UTF8'", Accepted('SET')),
        ("SET NAMES 'utf8'", Accepted('SET')),
        ("SET TIME ZONE 'UTC'", Accepted('SET')),
        ('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY', Accepted('SET')),
        ('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', Accepted('SET')),
        ('SELECT 1', Select('1')),
        ('select VERSION()', Select('version()')),
        ('BEGIN', Begin('BEGIN')),
        ('BEGIN READ ONLY', Begin('BEGIN')),
        ('START TRANSACTION', Begin('START TRANSACTION')),
        ('COMMIT', End('COMMIT')),
        ('END', End('COMMIT')),
        ('ROLLBACK', End('ROLLBACK')),
        ('ROLLBACK TO SAVEPOINT a', Accepted('ROLLBACK')),
        ('SAVEPOINT a', Accepted('SAVEPOINT')),
        ('DISCARD ALL', Deallocate(None)),
        ('DEALLOCATE ALL', Deallocate(None)),
        ('DEALLOCATE PREPARE "_pg3_0"', Deallocate('_pg3_0')),
        ('CLOSE ALL', Accepted('CLOSE CURSOR ALL')),
        ('RESET ALL', Accepted('RESET')),
        ('UNLISTEN *', Accepted('UNLISTEN')),
    ],
)
def test_each_command_is_understood(text: str, command: Command) -> None:
    assert parse(text) == (command,)


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('FROBNICATE', 'unknown admin command "FROBNICATE"'),
        ('"SHOW" x', 'unknown admin command "SHOW"'),
        ('= 3', 'unknown admin command "="'),
        ('PAUSE a b c', 'wrong number of arguments for PAUSE'),
        ('PAUSE a,b', 'syntax error at or near ","'),
        ('RELOAD now', 'wrong number of arguments for RELOAD'),
        ('KILL_CLIENT', 'wrong number of arguments for KILL_CLIENT'),
        ('KILL_CLIENT x', 'invalid client id'),
        ('KILL_CLIENT -1', 'invalid client id'),
        ('KILL_CLIENT ²', 'invalid client id'),
        ('KILL_CLIENT 99999999999999999999', 'invalid client id'),
        ('BAN x', 'invalid pool id: "x"'),
        ('BAN -1', 'invalid pool id'),
        ('UNBAN 1.5', 'invalid pool id'),
        ('HEALTHCHECK ²', 'invalid pool id'),
        ('BAN 1 2', 'wrong number of arguments for BAN'),
        ('UNBAN alice prod', 'wrong number of arguments for UNBAN'),
        ('HEALTHCHECK 1 2', 'wrong number of arguments for HEALTHCHECK'),
        ('BAN 1, 2', 'syntax error at or near ","'),
        ('SHOW HOSTS x', 'takes no arguments'),
        ('SHOW REPLICATION x', 'takes no arguments'),
        ('RECOVER prod', 'wrong number of arguments for RECOVER'),
        ('SHUTDOWN SOON', 'unknown mode of SHUTDOWN'),
        ('SHOW POOLS x', 'takes no arguments'),
        ('SET', 'syntax error in SET'),
        ('SET x', 'syntax error in SET'),
        ('SET x TO', 'syntax error in SET'),
        ('RESET x', 'cannot reset "x"'),
        ('DEALLOCATE', 'syntax error in DEALLOCATE'),
    ],
)
def test_what_is_not_understood_is_said_so(text: str, message: str) -> None:
    with pytest.raises(AdminCommandFailed, match=message):
        parse(text)


@pytest.mark.parametrize(
    'text',
    [
        'cutover 3',
        'MAINTENANCE ON',
        'RESHARD a b c',
        'PROBE postgres://x',
        'RESET PREPARED',
        'SHUTDOWN WAIT_FOR_CLIENTS',
        'SHOW REPLICATION_SLOTS',
        'SHOW CLIENT MEMORY',
    ],
)
def test_what_comes_later_is_refused_as_a_feature(text: str) -> None:
    with pytest.raises(FeatureNotSupported, match='is not implemented yet'):
        parse(text)


def test_who_mistypes_the_id_of_a_pool_is_told_where_it_is_to_be_found() -> None:
    with pytest.raises(AdminCommandFailed) as refused:
        parse('BAN prod')
    assert refused.value.hint == 'SHOW POOLS tells the ids.'


def test_several_statements_are_several_commands() -> None:
    assert parse('SHOW POOLS; RELOAD') == (Show(View.POOLS), Reload())


@given(st.text(alphabet='SHOWETPAUKILn_ \'"$1,;=()-/*\n', max_size=40))
def test_no_text_does_worse_than_an_error(text: str) -> None:
    try:
        parse(text)
    except (AdminCommandFailed, FeatureNotSupported):
        pass


@pytest.mark.parametrize(
    'verb',
    [
        'RESUME', 'KILL', 'BAN', 'UNBAN', 'HEALTHCHECK', 'SET', 'SHOW', 'SELECT', 'BEGIN', 'COMMIT', 'DISCARD',
        'CLOSE', 'RESET', 'UNLISTEN',
    ],
)  # fmt: skip
def test_a_verb_alone_does_no_worse_than_an_error(verb: str) -> None:
    for text in (verb, f'{verb} ,', f'{verb} =', f'{verb} = ='):
        try:
            parse(text)
        except AdminCommandFailed:
            pass
