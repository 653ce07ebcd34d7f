"""How local clusters are configured, and how that is written into their directories."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pgdog_gevent.demo.account import Launcher
from pgdog_gevent.demo.ports import LOOPBACK

SUPERUSER = 'postgres'
PASSWORD = 'pgdog gevent'
"""The superuser's password, on every cluster; connections over TCP ask for it."""

PARAMETERS: Mapping[str, str] = {
    'fsync': 'off',
    'full_page_writes': 'off',
    'jit': 'off',
    'listen_addresses': LOOPBACK,
    'log_line_prefix': '%m [%p] %q%u@%d ',
    'max_connections': '200',
    'max_prepared_transactions': '100',
    'max_wal_size': '256MB',
    'shared_buffers': '16MB',
    'timezone': 'UTC',
    'wal_level': 'logical',
}
"""postgresql.conf of every cluster: small, fast, and of no use after a power cut."""

ADMINISTRATOR_HBA = (f'local all {SUPERUSER} trust', f'local replication {SUPERUSER} trust')
"""First lines of every pg_hba.conf: the directory of the Unix socket is closed to other users."""

PASSWORD_HBA = (
    'local all all scram-sha-256',
    f'host all all {LOOPBACK}/32 scram-sha-256',
    f'host replication all {LOOPBACK}/32 scram-sha-256',
)


@dataclass(frozen=True, slots=True)
class ServerTls:
    """What a server needs for TLS, in PEM; ``authority`` is whom client certificates must come from."""

    certificate: bytes
    key: bytes
    authority: bytes


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """How one cluster differs from the others."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    """Lines of postgresql.conf, on top of ``PARAMETERS``."""
    hba: tuple[str, ...] = PASSWORD_HBA
    """Lines of pg_hba.conf, below those of the administrator."""
    tls: ServerTls | None = None


def postgresql_conf(settings: ClusterSettings, socket_directory: Path) -> str:
    """Return the whole of postgresql.conf, the port excepted."""
    parameters = {**PARAMETERS, 'unix_socket_directories': str(socket_directory)}
    if settings.tls is not None:
        parameters |= {
            'ssl': 'on',
            'ssl_cert_file': 'server.crt',
            'ssl_key_file': 'server.key',
            'ssl_ca_file': 'authority.crt',
        }
    parameters |= settings.parameters
    return lines(f'{name} = {quoted(setting)}' for name, setting in parameters.items())


def pg_hba_conf(hba: Iterable[str]) -> str:
    """Return the whole of pg_hba.conf."""
    return lines((*ADMINISTRATOR_HBA, *hba))


def quoted(setting: str) -> str:
    """Quote one value as postgresql.conf wants it."""
    return "'" + setting.replace("'", "''") + "'"


def lines(texts: Iterable[str]) -> str:
    """End each text with a line feed."""
    return ''.join(f'{text}\n' for text in texts)


def write_settings(settings: ClusterSettings, data_directory: Path, launcher: Launcher) -> None:
    """Write all that ``settings`` says into a stopped server's data directory."""
    conf = postgresql_conf(settings, launcher.directory)
    write(data_directory / 'postgresql.conf', conf.encode(), launcher)
    write(data_directory / 'pg_hba.conf', pg_hba_conf(settings.hba).encode(), launcher)
    if settings.tls is not None:
        write(data_directory / 'server.crt', settings.tls.certificate, launcher)
        write(data_directory / 'server.key', settings.tls.key, launcher)
        write(data_directory / 'authority.crt', settings.tls.authority, launcher)


def write(path: Path, content: bytes, launcher: Launcher) -> None:
    """Write a file that belongs to the server's user."""
    path.write_bytes(content)
    launcher.own(path)
