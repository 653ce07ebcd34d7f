"""Files, environment and command line to one ``Config``; or everything that is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from pgdog_gevent.config.centroids import with_centroids
from pgdog_gevent.config.check import check
from pgdog_gevent.config.environment import (
    ENVIRONMENT,
    environment_warnings,
    mirrors,
    numbered,
    values_given,
)
from pgdog_gevent.config.explain import Location, Origin, explain, unknown_key
from pgdog_gevent.config.fields import TomlValue, keys_of
from pgdog_gevent.config.findings import ConfigError, Files, Finding, Gravity, has_errors
from pgdog_gevent.config.identity import identity_findings
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.sections import Admin, Otel
from pgdog_gevent.config.settings import Config, General
from pgdog_gevent.config.toml_file import read_toml
from pgdog_gevent.config.urls import BadUrl, Tables, tables_from_urls
from pgdog_gevent.config.users import User

CONFIG_FILE = Path('pgdog.toml')
USERS_FILE = 'users.toml'
COMMAND_LINE = 'command line'


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that holds, and what should be said about it."""

    config: Config
    warnings: tuple[Finding, ...]
    config_path: Path
    users_path: Path


@dataclass(slots=True)
class Draft:
    """A configuration while it is put together: as the file would have it, with where each part came from."""

    tables: dict[str, TomlValue] = field(default_factory=dict)
    origins: dict[Location, Origin] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


class UsersFile(Section):
    """The sections that users.toml may hold."""

    users: tuple[User, ...] = ()
    admin: Admin = Admin()


def load(
    config_path: Path | None,
    users_path: Path | None,
    *,
    environment: Mapping[str, str],
    database_urls: Sequence[str] = (),
    overrides: Mapping[str, TomlValue] | None = None,
) -> Loaded:
    """Read both files and judge them.

    A path that is ``None`` stands for ``pgdog.toml`` in the current folder, and for ``users.toml`` beside the first
    file; such a file may be missing, one that is named may not. ``database_urls`` replace the databases and users of
    the files. ``overrides`` are keys of ``[general]`` from the command line, in the units of the file.
    Raises ConfigError with all findings.
    """
    first = config_path or CONFIG_FILE
    second = users_path or first.with_name(USERS_FILE)
    files = Files(str(first), str(second))
    draft = Draft(origins={(): Origin(files.config), ('users',): Origin(files.users)})
    draft.findings += environment_warnings(environment)
    draft.findings += identity_findings(environment)
    _take_config_file(draft, first, files, may_be_missing=config_path is None)
    _take_users_file(draft, second, files, may_be_missing=users_path is None)
    _take_urls(draft, database_urls, environment)
    _take_environment(draft, environment)
    _take_overrides(draft, overrides or {})
    _place_unix_socket(draft, first)
    return Loaded(_judge(draft, files), tuple(draft.findings), first, second)


def _take_config_file(draft: Draft, path: Path, files: Files, *, may_be_missing: bool) -> None:
    tables = _read(draft, path, may_be_missing=may_be_missing)
    if 'users' in tables:
        del tables['users']
        draft.findings.append(Finding(files.config, 'users', 'no such setting', hint=f'it belongs in {files.users}'))
    draft.tables.update(tables)


def _take_users_file(draft: Draft, path: Path, files: Files, *, may_be_missing: bool) -> None:
    for key, value in _read(draft, path, may_be_missing=may_be_missing).items():
        if key in keys_of(UsersFile):
            draft.tables[key] = value
            draft.origins[key,] = Origin(files.users)
        elif key in keys_of(Config):
            draft.findings.append(Finding(files.users, key, 'no such setting', hint=f'it belongs in {files.config}'))
        else:
            draft.findings.append(unknown_key(files.users, key, key, UsersFile))


def _read(draft: Draft, path: Path, *, may_be_missing: bool) -> dict[str, TomlValue]:
    if may_be_missing and not path.exists():
        draft.findings.append(Finding(str(path), '', 'no such file, defaults are used', severity=Gravity.WARNING))
        return {}
    contents = read_toml(path)
    if isinstance(contents, Finding):
        draft.findings.append(contents)
        return {}
    return contents


def _take_urls(draft: Draft, database_urls: Sequence[str], environment: Mapping[str, str]) -> None:
    """Use the URLs of the command line in place of the files, those of the environment where the files say nothing."""
    if database_urls:
        _put_tables(draft, database_urls, environment, Origin(COMMAND_LINE), replace=True)
    else:
        urls = numbered('PGDOG_DATABASE_URL', environment)
        _put_tables(draft, urls, environment, Origin(ENVIRONMENT), replace=False)


def _put_tables(
    draft: Draft, urls: Sequence[str], environment: Mapping[str, str], origin: Origin, *, replace: bool
) -> None:
    try:
        tables = tables_from_urls(urls, environment)
    except BadUrl as error:
        draft.findings.append(Finding(origin.file, 'database URL', str(error)))
        tables = Tables([], [])
    for key, rows in (('databases', tables.databases), ('users', tables.users)):
        if rows and (replace or not draft.tables.get(key)):
            draft.tables[key] = rows
            draft.origins[key,] = origin


def _take_environment(draft: Draft, environment: Mapping[str, str]) -> None:
    _put_defaults(draft, 'general', General, environment)
    _put_defaults(draft, 'admin', Admin, environment)
    if 'otel' in draft.tables:
        _put_defaults(draft, 'otel', Otel, environment)
    mirrored = mirrors(environment)
    if mirrored and 'mirroring' not in draft.tables:
        draft.tables['mirroring'] = mirrored
        draft.origins['mirroring',] = Origin(ENVIRONMENT)


def _put_defaults(draft: Draft, name: str, section: type[Section], environment: Mapping[str, str]) -> None:
    table = draft.tables.setdefault(name, {})
    if not isinstance(table, dict):
        return
    written = {section.aliases.get(key, key) for key in table}
    for key, variable, value in values_given(section, environment):
        if key not in written:
            table[key] = value
            draft.origins[name, key] = Origin(ENVIRONMENT, variable)


def _take_overrides(draft: Draft, overrides: Mapping[str, TomlValue]) -> None:
    table = draft.tables['general']
    if not isinstance(table, dict):
        return
    for key, value in overrides.items():
        for written in [other for other in table if General.aliases.get(other, other) == key]:
            del table[written]
        table[key] = value
        draft.origins['general', key] = Origin(COMMAND_LINE, key)


def _place_unix_socket(draft: Draft, config_path: Path) -> None:
    """Clients, who name the folder as well, are elsewhere: it does not depend on where the proxy was started."""
    table = draft.tables['general']
    directory = table.get('unix_socket_dir') if isinstance(table, dict) else None
    if isinstance(table, dict) and isinstance(directory, str) and directory:
        table['unix_socket_dir'] = str(config_path.absolute().parent / directory)


def _judge(draft: Draft, files: Files) -> Config:
    """Return the valid configuration, its warnings added to the draft, or raise ConfigError."""
    try:
        config = Config.model_validate(draft.tables)
    except ValidationError as error:
        draft.findings += explain(error, draft.origins)
        raise ConfigError(draft.findings) from None
    config, unread = with_centroids(config)
    draft.findings += (replace(finding, file=files.config) for finding in unread)
    draft.findings += check(config, files)
    if has_errors(draft.findings):
        raise ConfigError(draft.findings)
    return config
