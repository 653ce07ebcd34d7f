"""``[[users]]``: who may connect, and as whom to the servers."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import SecretStr

from pgdog_gevent.config.choices import ReadYourWrites, ServerAuth
from pgdog_gevent.config.databases import PoolOverrides
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.types import Flag, Name, Percentage


class ClientLogin(Section):
    """How a user logs in to the proxy, and to which databases."""

    name: Name
    """Name with which clients connect."""
    database: Name | None = None
    """Database to which the user may connect."""
    databases: tuple[Name, ...] = ()
    """The same for several databases."""
    all_databases: Flag = False
    """Whether the user may connect to all databases, whatever the two other keys say."""
    password: SecretStr | None = None
    """Password for the proxy, and for the servers unless ``server_password`` is given."""
    passwords: tuple[SecretStr, ...] = ()
    """Further passwords. Any of them logs a client in; at a server they are tried in order, ``password`` last."""
    password_hash: SecretStr | None = None
    """SCRAM-SHA-256 verifier instead of a password, as ``pgdog-gevent hash`` prints it."""
    identity: Name | None = None
    """Identity in the client's certificate that replaces the password."""
    tls_client_certificate_required: Flag | None = None
    """Whether the user must show a certificate; absent: yes if ``tls_client_ca_certificate`` is set."""
    vault_path: Name | None = None
    """Static role in Vault against which the password is checked."""


class ServerLogin(Section):
    """How the proxy logs in to servers for a user."""

    server_user: Name | None = None
    """User on the servers; absent: ``name``."""
    server_password: SecretStr | None = None
    """Password on the servers; absent: the user's own."""
    server_auth: ServerAuth = ServerAuth.PASSWORD
    """Where the proxy's credentials come from: a password, AWS, Azure or Vault."""
    server_iam_region: Name | None = None
    """AWS region for ``rds_iam``; absent: taken from the host name."""
    server_vault_path: Name | None = None
    """Role in Vault for ``vault_dynamic`` and ``vault_static``."""
    vault_refresh_percent: Percentage = 80
    """Part of a lease's life after which it is renewed, 1 to 80 percent."""


class UserRights(Section):
    """What a user is for, and what it may do."""

    replication_mode: Flag = False
    """Whether the user's server connections are for logical replication."""
    replication_sharding: Name | None = None
    """Database by whose sharding replicated rows are split."""
    schema_admin: Flag = False
    """Whether the user changes schemas: ``setup`` does it as this one, unless told otherwise."""
    read_your_writes: ReadYourWrites | None = None
    """Whose writes the user's reads find at a replica too; absent: as ``[general]`` says."""
    cross_shard_disabled: Flag | None = None
    """Whether the user's statements for more than one shard are refused."""
    two_phase_commit: Flag | None = None
    """Whether the user's transactions that have written on several shards are committed in two phases; absent: as
    ``[general]`` says."""
    two_phase_commit_auto: Flag | None = None
    """Whether single statements that write on several shards are too; absent: as ``[general]`` says, or else as with
    the user's transactions."""


class User(ClientLogin, ServerLogin, UserRights, PoolOverrides):
    """``[[users]]`` of users.toml: one user, for one database, several, or all."""

    aliases: ClassVar[Mapping[str, str]] = {'max_pool_size': 'pool_size'}

    @property
    def known_passwords(self) -> tuple[SecretStr, ...]:
        """The passwords that log a client in, in the order in which servers are tried with them."""
        return self.passwords + (() if self.password is None else (self.password,))
