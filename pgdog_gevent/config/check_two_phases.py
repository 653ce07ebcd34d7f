"""Judgements of two-phase commit."""

from collections.abc import Iterator

from pgdog_gevent.config.choices import RewriteMode
from pgdog_gevent.config.fields import keys_of
from pgdog_gevent.config.findings import Finding, error, warning
from pgdog_gevent.config.identifiers import LONGEST_IN_GID, fits_in_gid
from pgdog_gevent.config.resolve import databases_of
from pgdog_gevent.config.settings import Config, General


def check_two_phases(config: Config) -> Iterator[Finding]:
    """Judge what general section and users say of it, and whether its transactions can be named."""
    yield from _log(config.general)
    yield from _lone_statements(config)
    yield from _names(config)
    if config.rewrite.shard_key is RewriteMode.REWRITE and not config.general.two_phase_commit:
        yield warning('rewrite', 'rewritten statements are not atomic without two_phase_commit')


def _log(general: General) -> Iterator[Finding]:
    values = dict(general)
    of_log = [key for key in keys_of(General).values() if key.name.startswith('two_phase_commit_wal_')]
    asked = [key.name for key in of_log if values[key.attribute] != key.default]
    if asked:
        yield warning(
            'general', f'{", ".join(asked)}: without an effect here', 'decisions are kept in PostgreSQL, not in a log'
        )


def _lone_statements(config: Config) -> Iterator[Finding]:
    general = config.general
    anywhere = general.two_phase_commit or any(user.two_phase_commit for user in config.users)
    if general.two_phase_commit_auto and not anywhere:
        yield warning('general.two_phase_commit_auto', 'has no effect without two_phase_commit')
    for index, user in enumerate(config.users):
        own = user.two_phase_commit
        if user.two_phase_commit_auto and not (general.two_phase_commit if own is None else own):
            yield warning(f'users[{index}].two_phase_commit_auto', 'has no effect without two_phase_commit')


def _names(config: Config) -> Iterator[Finding]:
    """Prepared transactions are named after databases, and PostgreSQL limits the length."""
    for name in config.database_names:
        if fits_in_gid(name) or not _committed_in_two_phases(name, config):
            continue
        index = next(index for index, entry in enumerate(config.databases) if entry.name == name)
        yield error(
            f'databases[{index}].name',
            f'percent-encoded, {name!r} has more than the {LONGEST_IN_GID} bytes that two_phase_commit takes',
        )


def _committed_in_two_phases(database: str, config: Config) -> bool:
    shards = {entry.shard for entry in config.databases if entry.name == database}
    users = [user for user in config.users if database in databases_of(user, config)]
    return len(shards) > 1 and (config.general.two_phase_commit or any(user.two_phase_commit for user in users))
