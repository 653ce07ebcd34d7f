"""A scripted PostgreSQL server: it behaves as a test wants, well or badly, over a real socket."""

import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol import response, startup
from pgdog_gevent.protocol.frames import HEADER_SIZE, Frame, encode, read_header
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.protocol.startup import CancelRequest, SSLRequest, StartupMessage, StartupPacket

PATIENCE = 20.0
CANCEL_KEY = b'\x01\x02\x03\x04'
READY = response.ready_for_query(TransactionStatus.IDLE)
ONE_ROW = (
    encode(ord('T'), b'\0\x01x\0' + bytes(6) + b'\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0')
    + encode(ord('D'), b'\0\x01\0\0\0\x011')
    + encode(ord('C'), b'SELECT 1\0')
)
"""The answer to SELECT 1, up to CommandComplete."""
GREETING = (
    response.parameter_status('server_version', '18.0')
    + response.parameter_status('client_encoding', 'UTF8')
    + response.backend_key_data(4711, CANCEL_KEY)
)


class Gone(Exception):
    """The proxy has closed the connection."""


class Conversation:
    """The server's end of one connection."""

    def __init__(self, accepted: socket.socket) -> None:
        self._socket = accepted

    def send(self, message: bytes) -> None:
        """Send bytes as they are."""
        try:
            self._socket.sendall(message)
        except OSError as error:
            raise Gone from error

    def receive(self, size: int) -> bytes:
        """Return the next ``size`` bytes."""
        received = b''
        while len(received) < size:
            try:
                chunk = self._socket.recv(size - len(received))
            except OSError as error:
                raise Gone from error
            if not chunk:
                raise Gone
            received += chunk
        return received

    def first_packet(self) -> StartupPacket:
        """Return what the proxy says first."""
        return startup.decode(self.receive(int.from_bytes(self.receive(4), 'big') - 4))

    def frame(self) -> Frame:
        """Return the next message."""
        code, length = read_header(self.receive(HEADER_SIZE), 0)
        return Frame(code, self.receive(length - 4))

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on in TLS."""
        try:
            self._socket = context.wrap_socket(self._socket, server_side=True)
        except OSError as error:
            raise Gone from error

    def greet(self) -> None:
        """Let the proxy in."""
        self.send(auth.AUTHENTICATION_OK + GREETING + READY)

    def serve(self) -> None:
        """Answer every query with one row, until the proxy goes."""
        while (frame := self.frame()).letter != 'X':
            if frame.letter == 'Q':
                self.send(answer(frame.body) + READY)


Script = Callable[[Conversation], None]


class FakeServer:
    """Plays ``script`` with each connection, after its StartupMessage; a context manager.

    It has no TLS unless it is given a context. What it is asked to cancel it keeps in ``cancelled``, and plays
    ``when_cancelled`` before it closes.
    """

    def __init__(
        self,
        script: Script,
        context: ssl.SSLContext | None = None,
        *,
        answer_to_ssl_request: bytes = b'',
        address: tuple[str, int] = (LOOPBACK, 0),
    ) -> None:
        self.script = script
        self.when_cancelled: Script = lambda conversation: None
        self.cancelled: list[CancelRequest] = []
        self.startups: list[StartupMessage] = []
        self._context = context
        self._answer = answer_to_ssl_request or (b'N' if context is None else b'S')
        self._listening = socket.create_server(address, backlog=100)
        self._accepted: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listening.getsockname()[1]
        return port

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # shutdown, since close alone does not wake a thread that waits for the socket.
        for each in (self._listening, *self._accepted):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join(PATIENCE)
        for each in (self._listening, *self._accepted):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                accepted = self._listening.accept()[0]
            except OSError:
                return
            self._accepted.append(accepted)
            thread = threading.Thread(target=self._converse, args=(accepted,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _converse(self, accepted: socket.socket) -> None:
        conversation = Conversation(accepted)
        try:
            self._play(conversation)
        except Gone:
            pass
        finally:
            conversation._socket.close()

    def _play(self, conversation: Conversation) -> None:
        packet = conversation.first_packet()
        if isinstance(packet, SSLRequest):
            conversation.send(self._answer)
            if self._context is not None:
                conversation.start_tls(self._context)
            packet = conversation.first_packet()
        match packet:
            case CancelRequest():
                self.cancelled.append(packet)
                self.when_cancelled(conversation)
            case StartupMessage():
                self.startups.append(packet)
                self.script(conversation)


def answer(sql: bytes) -> bytes:
    """What a server says to a Query, up to ReadyForQuery; when it is asked for its functions, that it has none."""
    if reads_functions(sql):
        return encode(ord('C'), b'COMMIT\0')
    return ONE_ROW if b'SELECT' in sql else encode(ord('I'))


def reads_functions(sql: bytes) -> bool:
    """Whether the proxy asks on its own account, which it does whenever it likes."""
    return b'pg_proc' in sql


def polite(conversation: Conversation) -> None:
    """A server that trusts everybody and answers all queries."""
    conversation.greet()
    conversation.serve()
