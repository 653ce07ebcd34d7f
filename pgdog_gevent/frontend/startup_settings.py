"""What a StartupMessage sets: its parameters, and those inside ``options``."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from pgdog_gevent.backend.settings import NO_SETTINGS, Settings
from pgdog_gevent.errors import ConnectionRejected, InvalidParameterValue
from pgdog_gevent.router.hints import ROLE, ROLES, SHARD, value_set_by, wrong_role
from pgdog_gevent.router.set_config import set_config

_LONGEST_NAME: Final = 63
_NOT_SETTINGS: Final = frozenset({'user', 'database', 'options', 'replication'})


def startup_settings(parameters: Mapping[str, str]) -> Settings:
    """The settings that a client asks for when it connects; ``options`` first, as in PostgreSQL.

    Raises ConnectionRejected for a switch of ``options`` that sets no parameter, InvalidParameterValue for a role that
    there is not, and a shard that is no number.
    """
    settings = {
        name.lower().replace('-', '_'): set_config(name.replace('-', '_'), value)
        for name, value in _options(parameters.get('options', ''))
    }
    settings |= {
        name.lower(): set_config(name, value) for name, value in parameters.items() if name not in _NOT_SETTINGS
    }
    if wrong := wrong_role(settings):
        raise InvalidParameterValue(f'invalid value for parameter "{ROLE}": "{wrong}"', hint=ROLES)
    if wrong := _wrong_shard(settings):
        raise InvalidParameterValue(f'invalid value for parameter "{SHARD}": "{wrong}"', hint='It is a number.')
    return _shared(tuple(settings.items())) if settings else NO_SETTINGS


def _wrong_shard(settings: Settings) -> str:
    """What ``pgdog.shard`` says among these settings, if that is no number; else empty."""
    sql = settings.get(SHARD)
    value = None if sql is None else value_set_by(sql)
    return '' if value is None or not value.strip() or value.strip().isdecimal() else value


@lru_cache(maxsize=1024)
def _shared(settings: tuple[tuple[str, bytes], ...]) -> Settings:
    """One object for all clients that ask for the same, so that ``is`` tells that nothing has to be set."""
    return MappingProxyType(dict(settings))


def _options(options: str) -> Iterator[tuple[str, str]]:
    """``-c name=value``, ``--name=value``, as ``process_postgres_switches`` of PostgreSQL's postgres.c reads them."""
    words = iter(_words(options))
    for word in words:
        if word.startswith('--'):
            assignment = word[2:]
        elif word == '-c':
            assignment = next(words, '')
        elif word.startswith('-c'):
            assignment = word[2:]
        else:
            raise ConnectionRejected(
                f'switch "{word}" in startup parameter "options" is not supported',
                hint='Only -c name=value and --name=value are.',
            )
        name, equals, value = assignment.partition('=')
        if not name or not equals:
            raise ConnectionRejected(f'startup parameter "options": "{word}" requires a value')
        yield name, value


def _words(options: str) -> Iterator[str]:
    """Split at white space that no backslash protects (``pg_split_opts`` in PostgreSQL's postinit.c)."""
    word = ''
    escaped = begun = False
    for character in options:
        if escaped:
            word += character
            escaped = False
        elif character == '\\':
            escaped = begun = True
        elif character.isspace():
            if begun:
                yield word
            word, begun = '', False
            continue
        else:
            word += character
        begun = True
    if begun:
        yield word


def reported_name(application_name: str) -> str:
    """An application_name as a server reports it: 63 bytes of printable ASCII (pg_clean_ascii, NAMEDATALEN)."""
    clean = ''.join(chr(byte) if 32 <= byte <= 126 else f'\\x{byte:02x}' for byte in application_name.encode())
    return clean[:_LONGEST_NAME]
