"""Logging in with libpq, and what came of it in one word."""

from enum import Enum
from typing import Final

from psycopg import pq
from psycopg.conninfo import make_conninfo
from psycopg.pq.abc import PGconn

from tests.fakes.certificates import Certificates
from tests.integration.proxy import RunningProxy


class Refusal(Enum):
    """Why a login failed, by the words that libpq has for it."""

    PASSWORD = 'password authentication failed for user "{user}"'
    CERTIFICATE = 'connection requires a valid client certificate'
    PLAINTEXT = 'only TLS connections are allowed'
    NO_TLS = 'server does not support SSL'
    NO_SERVER_PASSWORD = 'asks for the password of user "{user}", and there is none'
    BINDING = 'channel binding required'
    HANDSHAKE = 'SSL error'


Outcome = str | Refusal
"""A login that succeeds ends with a name: that of the role which the server knows."""


class Way(Enum):
    """How a client connects."""

    PLAIN = 'without TLS'
    TLS = 'TLS'
    DIRECT = 'TLS without asking'
    VERIFIED = 'TLS, and a look at the certificate of the proxy'
    BOUND = 'TLS, and the password must be bound to it'
    CERTIFICATE = 'TLS with a certificate'
    STRANGE = 'TLS with a certificate that nobody trusts'

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self is not Way.PLAIN

    def options(self, certificates: Certificates) -> dict[str, str]:
        """Say it in libpq's words."""
        return _OPTIONS[self] | {name: str(path) for name, path in _files(self, certificates).items()}


_OPTIONS: Final[dict[Way, dict[str, str]]] = {
    Way.PLAIN: {'sslmode': 'disable'},
    Way.TLS: {'sslmode': 'require'},
    Way.DIRECT: {'sslmode': 'require', 'sslnegotiation': 'direct'},
    Way.VERIFIED: {'sslmode': 'verify-full'},
    Way.BOUND: {'sslmode': 'require', 'channel_binding': 'require'},
    Way.CERTIFICATE: {'sslmode': 'require'},
    Way.STRANGE: {'sslmode': 'require'},
}


def _files(way: Way, certificates: Certificates) -> dict[str, object]:
    if way is Way.VERIFIED:
        return {'sslrootcert': certificates.authority.certificate}
    if way in (Way.CERTIFICATE, Way.STRANGE):
        pair = certificates.client if way is Way.CERTIFICATE else certificates.strange_client
        return {'sslcert': pair.certificate, 'sslkey': pair.key}
    return {}


def log_in(proxy: RunningProxy, user: str, secret: str, database: str, options: dict[str, str]) -> Outcome:
    """Try to log in, and ask the server who it takes us for; raises ValueError for words that nobody expects."""
    dsn = make_conninfo(proxy.dsn(user, secret, database, connect_timeout='20'), **options)
    connection = pq.PGconn.connect(dsn.encode())
    try:
        if connection.status == pq.ConnStatus.OK:
            return _role(connection)
        words = connection.error_message.decode()
        return next((refusal for refusal in Refusal if refusal.value.format(user=user) in words), None) or _odd(words)
    finally:
        connection.finish()


def _role(connection: PGconn) -> str:
    if connection.db == b'admin':
        return connection.user.decode()
    answer = connection.exec_(b'SELECT current_user').get_value(0, 0)
    return (answer or b'nobody').decode()


def _odd(words: str) -> Refusal:
    raise ValueError(f'libpq says: {words}')
