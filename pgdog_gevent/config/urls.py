"""Databases and users written as URLs: ``postgres://user:password@host:port/name?role=replica``."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from pgdog_gevent.config.databases import Database
from pgdog_gevent.config.fields import TomlValue, keys_of, value_from_text

SCHEMES = ('postgres', 'postgresql')

IN_QUERY = frozenset(
    {
        'database_name',
        'role',
        'shard',
        'user',
        'password',
        'pool_size',
        'min_pool_size',
        'pooler_mode',
        'statement_timeout',
        'idle_timeout',
        'read_only',
        'server_lifetime',
        'server_lifetime_jitter',
    }
)
"""Keys of ``[[databases]]`` that the query of a URL may hold."""


class Tables(NamedTuple):
    """What URLs say, as the two files would."""

    databases: list[TomlValue]
    users: list[TomlValue]


class BadUrl(ValueError):
    """A URL cannot be used; the message does not repeat it, because it may hold a password."""


def tables_from_urls(urls: Sequence[str], environment: Mapping[str, str]) -> Tables:
    """Return ``[[databases]]`` and ``[[users]]`` for URLs; a user of several URLs appears once for each database.

    Raises BadUrl.
    """
    tables = Tables([], [])
    for number, url in enumerate(urls, start=1):
        try:
            database, user = _tables(url, environment)
        except ValueError as error:
            raise BadUrl(f'URL {number}: {error}') from None
        tables.databases.append(database)
        if user not in tables.users:
            tables.users.append(user)
    return tables


def _tables(url: str, environment: Mapping[str, str]) -> tuple[TomlValue, TomlValue]:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise BadUrl('expected postgres://user:password@host:port/name')
    if not parts.hostname:
        raise BadUrl('expected a host')
    name = unquote(parts.path.strip('/')) or 'postgres'
    user = unquote(parts.username or '') or environment.get('USER', '') or 'postgres'
    password = unquote(parts.password or '') or 'postgres'
    database: dict[str, TomlValue] = {'name': name, 'host': unquote(parts.hostname), **_query(parts.query)}
    try:
        port = parts.port
    except ValueError:
        raise BadUrl('expected a port from 0 to 65535') from None
    if port is not None:
        database['port'] = port
    return database, {'name': user, 'password': password, 'database': name}


def _query(query: str) -> dict[str, TomlValue]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(given.keys() - IN_QUERY)
    if unknown:
        raise BadUrl(f'no such setting in a URL: {", ".join(unknown)}')
    keys = keys_of(Database)
    return {name: value_from_text(keys[name], text) for name, text in given.items()}
