"""Clients without manners: they go in the middle of anything, or take their time."""

import os
import socket
import struct
import time
from collections.abc import Callable
from random import Random

import psycopg

from pgdog_gevent.protocol import frames, query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.response import ErrorFields
from tests.integration.load.visitor import PATIENCE, expect, unique

READY = b'Z\0\0\0\5I'
CHUNK = 65_536
_AT_ONCE = struct.pack('ii', 1, 0)
"""SO_LINGER: unsent bytes are thrown away, and the peer gets a reset."""


class Refused(Exception):
    """The server's or the proxy's error."""

    def __init__(self, body: bytes) -> None:
        fields = ErrorFields.decode(body)
        super().__init__(fields.message)
        self.sqlstate = fields.sqlstate


class Stranger:
    """A client that libpq has logged in, and whose socket is then its own."""

    def __init__(self, dsn: str) -> None:
        connection = psycopg.connect(dsn, connect_timeout=int(PATIENCE), sslmode='disable', gssencmode='disable')
        self.socket = socket.socket(fileno=os.dup(connection.fileno()))
        with open(os.devnull, 'wb') as nowhere:
            os.dup2(nowhere.fileno(), connection.fileno())  # libpq says its good-bye to nobody.
        connection.close()
        self.socket.settimeout(PATIENCE)

    def say(self, *messages: bytes) -> None:
        self.socket.sendall(b''.join(messages))

    def hear(self, size: int = CHUNK) -> bytes:
        received = self.socket.recv(size)
        if not received:
            raise ConnectionResetError('the proxy has closed the connection')
        return received

    def answer(self) -> bytes:
        """All that comes until the server is ready, outside a transaction. Raises the error that is in it."""
        received = b''
        while not received.endswith(READY):
            received += self.hear()
        check(received)
        return received

    def close(self, *, reset: bool) -> None:
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.socket.close()


def in_a_large_answer(stranger: Stranger, random: Random) -> None:
    stranger.say(query.query(b"SELECT repeat('x', 1000) FROM generate_series(1, 20000)"))
    for _ in range(random.randint(0, 5)):
        if stranger.hear(1000).endswith(READY):
            return  # It was an error, and nothing follows.


def in_a_message(stranger: Stranger, random: Random) -> None:
    message = query.query(b"SELECT 'never whole'")
    stranger.say(message[: random.randrange(1, len(message))])


def in_a_pipeline(stranger: Stranger, random: Random) -> None:
    stranger.say(*(execute(b'SELECT %d' % number) for number in range(random.randint(1, 200))))


def in_a_transaction(stranger: Stranger, random: Random) -> None:
    update = b'UPDATE account SET balance = balance + 1000000 WHERE id = %d' % random.randint(0, 9)
    stranger.say(query.query(b'BEGIN; ' + update))
    if random.random() < 0.5:
        stranger.hear()


def in_a_long_query(stranger: Stranger, random: Random) -> None:
    stranger.say(query.query(b"INSERT INTO copied SELECT 'gone', 1 FROM pg_sleep(3)"))
    time.sleep(random.random() * 0.2)


def in_a_copy(stranger: Stranger, random: Random) -> None:
    stranger.say(query.query(b'COPY copied FROM STDIN'))
    stranger.hear()
    row = frames.encode(Frontend.COPY_DATA, b'never\t1\n') * random.randint(1, 5000)
    stranger.say(row[: random.randrange(1, len(row))])


def with_a_full_session(stranger: Stranger, random: Random) -> None:
    stranger.say(query.query(
        b"SET work_mem = '71kB'; SET load.marker = 'left behind'; SET ROLE load_actor; RESET ROLE; LISTEN channel_1;"
        b' CREATE TEMP TABLE left_behind (); SELECT pg_advisory_lock_shared(1000); PREPARE left_behind AS SELECT 1'
    ))  # fmt: skip
    if random.random() < 0.5:
        stranger.answer()


DEPARTURES: tuple[Callable[[Stranger, Random], None], ...] = (
    in_a_large_answer,
    in_a_message,
    in_a_pipeline,
    in_a_transaction,
    in_a_long_query,
    in_a_copy,
    with_a_full_session,
)


def depart(dsn: str, random: Random) -> str:
    """Go in the middle of something; return of what."""
    stranger = Stranger(dsn)
    way = random.choice(DEPARTURES)
    try:
        way(stranger, random)
    finally:
        stranger.close(reset=random.random() < 0.5)
    return way.__name__


def read_slowly(dsn: str, random: Random) -> str:
    """Take 10 MB in small pieces, with rests; at the end all of it is there."""
    stranger = Stranger(dsn)
    try:
        marker = unique().encode()
        stranger.say(query.query(b"SELECT repeat('%b', 50) FROM generate_series(1, 10000)" % marker))
        received = bytearray()
        while not received.endswith(READY):
            if random.random() < 0.05:
                time.sleep(0.05)
            received += stranger.hear()
        check(received)
        expect(received.count(marker * 50), 10_000, 'rows read slowly')
        stranger.say(execute(b"SELECT 'next'"))
        expect(b'next' in stranger.answer(), True, 'the answer after a slow one')
    finally:
        stranger.close(reset=False)
    return 'read_slowly'


def check(answer: bytes | bytearray) -> None:
    """Raise the error in an answer, if there is one."""
    position = 0
    while position < len(answer):
        code, length = struct.unpack_from('!BI', answer, position)
        if code == Backend.ERROR_RESPONSE:
            raise Refused(bytes(answer[position + 5 : position + length + 1]))
        position += length + 1


def execute(sql: bytes) -> bytes:
    """A statement in the extended protocol, unnamed, up to its Sync."""
    return b''.join((
        frames.encode(Frontend.PARSE, b'\0' + sql + b'\0\0\0'),
        frames.encode(Frontend.BIND, b'\0\0\0\0\0\0\0\0'),
        frames.encode(Frontend.EXECUTE, b'\0\0\0\0\0'),
        query.SYNC,
    ))  # fmt: skip
