"""Who gets in, and as whom: every method of authentication by every kind of connection, against a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import product

import psycopg
import pytest

from pgdog_gevent.config.choices import AuthType, PassthroughAuth
from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol.scram_keys import Verifier
from tests.fakes.certificates import Certificates
from tests.integration.configuration import ADMIN_PASSWORD, config_toml
from tests.integration.logins import Outcome, Refusal, Way, log_in
from tests.integration.proxy import RunningProxy

DATABASE = 'authentication'
WRONG = 'wrong-secret'

AT_SERVER = {
    'alice': 'alice-secret',
    'bob': 'bob-second',
    'carol': 'carol-at-server',
    'dave': 'dave-secret',
    'frank': 'frank-secret',
    'grace': 'grace-secret',
    'harry': 'harry-new',
}
"""The roles on the server, each with its password."""

AT_PROXY = {
    'alice': ('alice-secret',),
    'bob': ('bob-first', 'bob-second', 'bob-third'),
    'carol': ('carol-secret',),
    'dave': (),
    'erin': (),
    'grace': ('grace-secret',),
    'harry': ('harry-old',),
}
"""Those of them that users.toml lists; erin has a certificate that says alice, and is alice to the server."""

CAROL = Verifier.from_password('carol-secret', b'0123456789abcdef').text()


class DoorTls(Enum):
    """What the proxy says about TLS."""

    NONE = 'no_tls'
    OFFERED = 'tls'
    REQUIRED = 'tls_required'
    CLIENT_CA = 'client_ca'


@dataclass(frozen=True)
class Entrance:
    """One configuration of the proxy, as far as logging in is concerned."""

    method: AuthType
    passthrough: PassthroughAuth
    tls: DoorTls

    @property
    def lists_dave(self) -> bool:
        """Whether a user without a password is allowed in users.toml."""
        return self.passthrough.enabled or self.method is AuthType.TRUST

    @property
    def lists_carol(self) -> bool:
        """Whether a user may have a hash instead of a password."""
        return self.method is not AuthType.MD5

    def judged_by_server(self, way: Way) -> bool:
        """Whether the passwords of those who come this way are passed through."""
        return self.passthrough.enabled and (way.tls or self.passthrough.plain)

    def config_toml(self, cluster: Cluster, certificates: Certificates) -> str:
        """Write pgdog.toml."""
        keys: dict[str, str | int | bool] = {
            'auth_type': self.method.value,
            'passthrough_auth': self.passthrough.value,
            'min_pool_size': 0,
            'default_pool_size': 2,
        }
        if self.tls is not DoorTls.NONE:
            keys |= {
                'tls_certificate': str(certificates.server.certificate),
                'tls_private_key': str(certificates.server.key),
                'tls_client_required': self.tls is DoorTls.REQUIRED,
            }
        if self.tls is DoorTls.CLIENT_CA:
            keys['tls_client_ca_certificate'] = str(certificates.authority.certificate)
        return config_toml(cluster, DATABASE, **keys)

    def users_toml(self) -> str:
        """Write users.toml."""
        users = {
            'alice': 'password = "alice-secret"',
            'bob': 'passwords = ["bob-first", "bob-second"]\npassword = "bob-third"',
            'erin': 'identity = "alice"\nserver_user = "alice"\nserver_password = "alice-secret"',
            'grace': 'password = "grace-secret"\ntls_client_certificate_required = false',
            'harry': 'password = "harry-old"',
        }
        if self.lists_carol:
            users['carol'] = f'password_hash = "{CAROL}"\nserver_password = "carol-at-server"'
        if self.lists_dave:
            users['dave'] = ''
        return '\n'.join(f'[[users]]\nname = "{name}"\ndatabase = "app"\n{keys}' for name, keys in users.items())


@dataclass(frozen=True)
class Attempt:
    """One try to come in."""

    way: Way
    user: str
    secret: str
    database: str = 'app'


def expected(entrance: Entrance, attempt: Attempt) -> Outcome:
    """The table: what must come of an attempt."""
    way = attempt.way
    if way.tls and entrance.tls is DoorTls.NONE:
        return Refusal.HANDSHAKE if way is Way.DIRECT else Refusal.NO_TLS
    if way is Way.STRANGE and entrance.tls is DoorTls.CLIENT_CA:
        return Refusal.HANDSHAKE
    if not way.tls and entrance.tls is DoorTls.REQUIRED:
        return Refusal.PLAINTEXT
    if attempt.database == 'admin':
        return expected_of_admin(entrance, attempt)
    if entrance.tls is DoorTls.CLIENT_CA:
        if way is not Way.CERTIFICATE and (attempt.user != 'grace' or attempt.database != 'app'):
            return Refusal.CERTIFICATE
        if way is Way.CERTIFICATE and attempt.user == 'erin':
            return 'alice'
    return expected_of_password(entrance, attempt)


def expected_of_admin(entrance: Entrance, attempt: Attempt) -> Outcome:
    """Nobody's certificate, nobody's server and no trust has a say in who administers the proxy."""
    if attempt.way is Way.BOUND and entrance.method in (AuthType.PLAIN, AuthType.MD5):
        return Refusal.BINDING
    return 'admin' if (attempt.user, attempt.secret) == ('admin', ADMIN_PASSWORD) else Refusal.PASSWORD


def expected_of_password(entrance: Entrance, attempt: Attempt) -> Outcome:
    """What becomes of those whom no certificate lets in or keeps out."""
    user, secret = attempt.user, attempt.secret
    passed = entrance.judged_by_server(attempt.way)
    listed = attempt.database == 'app' and user in AT_PROXY
    if attempt.way is Way.BOUND and (passed or entrance.method in (AuthType.PLAIN, AuthType.MD5)):
        return Refusal.BINDING
    if not passed and entrance.method is AuthType.TRUST:
        if attempt.way is Way.BOUND and listed:
            return Refusal.BINDING
        return role(user) if listed and knows_server_password(user) else Refusal.PASSWORD
    if listed and secret in AT_PROXY[user]:
        return user if knows_server_password(user) else Refusal.PASSWORD
    judged = (
        passed
        and attempt.database == 'app'
        and (not listed or not AT_PROXY[user] or entrance.passthrough.allows_change)
    )
    return role(user) if judged and AT_SERVER.get(role(user)) == secret else Refusal.PASSWORD


def role(user: str) -> str:
    """As whom the server knows a user."""
    return 'alice' if user == 'erin' else user


def knows_server_password(user: str) -> bool:
    """Whether users.toml has what the server asks for."""
    return user in ('alice', 'bob', 'carol', 'erin', 'grace')


def attempts(entrance: Entrance) -> Iterator[Attempt]:
    """All that is tried at one entrance: everything where it matters, a few where all are treated alike."""
    secrets = {
        'alice': ('alice-secret', 'bob-first', WRONG),
        'bob': ('bob-first', 'bob-second', 'bob-third', WRONG),
        'carol': ('carol-secret', CAROL, WRONG) if entrance.lists_carol else (),
        # Trust lets him in as soon as another client has shown his password to the server.
        'dave': ('dave-secret', WRONG)
        if entrance.passthrough.enabled and entrance.method is not AuthType.TRUST
        else (),
        'erin': ('alice-secret', WRONG),
        'frank': ('frank-secret', WRONG),
        'grace': ('grace-secret', WRONG),
        # His password has changed at the server: only passing through with a change knows the new one.
        'harry': ('harry-new', WRONG) if entrance.method is not AuthType.TRUST else (),
        'mallory': (WRONG, ADMIN_PASSWORD),
    }
    everybody = [(user, secret, 'app') for user, tried in secrets.items() for secret in tried]
    everybody += [('alice', 'alice-secret', 'nowhere'), ('frank', 'frank-secret', 'nowhere')]
    everybody += [('admin', ADMIN_PASSWORD, 'admin'), ('admin', WRONG, 'admin'), ('alice', ADMIN_PASSWORD, 'admin')]
    everybody += [('alice', 'alice-secret', 'admin'), ('admin', ADMIN_PASSWORD, 'app')]
    few = [('alice', 'alice-secret', 'app'), ('alice', WRONG, 'app'), ('admin', WRONG, 'admin')]
    for way in Way:
        refused_anyway = entrance.tls is (DoorTls.NONE if way.tls else DoorTls.REQUIRED)
        briefly = refused_anyway or way in (Way.DIRECT, Way.VERIFIED, Way.STRANGE)
        if way is Way.CERTIFICATE:
            briefly = entrance.tls is not DoorTls.CLIENT_CA
        yield from (Attempt(way, *who) for who in (few if briefly else everybody))


class ChangingProxy:
    """One proxy that takes one configuration after the other."""

    def __init__(self, running: RunningProxy, cluster: Cluster, certificates: Certificates) -> None:
        self.running = running
        self._cluster = cluster
        self._certificates = certificates

    def become(self, entrance: Entrance) -> None:
        """Reload, and return when it counts."""
        self.running.config.write_text(entrance.config_toml(self._cluster, self._certificates))
        self.running.users.write_text(entrance.users_toml())
        self.admin('RELOAD')

    def admin(self, command: str) -> None:
        """Run a command of the console."""
        with psycopg.connect(self.running.dsn('admin', ADMIN_PASSWORD, 'admin'), autocommit=True) as connection:
            connection.execute(command.encode())

    def outcome(self, attempt: Attempt) -> Outcome:
        """What comes of an attempt."""
        options = attempt.way.options(self._certificates)
        return log_in(self.running, attempt.user, attempt.secret, attempt.database, options)


START = Entrance(AuthType.SCRAM, PassthroughAuth.DISABLED, DoorTls.NONE)


@pytest.fixture(scope='module')
def roles(postgres: Cluster) -> Iterator[Cluster]:
    """The cluster with the roles and the database of this module."""
    postgres.execute(f'CREATE DATABASE {DATABASE}')
    for name, password in AT_SERVER.items():
        postgres.create_user(name, password)
    yield postgres
    postgres.execute(f'DROP DATABASE {DATABASE} WITH (FORCE)')
    for name in AT_SERVER:
        postgres.execute(f'DROP ROLE {name}')


@pytest.fixture(scope='module')
def changing(
    roles: Cluster, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ChangingProxy]:
    directory = tmp_path_factory.mktemp('authentication')
    (directory / 'pgdog.toml').write_text(START.config_toml(roles, certificates))
    (directory / 'users.toml').write_text(START.users_toml())
    running = RunningProxy(directory, {})
    yield ChangingProxy(running, roles, certificates)
    running.finish()


ENTRANCES = [Entrance(*which) for which in product(AuthType, PassthroughAuth, DoorTls)]


@pytest.mark.parametrize(
    'entrance', ENTRANCES, ids=lambda each: f'{each.method.value}-{each.passthrough.value}-{each.tls.value}'
)
def test_everybody_is_let_in_or_refused_as_the_table_says(changing: ChangingProxy, entrance: Entrance) -> None:
    changing.become(entrance)
    tried = list(attempts(entrance))
    observed = {attempt: changing.outcome(attempt) for attempt in tried}
    wrong = {attempt: outcome for attempt, outcome in observed.items() if outcome != expected(entrance, attempt)}
    assert wrong == {}, {attempt: expected(entrance, attempt) for attempt in wrong}


ALLOW_CHANGE = Entrance(AuthType.SCRAM, PassthroughAuth.ENABLED_ALLOW_CHANGE, DoorTls.OFFERED)


@pytest.mark.parametrize('way', [Way.TLS, Way.PLAIN], ids=['passed through', 'asked here'])
def test_password_that_has_been_changed_replaces_the_one_in_the_file(changing: ChangingProxy, way: Way) -> None:
    changing.become(ALLOW_CHANGE)
    assert changing.outcome(Attempt(Way.TLS, 'harry', 'harry-new')) == 'harry'
    assert changing.outcome(Attempt(way, 'harry', 'harry-old')) == Refusal.PASSWORD
    assert changing.outcome(Attempt(way, 'harry', 'harry-new')) == 'harry'


def test_reload_gives_the_file_the_last_word_on_passwords(changing: ChangingProxy, roles: Cluster) -> None:
    changing.become(ALLOW_CHANGE)
    assert changing.outcome(Attempt(Way.TLS, 'harry', 'harry-new')) == 'harry'
    roles.execute("ALTER ROLE harry PASSWORD 'harry-old'")
    try:
        changing.become(ALLOW_CHANGE)
        changing.admin('RECONNECT')
        assert changing.outcome(Attempt(Way.TLS, 'harry', 'harry-old')) == 'harry'
        assert changing.outcome(Attempt(Way.TLS, 'harry', 'harry-new')) == Refusal.PASSWORD
    finally:
        roles.execute("ALTER ROLE harry PASSWORD 'harry-new'")


def test_passwords_that_were_passed_through_are_forgotten_when_that_is_switched_off(changing: ChangingProxy) -> None:
    changing.become(ALLOW_CHANGE)
    assert changing.outcome(Attempt(Way.TLS, 'dave', 'dave-secret')) == 'dave'
    changing.become(Entrance(AuthType.TRUST, PassthroughAuth.DISABLED, DoorTls.OFFERED))
    assert changing.outcome(Attempt(Way.TLS, 'dave', 'dave-secret')) == Refusal.NO_SERVER_PASSWORD
