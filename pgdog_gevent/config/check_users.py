"""Judgements of ``[[users]]``."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from pgdog_gevent.config.check_databases import check_overrides
from pgdog_gevent.config.choices import AuthType, ServerAuth, TlsVerify
from pgdog_gevent.config.findings import Finding, error, warning
from pgdog_gevent.config.resolve import databases_of
from pgdog_gevent.config.settings import Config, General
from pgdog_gevent.config.users import User

BASE64 = '[A-Za-z0-9+/]+={0,2}'
VERIFIER = re.compile(rf'SCRAM-SHA-256\$[1-9][0-9]*:{BASE64}\${BASE64}:{BASE64}')
"""A SCRAM verifier. Source: PostgreSQL docs, catalog pg_authid."""

FROM_VAULT = (ServerAuth.VAULT_DYNAMIC, ServerAuth.VAULT_STATIC)


def check_users(config: Config) -> Iterator[Finding]:
    """Judge the users, alone and against the databases."""
    if not config.users and not config.general.passthrough_auth.enabled:
        yield warning('users', 'there are none, and passthrough_auth is disabled, so nobody can connect')
    seen: set[tuple[str, str]] = set()
    for index, user in enumerate(config.users):
        path = f'users[{index}]'
        yield from _databases(path, user, config)
        yield from _client_login(path, user, config.general)
        yield from _server_login(path, user, config)
        yield from check_overrides(path, user)
        for database in databases_of(user, config):
            if (user.name, database) in seen:
                yield error(path, f'user {user.name!r} stands further up for database {database!r}')
            seen.add((user.name, database))


def _databases(path: str, user: User, config: Config) -> Iterator[Finding]:
    known = config.database_names
    if user.all_databases:
        return
    if user.database is None and not user.databases:
        yield error(path, f'user {user.name!r} has no database', 'give database, databases or all_databases')
    named = [(f'{path}.database', user.database)] if user.database else []
    named += [(f'{path}.databases[{position}]', name) for position, name in enumerate(user.databases)]
    for place, name in named:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            yield error(place, f'there is no database {name!r}', f'did you mean {close[0]!r}?' if close else '')


def _client_login(path: str, user: User, general: General) -> Iterator[Finding]:
    if not _can_log_in(user, general):
        yield error(path, f'user {user.name!r} has no password', 'give one, or identity, or allow passthrough_auth')
    if user.password_hash is not None:
        if not VERIFIER.fullmatch(user.password_hash.get_secret_value()):
            yield error(f'{path}.password_hash', 'expected a SCRAM-SHA-256 verifier', "see 'pgdog-gevent hash'")
        if general.auth_type is AuthType.MD5:
            yield error(f'{path}.password_hash', "cannot be used with auth_type = 'md5'")
    if general.tls_client_ca_certificate is None:
        if user.tls_client_certificate_required:
            yield error(f'{path}.tls_client_certificate_required', 'needs tls_client_ca_certificate in [general]')
        if user.identity is not None:
            yield warning(f'{path}.identity', 'never matches without tls_client_ca_certificate in [general]')


def _can_log_in(user: User, general: General) -> bool:
    return bool(
        user.known_passwords
        or user.password_hash is not None
        or user.identity is not None
        or user.vault_path is not None
        or user.server_auth is not ServerAuth.PASSWORD
        or general.passthrough_auth.enabled
        or general.auth_type is AuthType.TRUST
    )


def _server_login(path: str, user: User, config: Config) -> Iterator[Finding]:
    if user.server_auth is not ServerAuth.PASSWORD:
        word = user.server_auth.value
        if config.general.passthrough_auth.enabled:
            yield error(f'{path}.server_auth', f"{word!r} needs passthrough_auth = 'disabled'")
        if config.general.tls_verify is TlsVerify.DISABLED:
            yield error(f'{path}.server_auth', f"{word!r} needs TLS to servers, but tls_verify is 'disabled'")
    if user.server_auth in FROM_VAULT and user.server_vault_path is None:
        yield error(f'{path}.server_auth', f'{user.server_auth.value!r} needs server_vault_path')
    if config.vault is None and (user.server_auth in FROM_VAULT or user.vault_path is not None):
        yield error(path, f'user {user.name!r} needs a [vault] section')
    if _no_server_password(user, config):
        yield warning(path, f'user {user.name!r} has no password for servers', 'give server_password')


def _no_server_password(user: User, config: Config) -> bool:
    """Return whether a client gets in with a hash or a certificate, which no server can be shown."""
    own = user.known_passwords or user.server_password or config.general.passthrough_auth.enabled
    needs_one = user.server_auth is ServerAuth.PASSWORD and (user.password_hash or user.identity)
    of_servers = [entry for entry in config.databases if entry.name in databases_of(user, config)]
    return bool(needs_one and not own and any(entry.password is None for entry in of_servers))
