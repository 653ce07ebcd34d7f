"""The text of the two files for the usual case: one database on one cluster, one user."""

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER

ADMIN_PASSWORD = 'administrator-secret'


def config_toml(cluster: Cluster, database: str, **general: int | str | bool) -> str:
    """pgdog.toml with one database, known to clients as ``app``; ``general`` are keys of ``[general]``."""
    keys = '\n'.join(f'{name} = {_toml(value)}' for name, value in general.items())
    return f"""
[general]
{keys}
[admin]
password = "{ADMIN_PASSWORD}"
[[databases]]
name = "app"
host = "{cluster.host}"
port = {cluster.port}
database_name = "{database}"
"""


def users_toml(**keys: int | str | bool) -> str:
    """users.toml with the superuser of the cluster."""
    more = '\n'.join(f'{name} = {_toml(value)}' for name, value in keys.items())
    return f"""
[[users]]
name = "{SUPERUSER}"
database = "app"
password = "{PASSWORD}"
{more}
"""


def _toml(value: int | str | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
