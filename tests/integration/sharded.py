"""Three shards, a database each in one cluster: table ``users`` by its id, ``countries`` the same on all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pgdog_gevent.demo.cluster import Cluster
from tests.conversation.proxies import running
from tests.integration.configuration import ADMIN_PASSWORD, users_toml
from tests.integration.proxy import RunningProxy

SHARDS: Final = 3
SCHEMA: Final = """
CREATE TABLE users (id bigint PRIMARY KEY, name text, age int);
CREATE TABLE payments (id bigint, user_id bigint NOT NULL, amount numeric, PRIMARY KEY (user_id, id));
CREATE TABLE countries (code text PRIMARY KEY, name text);
CREATE TABLE by_hash (id bigint) PARTITION BY HASH (id);
"""


def shard_names(prefix: str) -> list[str]:
    return [f'{prefix}_{shard}' for shard in range(SHARDS)]


def sharded_toml(cluster: Cluster, prefix: str, *lines: str, more: str = '') -> str:
    """pgdog.toml for ``app`` on these databases; ``lines`` are keys of ``[general]``, ``more`` other sections."""
    databases = '\n'.join(
        f'[[databases]]\nname = "app"\nhost = "{cluster.host}"\nport = {cluster.port}\n'
        f'database_name = "{name}"\nshard = {shard}'
        for shard, name in enumerate(shard_names(prefix))
    )
    keys = '\n'.join(lines)
    return f"""
[general]
{keys}
[admin]
password = "{ADMIN_PASSWORD}"
{databases}
[[sharded_tables]]
database = "app"
name = "users"
column = "id"
[[sharded_tables]]
database = "app"
name = "payments"
column = "user_id"
{more}
"""


@contextmanager
def databases(cluster: Cluster, prefix: str, schema: str = SCHEMA) -> Iterator[None]:
    """The shards, with tables and without rows."""
    for name in shard_names(prefix):
        cluster.execute(f'CREATE DATABASE {name}')
        with cluster.connect(name) as connection:
            connection.execute(schema.encode())
    yield
    for name in shard_names(prefix):
        cluster.execute(f'DROP DATABASE {name} WITH (FORCE)')


@contextmanager
def sharded_proxy(
    directory: Path, cluster: Cluster, prefix: str, *lines: str, more: str = '', env: Mapping[str, str] | None = None
) -> Iterator[RunningProxy]:
    """A proxy in front of shards that it makes."""
    config = sharded_toml(cluster, prefix, *lines, more=more)
    with databases(cluster, prefix), running(directory, config, users_toml(), env) as proxy:
        yield proxy


def on_shards(cluster: Cluster, prefix: str, sql: str) -> list[list[tuple[object, ...]]]:
    """What each shard answers by itself."""
    answers = []
    for name in shard_names(prefix):
        with cluster.connect(name) as connection:
            answers.append(connection.execute(sql.encode()).fetchall())
    return answers

