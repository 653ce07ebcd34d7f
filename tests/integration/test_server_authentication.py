"""How the proxy logs in to servers: every method, by every mode of TLS, against a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import NamedTuple

import pytest
from psycopg import pq

from pgdog_gevent.config.choices import TlsVerify
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.protocol.passwords import md5_hash
from tests.fakes.certificates import CLIENT_NAME, Certificates
from tests.integration.clients import admin
from tests.integration.configuration import ADMIN_PASSWORD
from tests.integration.proxy import RunningProxy

SECRET = 'secret-at-server'
UNKNOWN_NAME = '127.1'
"""Another way to write 127.0.0.1, which no certificate names."""

HBA = tuple(
    f'{kind} all {role} {LOOPBACK}/32 {method}'
    for kind, role, method in (
        ('host', 'by_trust', 'trust'),
        ('host', 'by_cleartext', 'password'),
        ('host', 'by_md5', 'md5'),
        ('host', 'by_scram', 'scram-sha-256'),
        ('hostssl', 'by_tls', 'scram-sha-256'),
        ('hostnossl', 'by_tls', 'reject'),
        ('hostssl', 'by_both', 'scram-sha-256 clientcert=verify-ca'),
        ('hostssl', CLIENT_NAME, 'cert'),
    )
)
ROLES = ('by_trust', 'by_cleartext', 'by_md5', 'by_scram', 'by_tls', 'by_both', CLIENT_NAME)

LOGINS = {
    'by_trust': '',
    'by_cleartext': f'password = "{SECRET}"',
    'by_md5': f'password = "{SECRET}"',
    'by_scram': f'password = "{SECRET}"',
    'by_tls': f'password = "{SECRET}"',
    'by_both': f'password = "{SECRET}"',
    CLIENT_NAME: '',
    'by_hash': f'server_user = "by_md5"\npassword = "{md5_hash(SECRET, "by_md5")}"',
    'another': f'password = "of-the-proxy"\nserver_user = "by_scram"\nserver_password = "{SECRET}"',
    'several': f'server_user = "by_scram"\npasswords = ["first", "second"]\npassword = "{SECRET}"',
    'several_md5': f'server_user = "by_md5"\npasswords = ["first", "{SECRET}", "third"]',
    'wrong': 'server_user = "by_scram"\npassword = "wrong-secret"',
    'wrong_md5': 'server_user = "by_md5"\npassword = "wrong-secret"',
    'wrong_cleartext': 'server_user = "by_cleartext"\npasswords = ["wrong-secret", "wrong-too"]',
    'none': 'server_user = "by_scram"',
}
"""Users of the proxy, and what users.toml says of their logins at the server."""

SERVER_ROLE = {name: name for name in ROLES} | {
    'by_hash': 'by_md5', 'another': 'by_scram', 'several': 'by_scram', 'several_md5': 'by_md5',
}  # fmt: skip


class Refusal(Enum):
    """Why the proxy is not let in: a pattern of its own words or the server's."""

    PASSWORD = 'password authentication failed for user'
    NO_PASSWORD = 'asks for the password of user'
    HBA = 'pg_hba[.]conf'
    CERTIFICATE_NEEDED = 'requires a valid client certificate'
    NO_TLS = 'does not support TLS'
    NOT_TRUSTED = 'TLS handshake failed: CERTIFICATE_VERIFY_FAILED'
    WE_ARE_NOT_TRUSTED = 'UNKNOWN_CA|connection lost|connection closed'
    """The server's alert may be overtaken by the reset of the connection that follows it."""


class In(NamedTuple):
    """A session: as whom, and whether it is encrypted."""

    role: str
    tls: bool


Outcome = In | Refusal


class ShownCertificate(Enum):
    """What the proxy shows to servers."""

    NONE = 'no_certificate'
    CLIENT = 'certificate'
    STRANGE = 'strange_certificate'


@dataclass(frozen=True)
class Path:
    """One configuration of the way to the server."""

    verify: TlsVerify
    right_ca: bool
    host: str
    shown: ShownCertificate
    server_has_tls: bool = True

    def __str__(self) -> str:
        """The name of the test."""
        name = 'named' if self.host == LOOPBACK else 'unnamed'
        ca = 'right_ca' if self.right_ca else 'wrong_ca'
        return f'{self.verify.value}-{ca}-{name}-{self.shown.value}{"" if self.server_has_tls else "-no_tls"}'

    @property
    def verifies(self) -> bool:
        """Whether the server must prove who it is."""
        return self.verify in (TlsVerify.VERIFY_CA, TlsVerify.VERIFY_FULL)

    @property
    def encrypted(self) -> bool:
        """Whether there will be TLS."""
        return self.verify is not TlsVerify.DISABLED and self.server_has_tls

    def config_toml(self, cluster: Cluster, certificates: Certificates) -> str:
        """Write pgdog.toml."""
        authority = certificates.authority if self.right_ca else certificates.stranger
        lines = [f'tls_verify = "{self.verify.value}"', f'tls_server_ca_certificate = "{authority.certificate}"']
        if self.shown is not ShownCertificate.NONE:
            shown = certificates.client if self.shown is ShownCertificate.CLIENT else certificates.strange_client
            lines.append(f'tls_server_certificate = "{shown.certificate}"')
            lines.append(f'tls_server_private_key = "{shown.key}"')
        general = '\n'.join(('auth_type = "trust"', 'min_pool_size = 0', 'connect_attempts = 1', *lines))
        return (
            f'[general]\n{general}\n[admin]\npassword = "{ADMIN_PASSWORD}"\n[[databases]]\nname = "app"\n'
            f'host = "{self.host}"\nport = {cluster.port}\ndatabase_name = "postgres"\n'
        )


def users_toml() -> str:
    return '\n'.join(f'[[users]]\nname = "{name}"\ndatabase = "app"\n{keys}' for name, keys in LOGINS.items())


def expected(path: Path, user: str) -> Outcome:
    """The table: what must come of a login at the server."""
    if path.verifies and not path.server_has_tls:
        return Refusal.NO_TLS
    if path.verifies and not path.right_ca:
        return Refusal.NOT_TRUSTED
    if path.verify is TlsVerify.VERIFY_FULL and path.host == UNKNOWN_NAME:
        return Refusal.NOT_TRUSTED
    if path.encrypted and path.shown is ShownCertificate.STRANGE:
        return Refusal.WE_ARE_NOT_TRUSTED
    if user == 'none':
        return Refusal.NO_PASSWORD
    if user.startswith('wrong'):
        return Refusal.PASSWORD
    if user in ('by_tls', 'by_both', CLIENT_NAME) and not path.encrypted:
        return Refusal.HBA
    if user in ('by_both', CLIENT_NAME) and path.shown is ShownCertificate.NONE:
        return Refusal.CERTIFICATE_NEEDED
    return In(SERVER_ROLE[user], path.encrypted)


def outcome(proxy: RunningProxy, user: str) -> Outcome:
    """What comes of it."""
    connection = pq.PGconn.connect(proxy.dsn(user, 'not-asked-for', 'app', connect_timeout='20').encode())
    try:
        if connection.status == pq.ConnStatus.OK:
            answer = connection.exec_(b'SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
            return In((answer.get_value(0, 0) or b'').decode(), answer.get_value(0, 1) == b't')
        words = connection.error_message.decode()
    finally:
        connection.finish()
    for refusal in Refusal:
        if re.search(refusal.value, words):
            return refusal
    raise ValueError(f'the proxy says: {words}')


@pytest.fixture(scope='module')
def roles(postgres_with_tls: Cluster) -> Iterator[Cluster]:
    """The server, with a role for each method."""
    cluster = postgres_with_tls
    for name in ROLES:
        encryption = 'md5' if name == 'by_md5' else 'scram-sha-256'
        cluster.execute(f"SET password_encryption = '{encryption}'; CREATE ROLE {name} LOGIN PASSWORD '{SECRET}'")
    cluster.use_hba(*HBA)
    yield cluster
    cluster.use_hba(*cluster.settings.hba)
    for name in ROLES:
        cluster.execute(f'DROP ROLE {name}')


@pytest.fixture(scope='module')
def proxy(
    roles: Cluster, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningProxy]:
    """One proxy that takes one configuration after the other."""
    directory = tmp_path_factory.mktemp('server_authentication')
    (directory / 'pgdog.toml').write_text(PATHS[0].config_toml(roles, certificates))
    (directory / 'users.toml').write_text(users_toml())
    running = RunningProxy(directory, {})
    yield running
    running.finish()


PATHS = [
    Path(*which)
    for which in product(TlsVerify, (True, False), (LOOPBACK, UNKNOWN_NAME), ShownCertificate)
    # A wrong authority or name says nothing new about certificates of our own.
    if (which[1] and which[2] == LOOPBACK) or which[3] is ShownCertificate.NONE
]


@pytest.mark.parametrize('path', PATHS, ids=str)
def test_proxy_gets_in_or_is_refused_as_the_table_says(
    proxy: RunningProxy, roles: Cluster, certificates: Certificates, path: Path
) -> None:
    proxy.config.write_text(path.config_toml(roles, certificates))
    admin(proxy, 'RELOAD')
    admin(proxy, 'RECONNECT')
    observed = {user: outcome(proxy, user) for user in LOGINS}
    assert observed == {user: expected(path, user) for user in LOGINS}


@pytest.mark.parametrize('verify', TlsVerify, ids=lambda verify: str(verify.value))
def test_server_without_tls_is_used_only_where_that_is_allowed(
    proxy: RunningProxy, postgres: Cluster, certificates: Certificates, verify: TlsVerify
) -> None:
    path = Path(verify, True, LOOPBACK, ShownCertificate.NONE, server_has_tls=False)
    proxy.config.write_text(path.config_toml(postgres, certificates))
    admin(proxy, 'RELOAD')
    postgres.create_user('by_scram', SECRET)
    try:
        users = ('by_scram', 'another', 'several', 'wrong')
        assert {user: outcome(proxy, user) for user in users} == {user: expected(path, user) for user in users}
    finally:
        postgres.execute('DROP ROLE by_scram')
