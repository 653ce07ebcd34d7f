"""Environment variables: defaults for settings that the files do not give."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from pgdog_gevent.config.fields import Kind, TomlValue, keys_of, value_from_text
from pgdog_gevent.config.findings import Finding, Gravity
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.sections import Admin, Otel
from pgdog_gevent.config.settings import General
from pgdog_gevent.config.sharding import Mirroring

ENVIRONMENT = 'environment'
"""What findings name as the file."""

IRREGULAR = {
    'client_login_timeout': 'PGDOG_CLIENT_LOG_TIMEOUT',
    'reload_schema_on_ddl': 'PGDOG_SCHEMA_RELOAD_ON_DDL',
    'log_level': 'RUST_LOG',
}
"""Keys of ``[general]`` whose variable PgDog names differently."""

ADMIN_VARIABLES = {'password': 'PGDOG_ADMIN_PASSWORD'}

OTEL_VARIABLES = {
    'endpoint': 'OTEL_EXPORTER_OTLP_ENDPOINT',
    'headers': 'OTEL_EXPORTER_OTLP_HEADERS',
    'push_interval': 'OTEL_METRIC_EXPORT_INTERVAL',
    'namespace': 'PGDOG_OTEL_NAMESPACE',
    'datadog_api_key': 'DD_API_KEY',
}
"""Used only if there is an ``[otel]`` section, as in PgDog."""


class Given(NamedTuple):
    """A value that a variable gives to a key."""

    key: str
    variable: str
    value: TomlValue


def variable_of(section: type[Section], key: str) -> str:
    """Return the name of the variable that gives a key its default; empty if there is none.

    Every key of ``[general]`` has one.
    """
    if section is General:
        return IRREGULAR.get(key, f'PGDOG_{key.upper()}')
    return {Admin: ADMIN_VARIABLES, Otel: OTEL_VARIABLES}.get(section, {}).get(key, '')


def values_given(section: type[Section], environment: Mapping[str, str]) -> tuple[Given, ...]:
    """Return what the environment says about the keys of a section; empty variables count as not set."""
    variables = ((key, variable_of(section, key.name)) for key in keys_of(section).values())
    return tuple(
        Given(key.name, variable, _table(text) if key.kind is Kind.TABLE else value_from_text(key, text))
        for key, variable in variables
        if (text := environment.get(variable, '')) and not from_kubernetes(variable, text)
    )


def from_kubernetes(variable: str, text: str) -> bool:
    """Return whether Kubernetes made this variable, for a service that happens to be called pgdog.

    It writes ``PGDOG_PORT=tcp://10.0.0.7:6432`` into the environment of every pod of the namespace.
    """
    return variable == 'PGDOG_PORT' and text.startswith(('tcp://', 'udp://'))


def numbered(name: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of ``<name>_1``, ``<name>_2`` and so on, up to the first that is missing."""
    found: list[str] = []
    while value := environment.get(f'{name}_{len(found) + 1}', ''):
        found.append(value)
    return tuple(found)


def mirrors(environment: Mapping[str, str]) -> list[TomlValue]:
    """Return the ``[[mirroring]]`` tables of ``PGDOG_MIRRORING_1`` and following."""
    return [_mirror(text) for text in numbered('PGDOG_MIRRORING', environment)]


def environment_warnings(environment: Mapping[str, str]) -> tuple[Finding, ...]:
    """Name the variables that are set but not used."""
    unused = [
        Finding(ENVIRONMENT, variable, 'looks like a service link of Kubernetes and is ignored')
        for variable, text in environment.items()
        if from_kubernetes(variable, text)
    ]
    for name in ('PGDOG_DATABASE_URL', 'PGDOG_MIRRORING'):
        unused += _after_a_gap(name, len(numbered(name, environment)), environment)
    return tuple(Finding(finding.file, finding.path, finding.problem, severity=Gravity.WARNING) for finding in unused)


def _after_a_gap(name: str, used: int, environment: Iterable[str]) -> list[Finding]:
    return [
        Finding(ENVIRONMENT, variable, f'ignored, because there is no {name}_{used + 1}')
        for variable in environment
        if variable.startswith(f'{name}_') and variable.removeprefix(f'{name}_').isdecimal()
        if int(variable.removeprefix(f'{name}_')) > used
    ]


def _mirror(text: str) -> TomlValue:
    keys = keys_of(Mirroring)
    return {name: value_from_text(keys[name], value) if name in keys else value for name, value in parse_qsl(text)}


def _table(text: str) -> TomlValue:
    """Read ``k=v,k=v``."""
    pairs = (pair.partition('=') for pair in text.split(','))
    return {name.strip(): value.strip() for name, _, value in pairs}
