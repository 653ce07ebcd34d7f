"""COPY on the wire: its messages, conversations that use it, and what is left of them."""

import random
from collections.abc import Iterator

from pgdog_gevent.protocol import frames, query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.query import Bind, Execute, Parse
from tests.integration.wire import Wire

Answer = list[tuple[int, bytes]]
Turns = tuple[bytes | int, ...]
"""What a client does in turn: it sends bytes, or waits for a message with a code."""

DONE = frames.encode(Frontend.COPY_DONE)
FAIL = frames.encode(Frontend.COPY_FAIL, b'the client has had enough\0')
SYNC, FLUSH = query.SYNC, query.FLUSH
BEGINS, READY, ERROR = Backend.COPY_IN_RESPONSE, Backend.READY_FOR_QUERY, Backend.ERROR_RESPONSE
NO_TYPES = b'\0\0'
# What differs from server to server, or between two moments.
NOT_COMPARED = frozenset((Backend.PARAMETER_STATUS, Backend.BACKEND_KEY_DATA))
LOST_SYNC = b'protocol synchronization was lost'

SCHEMA = """
    CREATE TABLE t (n int CHECK (n < 1000) UNIQUE DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE two (n int, word text);
    CREATE TABLE guarded (n int);
    CREATE TABLE late (n int);
    CREATE TABLE slow (n int);
    CREATE TABLE napping (n int);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'not today'; END$$;
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(60); RETURN NULL; END$$;
    CREATE TRIGGER first BEFORE INSERT ON guarded EXECUTE FUNCTION refuse();
    CREATE TRIGGER last AFTER INSERT ON late EXECUTE FUNCTION refuse();
    CREATE TRIGGER last AFTER INSERT ON slow EXECUTE FUNCTION wait();
    CREATE TRIGGER each BEFORE INSERT ON napping FOR EACH ROW EXECUTE FUNCTION wait();
"""


def data(rows: bytes) -> bytes:
    """A CopyData message."""
    return frames.encode(Frontend.COPY_DATA, rows)


def extended(sql: bytes) -> bytes:
    """Parse, Bind and Execute, without a Sync."""
    return Parse(b'', sql, NO_TYPES).encode() + Bind(b'', b'', (), (), ()).encode() + Execute(b'', 0).encode()


def held(wire: Wire, *turns: bytes | int) -> Answer:
    """All that is said to a conversation, up to the end of the connection."""
    received: Answer = []
    with wire:
        for turn in turns:
            if isinstance(turn, int):
                received += wire.read_until(turn)
            else:
                wire.send(turn)
        received += wire.read_to_end()
    return [(code, body) for code, body in received if code not in NOT_COMPARED]


def letters(answer: Answer) -> str:
    """The kinds of the messages."""
    return ''.join(chr(code) for code, _ in answer)


def comparable(answer: Answer) -> Answer:
    """Without the places in PostgreSQL's source where a session that is out of step ends: the proxy has others."""
    if not lost_sync(answer):
        return answer
    *before, (code, error), (_, farewell) = answer
    return [*before, (code, without_source(error)), (code, without_source(farewell))]


def lost_sync(answer: Answer) -> bool:
    """Whether it ends because the client has sent what does not belong to a COPY."""
    return bool(answer) and LOST_SYNC in answer[-1][1]


def without_source(error: bytes) -> bytes:
    """An ErrorResponse without file, line and function."""
    return b'\0'.join(field for field in error.split(b'\0') if field[:1] not in (b'F', b'L', b'R'))


ROWS = (b'1\n', b'2\n3\n', b'', b'4', b'\n', b'5\n' * 3, b'\\N\n', b'8\n9\n10\n')
WRONG_ROWS = (b'bad\n', b'1\t2\n', b'2000\n', b'\\')


class Program:
    """Messages around COPY FROM STDIN that a client might send, made from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.messages = [message for _ in range(self._random.randint(1, 4)) for message in self._round()]

    def _round(self) -> Iterator[bytes]:
        pick = self._random
        match pick.randrange(8):
            case 0:
                yield query.query(pick.choice((b'BEGIN', b'COMMIT', b'ROLLBACK', b'SELECT count(*) FROM t')))
            case 1:
                yield extended(pick.choice((b'SELECT 5', b'SELECT 1 / 0', b'BEGIN', b'COMMIT'))) + SYNC
            case _:
                yield from self._copy()

    def _copy(self) -> Iterator[bytes]:
        pick = self._random
        sql = b'COPY %b FROM STDIN' % pick.choice((b't', b't', b't', b'guarded', b'late', b'none'))
        steps = pick.random() < 0.6
        yield extended(sql) + pick.choice((SYNC, SYNC, FLUSH, b'')) if steps else query.query(sql)
        wrong = pick.choice((0.0, 0.0, 0.1, 0.5))
        for _ in range(pick.randint(0, 6)):
            yield data(pick.choice(WRONG_ROWS if pick.random() < wrong else ROWS))
            if pick.random() < 0.15:
                yield pick.choice((SYNC, FLUSH))
        if pick.random() < 0.95:
            yield DONE if pick.random() < 0.8 else FAIL
        if steps:
            yield SYNC

    def cut(self) -> tuple[bytes, ...]:
        """The same bytes in a few pieces, wherever they are cut."""
        sent = b''.join(self.messages)
        ends = sorted(self._random.randrange(len(sent)) for _ in range(self._random.randint(0, 4)))
        return tuple(sent[start:end] for start, end in zip([0, *ends], [*ends, len(sent)], strict=True))
