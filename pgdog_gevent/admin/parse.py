"""The language of the admin console: SQL text to commands.

Keywords are recognised in any case; names keep theirs, quoted or not, since PostgreSQL's names have case. What
drivers send on their own account (``SET extra_float_digits``, ``BEGIN``, ``SELECT 1``) is part of the language.
"""

import re
from typing import Final

from pgdog_gevent.admin.commands import (
    Accepted,
    Ban,
    Begin,
    Command,
    Deallocate,
    End,
    ForgetQueries,
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
    ShowQueries,
    Shutdown,
    ShutdownMode,
    Unban,
    View,
)
from pgdog_gevent.admin.tokens import Kind, Token, statements
from pgdog_gevent.errors import AdminCommandFailed, FeatureNotSupported

_NOT_YET: Final = frozenset(
    {
        'PROBE', 'MAINTENANCE', 'SETUP', 'RESHARD', 'COPY_DATA', 'REPLICATE', 'SCHEMA_SYNC', 'CUTOVER', 'STOP_TASK',
        'ENABLE', 'DISABLE', 'SUSPEND', 'WAIT_CLOSE',
    }
)
_VIEWS_NOT_YET: Final = (
    'CLIENT MEMORY',
    'LISTENERS',
    'MIRRORS',
    'PEERS',
    'REPLICATION_SLOTS',
    'SCHEMA_SYNC',
    'SERVER MEMORY',
    'TABLE_COPIES',
    'TASKS',
)
_SESSION_PARAMETERS: Final = frozenset(
    {
        'application_name', 'bytea_output', 'client_encoding', 'client_min_messages', 'datestyle',
        'default_transaction_isolation', 'default_transaction_read_only', 'extra_float_digits',
        'idle_in_transaction_session_timeout', 'intervalstyle', 'jit', 'lock_timeout', 'names', 'role',
        'search_path', 'session', 'standard_conforming_strings', 'statement_timeout', 'time', 'timezone',
        'transaction',
    }
)
"""What drivers set for themselves (``SET NAMES``, ``SET TIME ZONE`` and so on included)."""
_VERBS: Final = frozenset(
    {
        'RELOAD', 'RECONNECT', 'KILL', 'PAUSE', 'RESUME', 'KILL_CLIENT', 'BAN', 'UNBAN', 'HEALTHCHECK', 'RECOVER',
        'SHUTDOWN',
    }
)
"""Those that are followed by names, numbers or nothing."""
_SEE_HELP: Final = 'SHOW HELP lists the commands.'
_ON_A_POOL: Final[dict[str, type[Ban | Unban | HealthCheck]]] = {'BAN': Ban, 'UNBAN': Unban, 'HEALTHCHECK': HealthCheck}
_MODES: Final = {
    '': ShutdownMode.GRACEFUL,
    'WAIT_FOR_SERVERS': ShutdownMode.GRACEFUL,
    'IMMEDIATE': ShutdownMode.IMMEDIATE,
    'NOW': ShutdownMode.IMMEDIATE,
}


def parse(text: str) -> tuple[Command, ...]:
    """Understand each of the statements of ``text``. Raises AdminCommandFailed or FeatureNotSupported."""
    return tuple(map(understand, statements(text)))


def understand(tokens: tuple[Token, ...]) -> Command:
    """Understand one statement."""
    verb, rest = tokens[0].keyword, tokens[1:]
    if verb in _NOT_YET:
        raise FeatureNotSupported(f'{verb} is not implemented yet')
    match verb:
        case 'SHOW':
            return _show(rest)
        case 'SET':
            return _set(rest)
        case 'SELECT':
            return Select(''.join(token.text for token in rest).lower())
        case 'BEGIN' | 'START':
            return Begin('BEGIN' if verb == 'BEGIN' else 'START TRANSACTION')
        case 'COMMIT' | 'END' | 'ROLLBACK' | 'ABORT':
            return _end(verb, rest)
        case 'SAVEPOINT' | 'RELEASE' | 'UNLISTEN' | 'CLOSE' | 'DISCARD':
            return _accepted(verb, rest)
        case 'RESET':
            return _reset(rest)
        case 'DEALLOCATE':
            return _deallocate(rest)
    return _administrative(verb, rest, tokens[0].text)


def _administrative(verb: str, rest: tuple[Token, ...], written: str) -> Command:
    match verb, _names(verb, rest):
        case 'RELOAD', ():
            return Reload()
        case 'RECONNECT', names if len(names) < 2:
            return Reconnect(*names)
        case 'KILL', names if len(names) < 2:
            return Kill(*names)
        case ('PAUSE' | 'RESUME') as order, names if len(names) < 3:
            user, database = (None, None, *names)[-2:]
            return Pause(user, database) if order == 'PAUSE' else Resume(user, database)
        case 'KILL_CLIENT', (client,):
            return KillClient(_identifier('client', client))
        case ('BAN' | 'UNBAN' | 'HEALTHCHECK') as order, names if len(names) < 2:
            return _ON_A_POOL[order](*(_identifier('pool', name) for name in names))
        case 'RECOVER', ():
            return Recover()
        case 'SHUTDOWN', names if len(names) < 2:
            return Shutdown(_mode(' '.join(names).upper()))
        case order, _ if order in _VERBS:
            raise AdminCommandFailed(f'wrong number of arguments for {verb}', hint=_SEE_HELP)
    raise AdminCommandFailed(f'unknown admin command "{written}"', hint=_SEE_HELP)


def _names(verb: str, tokens: tuple[Token, ...]) -> tuple[str, ...]:
    for token in tokens:
        if token.kind is Kind.SYMBOL:
            raise AdminCommandFailed(f'syntax error at or near "{token.text}" in {verb or "command"}')
    return tuple(token.text for token in tokens)


def _identifier(of: str, text: str) -> int:
    """The id of a client or pool."""
    if not re.fullmatch(r'[0-9]{1,19}', text):
        raise AdminCommandFailed(f'invalid {of} id: "{text}"', hint=f'SHOW {of.upper()}S tells the ids.')
    return int(text)


def _mode(word: str) -> ShutdownMode:
    if word == 'WAIT_FOR_CLIENTS':
        raise FeatureNotSupported('SHUTDOWN WAIT_FOR_CLIENTS is not implemented yet')
    if word not in _MODES:
        raise AdminCommandFailed(f'unknown mode of SHUTDOWN: {word}')
    return _MODES[word]


def _show(tokens: tuple[Token, ...]) -> Command:
    words = tuple(token.keyword or token.text for token in tokens if token.text != ',')
    written = ' '.join(words)
    if not words:
        return Show(View.HELP)
    if any(written == view or written.startswith(f'{view} ') for view in _VIEWS_NOT_YET):
        raise FeatureNotSupported(f'SHOW {written} is not implemented yet')
    if words[0] == 'QUERY_CACHE':
        return ShowQueries(' '.join(token.text for token in tokens[1:]))
    if words[0] not in View.__members__:
        return ShowParameter('_'.join(words).lower())
    view = View[words[0]]
    columns = tuple(token.text.lower() for token in tokens[1:] if token.text != ',')
    if columns and view not in (View.CLIENTS, View.SERVERS):
        raise AdminCommandFailed(f'SHOW {view.value} takes no arguments', hint=_SEE_HELP)
    return Show(view, columns)


def _set(tokens: tuple[Token, ...]) -> Command:
    scoped = len(tokens) > 1 and tokens[0].keyword in ('SESSION', 'LOCAL') and tokens[1].kind is not Kind.SYMBOL
    if scoped and tokens[1].keyword not in ('CHARACTERISTICS', 'TO'):
        tokens = tokens[1:]
    if tokens and tokens[0].text.lower() in _SESSION_PARAMETERS:
        return Accepted('SET')
    match tokens:
        case (name, link, *rest) if rest and (link.text == '=' or link.keyword == 'TO'):
            return SetSetting(name.text.lower(), ' '.join(token.text for token in rest))
    raise AdminCommandFailed('syntax error in SET', hint='SET name TO value')


def _reset(tokens: tuple[Token, ...]) -> Command:
    subject = ' '.join(token.text.upper() for token in tokens)
    if subject == 'QUERY_CACHE':
        return ForgetQueries()
    if subject == 'PREPARED':
        raise FeatureNotSupported(f'RESET {subject} is not implemented yet')
    if subject == 'ALL' or subject.lower() in _SESSION_PARAMETERS:
        return Accepted('RESET')
    raise AdminCommandFailed(f'cannot reset "{subject.lower()}"')


def _end(verb: str, tokens: tuple[Token, ...]) -> Command:
    tag = 'COMMIT' if verb in ('COMMIT', 'END') else 'ROLLBACK'
    if any(token.keyword == 'TO' for token in tokens):
        return Accepted(tag)
    return End(tag)


def _accepted(verb: str, tokens: tuple[Token, ...]) -> Command:
    """The tags of PostgreSQL, for example ``CLOSE CURSOR ALL``."""
    everything = bool(tokens) and tokens[-1].keyword == 'ALL'
    match verb:
        case 'DISCARD':
            return Deallocate(None) if everything else Accepted('DISCARD')
        case 'CLOSE':
            return Accepted('CLOSE CURSOR ALL' if everything else 'CLOSE CURSOR')
    return Accepted(verb)


def _deallocate(tokens: tuple[Token, ...]) -> Command:
    if tokens and tokens[0].keyword == 'PREPARE':
        tokens = tokens[1:]
    match tokens:
        case (name,):
            return Deallocate(None if name.keyword == 'ALL' else name.text)
    raise AdminCommandFailed('syntax error in DEALLOCATE')
