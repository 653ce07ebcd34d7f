"""Run-time parameters that a session has set, and the SQL that takes a server from one set of them to another.

A setting is kept as the SQL that makes it, not as a value: the client's own SET, or ``set_config`` for what came in a
StartupMessage. PostgreSQL alone knows how values are parsed. Pure.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Settings = Mapping[str, bytes]
"""Name in lower case -> the statement that sets it, in the order in which they were set.

Never changed in place: equal sessions share one object.
"""

NO_SETTINGS: Final[Settings] = MappingProxyType({})

IDENTITY: Final = ('session_authorization', 'role')
"""Whose rights decide whether the others may be set."""
_RESET_IDENTITY: Final = {'session_authorization': b'RESET SESSION AUTHORIZATION', 'role': b'RESET ROLE'}


def quote_identifier(name: str) -> bytes:
    return b'"%b"' % name.encode().replace(b'"', b'""')


def with_setting(settings: Settings, name: str, sql: bytes) -> Settings:
    """``settings`` with one more. A new SESSION AUTHORIZATION undoes SET ROLE, as in PostgreSQL."""
    return MappingProxyType({**_others(settings, name), name: sql})


def without_setting(settings: Settings, name: str) -> Settings:
    """``settings`` with one less. Without SESSION AUTHORIZATION there is no SET ROLE either, as in PostgreSQL."""
    return MappingProxyType(_others(settings, name))


def _others(settings: Settings, name: str) -> dict[str, bytes]:
    gone = IDENTITY if name == 'session_authorization' else (name,)
    return {other: sql for other, sql in settings.items() if other not in gone}


def transition(current: Settings, wanted: Settings) -> bytes:
    """The SQL, all in one Query and so all or nothing, after which ``wanted`` is in force; empty if it is.

    Whoever the session is now, what is new is set in the order and under the identity in which its client has set it.
    """
    gone = [name for name in current if name not in wanted]
    new = {name for name, sql in wanted.items() if current.get(name) != sql}
    if not gone and not new:
        return b''
    statements = [_RESET_IDENTITY[name] for name in reversed(IDENTITY) if name in current]
    statements += [b'RESET ' + _reset_name(name) for name in gone if name not in IDENTITY]
    statements += [wanted[name] for name in sorted(wanted, key=_order) if name in new or name in IDENTITY]
    # A statement may end in a comment that only a new line ends.
    return b'\n;'.join(statements)


def _order(name: str) -> int:
    """What comes before all others: the encoding that they are written in."""
    return 0 if name == 'client_encoding' else 1


def _reset_name(name: str) -> bytes:
    """Custom parameters have dots: ``RESET "my"."setting"``."""
    return b'.'.join(quote_identifier(part) for part in name.split('.'))
