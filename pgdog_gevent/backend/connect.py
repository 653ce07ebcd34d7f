"""How a session with a server begins: dial, TLS, StartupMessage, authentication, ReadyForQuery.

Source: PostgreSQL docs, "Message Flow", "Start-up". A server is not trusted before it has proven itself: every length
is bounded and, with SCRAM, its signature is checked.
"""

import random
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Final

import gevent

from pgdog_gevent.backend.canceller import CancelKey
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.errors import (
    ProtocolViolation,
    ProxyError,
    ServerLost,
    ServerUnreachable,
    ServerUnsuitable,
    ServerViolation,
)
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.net.dial import TcpOptions, dial
from pgdog_gevent.net.link import SERVER
from pgdog_gevent.net.resolver import Resolver
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.net.tls import BackendTls, TlsMode, tls_server_end_point
from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol import passwords, startup
from pgdog_gevent.protocol.body import Body
from pgdog_gevent.protocol.codes import LOGIN_LIMITS, Backend
from pgdog_gevent.protocol.frames import Frame
from pgdog_gevent.protocol.response import (
    ErrorFields,
    ServersWords,
    TransactionStatus,
    read_parameter_status,
    transaction_status,
)
from pgdog_gevent.protocol.scram import ClientExchange
from pgdog_gevent.sqlstate import INVALID_AUTHORIZATION_SPECIFICATION, INVALID_PASSWORD

_MOST_MESSAGES: Final = 1000
"""Before the first ReadyForQuery; PostgreSQL sends about twenty."""


class LoginRefused(ServersWords, ServerUnreachable):
    """The server answered and would not let us in."""

    @property
    def wrong_password(self) -> bool:
        return self.sqlstate in (INVALID_PASSWORD, INVALID_AUTHORIZATION_SPECIFICATION)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect and as whom. Times are seconds; ``None`` means no limit."""

    host: str
    port: int
    user: str
    database: str
    passwords: tuple[str, ...] = field(repr=False)
    """Tried in this order, each on a connection of its own."""
    parameters: Mapping[str, str]
    """Sent in the StartupMessage beside user and database."""
    reports: Mapping[str, str]
    """What clients are told of some parameters, whatever the server reports."""
    tls: BackendTls
    tls_context: ssl.SSLContext | None = field(compare=False, repr=False)
    """Made from ``tls``; the same files give the same sessions, so it does not count in comparisons."""
    tcp: TcpOptions
    resolver: Resolver = field(compare=False, repr=False)
    """Knows the addresses of ``host``; one for all targets."""
    connect_timeout: float | None
    attempts: int
    attempt_delay: float
    lifetime: float | None
    lifetime_jitter: float

    @property
    def name(self) -> str:
        return f'{self.host}:{self.port}'


def connect(target: Target, keys: KeyCache) -> BackendConnection:
    """Open a session with a server.

    Raises ServerUnreachable, LoginRefused if the server gave a reason, after as many attempts as the target allows.
    """
    for attempt in range(1, target.attempts + 1):
        try:
            return _connect_with_some_password(target, keys)
        except ServerUnreachable:
            if attempt == target.attempts:
                raise
        gevent.sleep(target.attempt_delay)
    raise AssertionError('a target has at least one attempt')


def _connect_with_some_password(target: Target, keys: KeyCache) -> BackendConnection:
    candidates = target.passwords or ('',)
    for password in candidates[:-1]:
        try:
            return _connect_in_time(target, password, keys)
        except LoginRefused as refused:
            if not refused.wrong_password:
                raise
    return _connect_in_time(target, candidates[-1], keys)


def _connect_in_time(target: Target, password: str, keys: KeyCache) -> BackendConnection:
    with Deadline(target.connect_timeout):
        return _connect(target, password, keys)
    raise ServerUnreachable(
        f'connection to server {target.name} timed out after connect_timeout ({target.connect_timeout:g} s)'
    )


def _connect(target: Target, password: str, keys: KeyCache) -> BackendConnection:
    try:
        socket = dial(target.host, target.port, target.tcp, target.resolver)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServerUnreachable(f'connection to server {target.name} failed: {reason}') from None
    stream = Stream(socket, SERVER)
    try:
        _start_tls(stream, target)
        return _Login(stream, target, password, keys).run()
    except (ProtocolViolation, ServerViolation) as error:
        stream.close()
        raise ServerUnsuitable(f'server {target.name} broke the protocol: {error.message}') from None
    except ServerLost as error:
        stream.close()
        # In TLS 1.3 a server that does not trust our certificate goes when we believe to have arrived.
        refused = stream.tls is not None and not stream.last_received
        kind = ServerUnsuitable if refused else ServerUnreachable
        raise kind(f'connection to server {target.name} failed: {error.message}') from None
    except BaseException:
        stream.close()
        raise


def _start_tls(stream: Stream, target: Target) -> None:
    tls = target.tls
    if target.tls_context is None or target.host.startswith('/'):
        return
    stream.write(startup.SSL_REQUEST)
    stream.flush()
    answer = stream.read_exactly(1)
    if answer == b'S':
        try:
            stream.start_tls(target.tls_context, server_side=False, server_hostname=target.host)
        except ServerLost as error:
            raise ServerUnsuitable(f'connection to server {target.name} failed: {error.message}') from None
    elif answer != b'N':
        # An ErrorResponse would not be from a server that has proven anything: its text is not shown (CVE-2024-10977).
        raise ServerUnsuitable(f'server {target.name} does not answer a request for TLS')
    elif tls.mode is not TlsMode.PREFER:
        raise ServerUnsuitable(
            f'server {target.name} does not support TLS', hint=f'tls_verify is {tls.mode.value}, which needs it.'
        )


class _Login:
    """The conversation between StartupMessage and the first ReadyForQuery."""

    def __init__(self, stream: Stream, target: Target, password: str, keys: KeyCache) -> None:
        self._stream = stream
        self._target = target
        self._password = password
        self._keys = keys
        self._scram: ClientExchange | None = None
        self._authenticated = False
        self._signature_owed = False
        self._cancel_key = CancelKey(0, b'')
        self._parameters: dict[str, str] = {}

    def run(self) -> BackendConnection:
        target = self._target
        self._send(startup.startup_message({'user': target.user, 'database': target.database, **target.parameters}))
        for _ in range(_MOST_MESSAGES):
            frame = self._stream.read_frame(LOGIN_LIMITS)
            match frame.code:
                case Backend.READY_FOR_QUERY:
                    self._check_ready(frame.body)
                    return self._connection()
                case Backend.AUTHENTICATION:
                    self._authenticate(auth.decode(frame.body))
                case Backend.ERROR_RESPONSE:
                    raise LoginRefused(ErrorFields.decode(frame.body))
                case _:
                    self._note(frame)
        raise ProtocolViolation('too many messages before ReadyForQuery')

    def _check_ready(self, body: bytes) -> None:
        if not self._authenticated:
            raise ProtocolViolation('ReadyForQuery before authentication')
        if self._signature_owed:
            raise ServerUnsuitable(f'server {self._target.name} did not prove that it knows the password')
        if transaction_status(body) is not TransactionStatus.IDLE:
            raise ProtocolViolation('a session begins inside a transaction')

    def _note(self, frame: Frame) -> None:
        if frame.code == Backend.PARAMETER_STATUS:
            name, value = read_parameter_status(frame.body)
            self._parameters[name] = value
        elif frame.code == Backend.BACKEND_KEY_DATA:
            cursor = Body(frame.body)
            self._cancel_key = CancelKey(cursor.uint32(), cursor.rest())

    def _connection(self) -> BackendConnection:
        key = self._cancel_key
        cancel = partial(send_cancel, self._target, self._stream, key)
        return BackendConnection(
            self._stream, key, self._parameters, cancel, expires_at=self._expiry(), reports=self._target.reports
        )

    def _expiry(self) -> float:
        lifetime, jitter = self._target.lifetime, self._target.lifetime_jitter
        if lifetime is None:
            return float('inf')
        return monotonic() + max(0.0, lifetime + random.uniform(-jitter, jitter))

    def _authenticate(self, asked: auth.Authentication) -> None:
        match asked:
            case auth.AuthenticationOk():
                self._authenticated = True
            case auth.CleartextPassword():
                self._send(auth.password_message(self._secret().encode('utf-8', 'surrogateescape')))
            case auth.MD5Password(salt):
                self._send(auth.password_message(passwords.md5_response(self._secret(), self._target.user, salt)))
            case auth.SASL(mechanisms):
                self._begin_scram(mechanisms)
            case auth.SASLContinue(payload):
                exchange = self._exchange()
                client_keys = self._keys.client_keys(self._secret(), exchange.challenge(payload))
                self._send(auth.sasl_response(exchange.final(client_keys)))
            case auth.SASLFinal(payload):
                self._exchange().verify(payload)
                self._signature_owed = False
            case auth.Unsupported(method):
                raise ServerUnsuitable(
                    f'server {self._target.name} asks for authentication method {method}, which is not supported'
                )

    def _begin_scram(self, mechanisms: tuple[str, ...]) -> None:
        session = self._stream.tls
        certificate = session.getpeercert(True) if session else None
        self._signature_owed = True
        self._scram = ClientExchange(mechanisms, tls_server_end_point(certificate) if certificate else None)
        self._send(auth.sasl_initial_response(self._scram.mechanism.value, self._scram.first()))

    def _exchange(self) -> ClientExchange:
        if self._scram is None:
            raise ProtocolViolation('the server goes on with a SASL exchange that it has not begun')
        return self._scram

    def _secret(self) -> str:
        if not self._password:
            raise ServerUnsuitable(
                f'server {self._target.name} asks for the password of user "{self._target.user}", and there is none',
                hint='Set password or server_password for the user.',
            )
        return self._password

    def _send(self, message: bytes) -> None:
        self._stream.write(message)
        self._stream.flush()


def send_cancel(target: Target, session: Stream, key: CancelKey) -> bool:
    """Ask the server of ``session`` to cancel what that is doing; say whether it has done with the request.

    It has when it closes the connection, and if it never got the request. Nobody knows if ``connect_timeout`` has to
    end the wait, or if the connection breaks.
    """
    done = True
    with Deadline(target.connect_timeout):
        try:
            stream = _dial_again(target, session)
        except OSError:
            return True
        try:
            _start_tls(stream, target)
            done = False
            stream.write(startup.cancel_request(key.pid, key.secret))
            stream.flush()
            stream.drain()
        except ProxyError:
            done = done or stream.ended
        finally:
            stream.close()
    return done


def _dial_again(target: Target, session: Stream) -> Stream:
    """Connect to the very server of ``session``: a name may have several addresses, or another one by now."""
    host = target.host if target.host.startswith('/') else session.socket.getpeername()[0]
    return Stream(dial(host, target.port, target.tcp, target.resolver), SERVER)
