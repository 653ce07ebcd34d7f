"""Accepts connections, lets clients in, and starts their sessions."""

import logging
from _socket import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import gevent
from gevent.socket import socket as gevent_socket
from greenlet import getcurrent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.connection import shared
from pgdog_gevent.errors import (
    AuthenticationFailed,
    ClientAbandoned,
    ClientGone,
    ConnectionRejected,
    LoginTimeout,
    ProtocolViolation,
    ProxyError,
    Severity,
    ShuttingDown,
    TooManyClients,
)
from pgdog_gevent.frontend.acceptor import Acceptor
from pgdog_gevent.frontend.authentication import Account, Authenticator
from pgdog_gevent.frontend.cancel import Sessions, all_numbers, new_secret
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.handshake import handshake
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.replication import ReplicationSession
from pgdog_gevent.frontend.seats import OwnSeats, Seats
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.session import PATIENCE, Session
from pgdog_gevent.frontend.startup_settings import reported_name, startup_settings
from pgdog_gevent.net.dial import BACKLOG, TcpOptions, take_over
from pgdog_gevent.net.farewell import part
from pgdog_gevent.net.link import CLIENT
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.net.tls import FrontendTls
from pgdog_gevent.net.unix_socket import Place, UnixSocket
from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.protocol.startup import NEWEST_MINOR, CancelRequest, Replication, StartupMessage

log = logging.getLogger(__name__)

_LOCAL: Final = 'unix'
"""The address of clients of the Unix socket; their port is the one that it is named after."""

Address = tuple[str, int]
AnySession = Session | ReplicationSession


class FindCluster(Protocol):
    """The cluster of a user and database, if there is one."""

    def __call__(self, user: str, database: str) -> Cluster | None: ...


@dataclass(frozen=True, slots=True)
class Door:
    """How clients come in: what a reload may change."""

    tls: FrontendTls | None
    tcp: TcpOptions
    admin: Account
    admin_database: str


class House:
    """What clients of all processes of the proxy share: numbers, seats, the way to those of the other processes.

    This one is that of an only process.
    """

    def __init__(self) -> None:
        self.numbers: Iterator[int] = all_numbers()
        self.seats: Seats = OwnSeats()

    def owns(self, number: int) -> bool:
        """Whether the client of a number is one of this process."""
        return True

    def cancel_elsewhere(self, number: int, secret: bytes) -> None:
        """Cancel what a client of another process waits for, as ``Sessions.cancel`` does."""


class Listener:
    """Counts clients and refuses in words: the server socket always accepts, or a CancelRequest could not come in."""

    def __init__(
        self, door: Door, services: Services, authenticator: Authenticator, find: FindCluster,
        serve_admin: Callable[[Stream], None], house: House | None = None,
    ) -> None:  # fmt: skip
        self.door = door
        self._house = house or House()
        self.sessions = Sessions(self._house.numbers)
        self.logging_in = 0
        self.refused = 0
        self.admins: dict[int, Client] = {}
        self._services = services
        self._authenticator = authenticator
        self._find = find
        self._serve_admin = serve_admin
        self._servers: list[Acceptor] = []
        self._unix_socket: UnixSocket | None = None
        self._port = 0
        self._closing = ''
        # One for all clients.
        self._send_limit = services.send_limit
        self._guarded = self._guard

    def start(self, address: Address | gevent_socket) -> int:
        """Listen on an address or on a TCP socket that listens already; return the port. Raises OSError."""
        # A socket that is handed over listens already.
        backlog = None if isinstance(address, gevent_socket) else BACKLOG
        server = self._accept(Acceptor(address, self._serve, backlog=backlog))
        self._port = server.server_port or 0
        return self._port

    def listen_locally(self, place: Place, port: int) -> str:
        """Listen on a Unix socket too, named after the port; return its path. Raises OSError."""
        self._unix_socket = UnixSocket(place, port)
        self._port = port
        self.accept_from(self._unix_socket.socket)
        return self._unix_socket.path

    def accept_from(self, listening: socket) -> None:
        """Accept from a Unix socket that listens, and that other processes may accept from as well; take it over."""
        server = Acceptor(gevent_socket(fileno=listening.detach()), self._serve)
        server.max_accept = 1
        self._accept(server)

    def _accept(self, server: Acceptor) -> Acceptor:
        server.start()
        self._servers.append(server)
        return server

    def close(self, reason: str) -> None:
        """Accept nobody any more; those who are logging in are refused."""
        self._closing = reason
        for server in self._servers:
            server.close()
        if self._unix_socket is not None:
            self._unix_socket.remove()
            self._unix_socket = None

    @property
    def clients(self) -> tuple[Client, ...]:
        """All who have logged in, administrators included."""
        return (*(session.client for session in self.sessions), *self.admins.values())

    # One client

    def _serve(self, accepted: gevent_socket, address: Address) -> None:
        """The top of the greenlet in which a client logs in.

        What it needs for that, and a deep stack, is memory that a greenlet keeps as long as it lives. So the rest of
        the client's life is another's.
        """
        stream = Stream(take_over(accepted), CLIENT)
        stream.send_limit = self._send_limit
        if stream.local:
            address = (_LOCAL, self._port)
        self._guard(stream, address, None)

    def _guard(self, stream: Stream, address: Address, session: Session | None) -> None:
        """Let a client in, or serve its ``session``: what goes wrong with it ends here."""
        handed_over = False
        try:
            handed_over = self._let_in(stream, address) if session is None else self._live(session)
        except ClientGone as gone:
            log.log(_level(gone), 'client %s:%s: %s', *address[:2], gone.message)
        except ProxyError as error:
            log.log(_level(error), 'client %s:%s: %s', *address[:2], error.message)
            part(stream, response.error_response(error, Severity.FATAL), PATIENCE)
        except Exception:
            log.exception('client %s:%s: internal error', *address[:2])
            bug = ProxyError('internal error', hint='The log of the proxy has the details.')
            part(stream, response.error_response(bug, Severity.FATAL), PATIENCE)
        finally:
            if not handed_over:
                stream.close()

    def _let_in(self, stream: Stream, address: Address) -> bool:
        """Say whether another greenlet has the stream now."""
        timeout = self._services.general.client_login_timeout
        late = LoginTimeout(f'canceling authentication due to client_login_timeout ({timeout:g} s)')
        self.logging_in += 1
        try:
            with gevent.Timeout(timeout, late):
                self.door.tcp.apply(stream.socket)
                packet = handshake(stream, None if stream.local else self.door.tls)
                session = self._log_in(stream, packet, address) if isinstance(packet, StartupMessage) else packet
        finally:
            self.logging_in -= 1
        match session:
            case CancelRequest(pid, secret):
                self._cancel(pid, secret)
            case Session():
                gevent.spawn(self._guarded, stream, address, session)
                return True
            case ReplicationSession():
                self._run(session)
            case Client():
                self._administer(session)
        return False

    def _live(self, session: Session) -> bool:
        session.client.greenlet = getcurrent()
        self._run(session)
        return False

    def _cancel(self, pid: int, secret: bytes) -> None:
        if self._house.owns(pid):
            self.sessions.cancel(pid, secret)
        else:
            self._house.cancel_elsewhere(pid, secret)

    def _log_in(self, stream: Stream, startup: StartupMessage, address: Address) -> AnySession | Client:
        self._check_open()
        if self._services.general.tls_client_required and stream.tls is None and not stream.local:
            raise ConnectionRejected('only TLS connections are allowed', hint='tls_client_required is on.')
        if startup.minor > NEWEST_MINOR or startup.options:
            stream.write(response.negotiate_protocol_version(min(startup.minor, NEWEST_MINOR), startup.options))
        if startup.database == self.door.admin_database:
            return self._log_in_admin(stream, startup, address)
        return self._log_in_client(stream, startup, address)

    def _log_in_client(self, stream: Stream, startup: StartupMessage, address: Address) -> AnySession:
        limit = self._services.general.max_client_conn
        if self._house.seats.full(limit):
            raise self._too_many(limit)
        self._authenticator.identify(stream, startup.user, startup.database)
        cluster = self._find(startup.user, startup.database)
        if cluster is None:
            raise AuthenticationFailed(f'password authentication failed for user "{startup.user}"')
        if not self._house.seats.take(limit):
            raise self._too_many(limit)
        try:
            return self._session(stream, startup, address, cluster)
        except BaseException:
            self._house.seats.leave()
            raise

    def _session(self, stream: Stream, startup: StartupMessage, address: Address, cluster: Cluster) -> AnySession:
        settings = startup_settings(startup.parameters)
        client = self._client(stream, startup, address)
        if startup.replication is not Replication.OFF:
            return self._log_in_replication(client, cluster, startup)
        greeting = {**cluster.greeting(settings), 'application_name': reported_name(client.application_name)}
        self._greet(client, greeting)
        return Session(client, cluster, self._services, Parameters(settings, cluster.settings.database))

    def _log_in_replication(self, client: Client, cluster: Cluster, startup: StartupMessage) -> ReplicationSession:
        session = ReplicationSession.open(client, cluster, self._services, startup)
        try:
            self._check_open()
            self._greet(client, session.parameters)
        except BaseException:
            session.close()
            raise
        return session

    def _log_in_admin(self, stream: Stream, startup: StartupMessage, address: Address) -> Client:
        self._authenticator.check(stream, startup.user, self.door.admin)
        client = self._client(stream, startup, address)
        self._greet(client, _ADMIN_PARAMETERS)
        return client

    def _check_open(self) -> None:
        if self._closing:
            raise ShuttingDown(self._closing)

    def _too_many(self, limit: int) -> ProxyError:
        self.refused += 1
        return TooManyClients('sorry, too many clients already', detail=f'max_client_conn is {limit}.')

    def _client(self, stream: Stream, startup: StartupMessage, address: Address) -> Client:
        return Client(
            id=self.sessions.new_id(),
            secret=new_secret(min(startup.minor, NEWEST_MINOR)),
            user=startup.user,
            database=startup.database,
            address=str(address[0]),
            port=int(address[1]),
            stream=stream,
            application_name=startup.parameters.get('application_name', ''),
        )

    def _greet(self, client: Client, parameters: Mapping[str, str]) -> None:
        client.greeting = shared(parameters)
        stream = client.stream
        stream.write(auth.AUTHENTICATION_OK)
        for name, value in parameters.items():
            stream.write(response.parameter_status(name, value))
        stream.write(response.backend_key_data(client.id, client.secret))
        stream.write(response.ready_for_query(TransactionStatus.IDLE))
        stream.flush()

    def _run(self, session: AnySession) -> None:
        self.sessions.add(session)
        self._log_connected(session.client)
        try:
            session.serve()
        finally:
            self.sessions.remove(session)
            self._house.seats.leave()
            self._log_disconnected(session.client)

    def _administer(self, client: Client) -> None:
        self.admins[client.id] = client
        self._log_connected(client)
        try:
            self._serve_admin(client.stream)
        finally:
            del self.admins[client.id]
            self._log_disconnected(client)

    def _log_connected(self, client: Client) -> None:
        if self._services.general.log_connections:
            log.info('client %s:%s connected: user "%s", database "%s"',
                     client.address, client.port, client.user, client.database)  # fmt: skip

    def _log_disconnected(self, client: Client) -> None:
        if self._services.general.log_disconnections:
            log.info('client %s:%s disconnected: user "%s", database "%s"',
                     client.address, client.port, client.user, client.database)  # fmt: skip


_ADMIN_PARAMETERS: Final = {
    'server_version': '18.0',
    'server_encoding': 'UTF8',
    'client_encoding': 'UTF8',
    'DateStyle': 'ISO, MDY',
    'TimeZone': 'UTC',
    'integer_datetimes': 'on',
    'standard_conforming_strings': 'on',
    'is_superuser': 'off',
}


def _level(error: ProxyError) -> int:
    """Port scanners, health probes and clients that leave are no news; a client that may not stay or come in is."""
    if isinstance(error, ClientAbandoned):
        return logging.INFO
    return logging.DEBUG if isinstance(error, ProtocolViolation | ClientGone) else logging.INFO
