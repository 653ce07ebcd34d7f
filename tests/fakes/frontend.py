"""A client without manners: it sends the bytes that a test wants, and shows the bytes that come back."""

import socket
import ssl
import struct
from functools import cache
from types import TracebackType
from typing import NamedTuple, Self

from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol import startup
from pgdog_gevent.protocol.frames import HEADER_SIZE, read_header
from pgdog_gevent.protocol.passwords import md5_response
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.protocol.scram import ClientExchange
from pgdog_gevent.protocol.scram_keys import ClientKeys

PATIENCE = 20.0
RESET = struct.pack('ii', 1, 0)
"""SO_LINGER that makes ``close`` send RST instead of FIN."""


class Reply(NamedTuple):
    """A message from the proxy."""

    letter: str
    body: bytes


class Frontend:
    """One connection to ``port``; a context manager that closes it."""

    def __init__(self, port: int) -> None:
        self._socket: socket.socket = socket.create_connection((LOOPBACK, port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def send(self, message: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(message)

    def start(self, user: str, database: str, minor: int = 0, **parameters: str) -> None:
        """Send a StartupMessage."""
        self.send(startup.startup_message({'user': user, 'database': database, **parameters}, minor))

    def receive(self, size: int) -> bytes:
        """Return the next ``size`` bytes; raises EOFError if there are fewer."""
        received = b''
        while len(received) < size:
            chunk = self._socket.recv(size - len(received))
            if not chunk:
                raise EOFError(f'{len(received)} of {size} bytes')
            received += chunk
        return received

    def reply(self) -> Reply:
        """Return the next message."""
        header = self.receive(HEADER_SIZE)
        code, length = read_header(header, 0)
        return Reply(chr(code), self.receive(length - 4))

    def replies(self) -> list[Reply]:
        """Return all messages up to ReadyForQuery or the end of the connection."""
        replies: list[Reply] = []
        while True:
            try:
                replies.append(self.reply())
            except (EOFError, ConnectionResetError):
                return replies
            if replies[-1].letter == 'Z':
                return replies

    def end(self) -> bytes:
        """Return what is left until the proxy closes the connection; raises TimeoutError if it does not."""
        rest = b''
        try:
            while chunk := self._socket.recv(65_536):
                rest += chunk
        except ConnectionResetError:
            pass
        return rest

    def refusal(self) -> ErrorFields:
        """Return the error that must be the next message and the last."""
        reply = self.reply()
        assert reply.letter == 'E', reply
        assert self.end() == b''
        return ErrorFields.decode(reply.body)

    def start_tls(self, alpn: str = '') -> None:
        """Go on in TLS; no certificate is checked."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if alpn:
            context.set_alpn_protocols([alpn])
        self._socket = context.wrap_socket(self._socket)

    def reset(self) -> None:
        """Break the connection off."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._socket.close()

    def log_in(self, user: str, secret: str) -> list[Reply]:
        """Answer what is asked for a password; return all that the proxy says up to ReadyForQuery or the end."""
        replies = [self.reply()]
        exchange: ClientExchange | None = None
        while replies[-1].letter in 'Rv':
            if replies[-1].letter == 'v':
                replies.append(self.reply())
                continue
            match auth.decode(replies[-1].body):
                case auth.CleartextPassword():
                    self.send(auth.password_message(secret.encode()))
                case auth.MD5Password(salt):
                    self.send(auth.password_message(md5_response(secret, user, salt)))
                case auth.SASL(mechanisms):
                    exchange = ClientExchange(mechanisms)
                    self.send(auth.sasl_initial_response(exchange.mechanism.value, exchange.first()))
                case auth.SASLContinue(payload) if exchange is not None:
                    challenge = exchange.challenge(payload)
                    keys = keys_of(secret, challenge.salt, challenge.iterations)
                    self.send(auth.sasl_response(exchange.final(keys)))
                case auth.SASLFinal(payload) if exchange is not None:
                    exchange.verify(payload)
            replies.append(self.reply())
        return replies if replies[-1].letter == 'Z' else replies + self.replies()


@cache
def keys_of(secret: str, salt: bytes, iterations: int) -> ClientKeys:
    """Derive them once: a test that logs in thousands of clients would do little else."""
    return ClientKeys.from_password(secret, salt, iterations)
