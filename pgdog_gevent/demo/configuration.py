"""What the demo serves, and the two files that tell the proxy so."""

from collections.abc import Sequence
from dataclasses import dataclass

import toml

from pgdog_gevent.demo.ports import LOOPBACK

CLUSTERS = ('first', 'second', 'third')
"""A shard each."""
DATABASE = 'demo'
SHARDED_TABLES = {'users': 'id', 'payments': 'user_id'}
"""With their keys."""
USER = 'demo'
PASSWORD = 'demo'
ADMINISTRATOR = 'admin'


@dataclass(frozen=True, slots=True)
class Listening:
    """The ports on 127.0.0.1 where the proxy is reached."""

    clients: int
    openmetrics: int
    healthcheck: int


@dataclass(frozen=True, slots=True)
class Server:
    """One line of the proxy's list of servers."""

    shard: int
    port: int
    role: str


def pgdog_toml(listening: Listening, servers: Sequence[Server]) -> str:
    """Return the text of pgdog.toml."""
    return toml.dumps({
        'general': {
            'host': LOOPBACK,
            'port': listening.clients,
            'openmetrics_host': LOOPBACK,
            'openmetrics_port': listening.openmetrics,
            'healthcheck_port': listening.healthcheck,
            'read_your_writes': 'database',
            'two_phase_commit': True,
        },
        'admin': {'user': ADMINISTRATOR, 'password': PASSWORD},
        'databases': [
            {'name': DATABASE, 'shard': server.shard, 'host': LOOPBACK, 'port': server.port, 'role': server.role}
            for server in servers
        ],
        'sharded_tables': [
            {'database': DATABASE, 'name': table, 'column': key} for table, key in SHARDED_TABLES.items()
        ],
    })


def users_toml() -> str:
    """Return the text of users.toml: one user."""
    return toml.dumps({'users': [{'name': USER, 'password': PASSWORD, 'database': DATABASE}]})


def url(listening: Listening, user: str, database: str) -> str:
    """Return what psql and drivers take to connect through the proxy."""
    return f'postgresql://{user}:{PASSWORD}@{LOOPBACK}:{listening.clients}/{database}'


def http(port: int, path: str) -> str:
    """Return the address of one of the proxy's pages."""
    return f'http://{LOOPBACK}:{port}/{path}'
