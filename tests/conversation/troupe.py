"""Sessions in the test's own process, before several scripted servers that know both protocols."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from time import perf_counter

import gevent
from gevent.socket import socket

from pgdog_gevent import sqlstate
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.backend.settings import NO_SETTINGS
from pgdog_gevent.config.settings import Config
from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.errors import ClientGone
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.frontend.session import Session
from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol.frames import HEADER_SIZE, encode, read_header
from pgdog_gevent.protocol.response import ErrorFields, read_parameter_status
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.functions import Functions
from pgdog_gevent.twophase.decision import FACTS
from tests.fakes.backend import GREETING, READY, Conversation, FakeServer, Gone
from tests.unit.backend.shards import NOTHING, Values
from tests.unit.merge.messages import row
from tests.unit.net.ends import raw_ends, until

KNOWN = Functions(frozenset({'f'}), reads_unsure=False, writes_unsure=False, stable=frozenset({'f'}))
_ANSWERS = {'P': b'1', 'B': b'2', 'C': b'3'}


def rows(*values: bytes) -> bytes:
    """The answer to a SELECT of some texts, from its one row on."""
    row = len(values).to_bytes(2, 'big') + b''.join(len(value).to_bytes(4, 'big') + value for value in values)
    return encode(ord('D'), row) + encode(ord('C'), b'SELECT 1\0')


_DESCRIPTION = encode(ord('T'), b'\0\x01x\0' + bytes(6) + b'\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0')


class Actor:
    """Answers each query with its own name. ``asked`` has the texts of all that it was asked, but for what is ours."""

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.asked: list[bytes] = []
        self.refuses: set[bytes] = set()
        """Texts that it does not do because it is read only."""
        self.hangs_up_on: set[bytes] = set()
        self.hangs_up_after_refusing = False
        self.begins_with = b''
        """What it sends of an answer before it refuses or hangs up."""
        self.reports = b''
        """ParameterStatus messages when it is connected to, beside the usual ones."""
        self.leaves = b''
        """What is left in its sessions."""
        self.wal = 0
        """How far it has written, for those who ask."""
        self.is_lost_when_located = False
        """It hangs up on them."""
        self.thinks_while_located = False
        """It takes its time to tell them."""

    def __call__(self, conversation: Conversation) -> None:
        conversation.send(auth.AUTHENTICATION_OK + GREETING + self.reports + READY)
        Scene(self, conversation).play()


class Scene:
    """One connection of an actor."""

    def __init__(self, actor: Actor, conversation: Conversation) -> None:
        self._actor = actor
        self._conversation = conversation
        self._status = b'I'
        self._failed = False
        self._texts: dict[bytes, bytes] = {}
        self._portal = b''
        self._out = b''

    def play(self) -> None:
        while (message := self._conversation.frame()).letter != 'X':
            match message.letter:
                case 'Q':
                    self._query(message.body[:-1])
                case 'S':
                    self._failed = False
                    self._ready()
                case 'H':
                    self._flush()
                case letter if not self._failed:
                    self._step(letter, message.body)

    def _ready(self) -> None:
        self._say(encode(ord('Z'), self._status))
        self._flush()

    def _say(self, message: bytes) -> None:
        """As PostgreSQL does: what is short is sent when all has been said."""
        self._out += message
        if len(self._out) > 8192:
            self._flush()

    def _flush(self) -> None:
        self._conversation.send(self._out)
        self._out = b''

    def _query(self, sql: bytes) -> None:
        self._answer(sql, _DESCRIPTION)
        self._failed = False
        self._ready()

    def _step(self, letter: str, body: bytes) -> None:
        if letter == 'P':
            name, sql, _ = body.split(b'\0', 2)
            self._texts[name] = sql
        elif letter == 'B':
            self._portal = self._texts[body.split(b'\0', 2)[1]]
        elif letter == 'D':
            self._say((encode(ord('t'), b'\0\0') if body[:1] == b'S' else b'') + _DESCRIPTION)
        elif letter == 'E':
            self._answer(self._portal, b'')
        if letter in _ANSWERS:
            self._say(encode(ord(_ANSWERS[letter]), b''))

    def _answer(self, sql: bytes, description: bytes) -> None:
        actor = self._actor
        if not sql.strip(b'; '):
            self._say(encode(ord('I'), b''))
            return
        actor.asked.append(sql)
        if sql in actor.hangs_up_on or (actor.is_lost_when_located and b'pg_current_wal_insert_lsn' in sql):
            if actor.begins_with:
                self._say(description + actor.begins_with)
                self._flush()
            raise Gone
        if sql in actor.refuses:
            self._refuse(description)
            return
        if sql == FACTS:
            self._say(encode(ord('D'), row(None, b'on', b'read committed', b'alice')) + encode(ord('C'), b'SELECT 1\0'))
            return
        word = sql.upper().replace(b';', b' ').split()[0]
        if word in (b'BEGIN', b'COMMIT', b'ROLLBACK'):
            self._status = b'T' if word == b'BEGIN' else b'I'
        returns = word in (b'SELECT', b'EXECUTE', b'SHOW')
        tag = encode(ord('C'), (b'DELETE 1' if word == b'DELETE' else word) + b'\0')
        values: tuple[bytes, ...] = (actor.leaves if b'pg_locks' in sql else actor.name,)
        if b'pg_current_wal_insert_lsn' in sql:
            gevent.sleep(0.1 if actor.thinks_while_located else 0)
            values = (b'%d' % actor.wal, b'%d' % actor.wal, b'8192')
        if b'search_path' in sql:
            values = (b'public', b'guest')
        self._say(description + rows(*values) if returns else tag)

    def _refuse(self, description: bytes) -> None:
        actor = self._actor
        fields = ErrorFields('ERROR', sqlstate.READ_ONLY_SQL_TRANSACTION, 'cannot do this in a read-only transaction')
        self._say((description + actor.begins_with if actor.begins_with else b'') + fields.encode())
        self._failed = True
        if self._status == b'T':
            self._status = b'E'
        if actor.hangs_up_after_refusing:
            self._flush()
            raise Gone


class Guest:
    """One client."""

    def __init__(self, session: Session, far: socket) -> None:
        self.session = session
        self.parameters: dict[str, str] = {}
        """As it has been told."""
        self._far = far

    def ask(self, *messages: bytes) -> str:
        """Send messages and tell the answer up to ReadyForQuery: letters, values of rows and SQLSTATEs.

        But for ParameterStatus: nobody has told this client anything when it logged in.
        """
        self.say(*messages)
        return self.hear()

    def say(self, *messages: bytes) -> None:
        self._far.sendall(b''.join(messages))

    def hear(self) -> str:
        words: list[str] = []
        while words[-1:] != ['Z'] and (header := self._receive(HEADER_SIZE)):
            code, length = read_header(header, 0)
            body = self._receive(length - 4)
            if chr(code) == 'S':
                self.parameters.update([read_parameter_status(body)])
            else:
                words.append(_word(chr(code), body))
        return ' '.join(words)

    def _receive(self, size: int) -> bytes:
        received = b''
        with suppress(ConnectionResetError):
            while len(received) < size and (chunk := self._far.recv(size - len(received))):
                received += chunk
        return received


def _word(letter: str, body: bytes) -> str:
    match letter:
        case 'D':
            return body[6:10].decode()
        case 'E':
            return ErrorFields.decode(body).sqlstate
        case _:
            return letter


class Troupe:
    """A database and its servers, known by number."""

    def __init__(self, actors: list[Actor], clusters: Clusters, config: Config, guests: ExitStack) -> None:
        self.actors = actors
        self._clusters = clusters
        [self.cluster] = clusters
        self.cluster.known_functions.learn(KNOWN, 0)
        caches = StatementCache(100, perf_counter), StatementCache(100, perf_counter)
        self._services = Services(config.general, *caches, StatementNames())
        self._guests = guests
        self._number = 0

    def reload(self, general: Values) -> None:
        """Have other settings."""
        ports = [pool.settings.port for pool in self.pools]
        roles = tuple(pool.settings.role.value for pool in self.pools)
        config = troupe_config(ports, roles, general)
        self._clusters.apply(config)
        self._services.configure(config.general)

    @property
    def pools(self) -> tuple[Pool, ...]:
        return self.cluster.pools

    @property
    def asked(self) -> list[list[bytes]]:
        """What each of them has been asked since the last look."""
        asked = [actor.asked[:] for actor in self.actors]
        for actor in self.actors:
            actor.asked.clear()
        return asked

    def guest(self) -> Guest:
        """One more client."""
        stream, far = self._guests.enter_context(raw_ends())
        self._number += 1
        client = Client(id=self._number, secret=b'', user='alice', database='app', address='', port=0, stream=stream)
        session = Session(client, self.cluster, self._services, Parameters(NO_SETTINGS, 'app'))

        def serve() -> None:
            client.greenlet = gevent.getcurrent()
            with closing(stream), suppress(ClientGone):
                session.serve()

        self._guests.callback(gevent.spawn(serve).kill)
        return Guest(session, far)

    def is_empty(self) -> bool:
        """Whether the pools have no connections any more; helps them to get rid of them."""
        for pool in self.pools:
            pool.trim()
        return not any(pool.total for pool in self.pools)


def troupe_config(ports: list[int], roles: tuple[str, ...], general: Values) -> Config:
    servers = zip(ports, roles, strict=True)
    split = {'read_write_split': 'exclude_primary', 'load_balancing_strategy': 'round_robin', 'min_pool_size': 0}
    return Config.model_validate(
        {
            'general': {**split, **general},
            'databases': [{'name': 'app', 'host': LOOPBACK, 'port': port, 'role': role} for port, role in servers],
            'users': [{'name': 'alice', 'database': 'app', 'password': 'secret'}],
        }
    )


@contextmanager
def troupe(*roles: str, general: Values = NOTHING) -> Iterator[Troupe]:
    """Servers of these roles. No permit and no connection may be lost when all is over."""
    with ExitStack() as stack:
        actors = [Actor(f'{role[0]}{number}'.encode()) for number, role in enumerate(roles)]
        fakes = [stack.enter_context(FakeServer(actor)) for actor in actors]
        config = troupe_config([fake.port for fake in fakes], roles, general)
        yield stack.enter_context(playing(actors, config))


@contextmanager
def playing(actors: list[Actor], config: Config) -> Iterator[Troupe]:
    """Likewise, with these servers behind this configuration."""
    with ExitStack() as guests, gevent.Timeout(8):
        found = Troupe(actors, Clusters(config), config, guests)
        try:
            yield found
        finally:
            guests.close()
            for pool in found.pools:
                pool.retire()
        until(found.is_empty)
        for pool in found.pools:
            pool.check_invariants()
            assert (pool.permits.held, pool.permits.unclaimed) == (0, 0)
