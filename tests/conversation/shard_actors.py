"""Servers that are the shards of one database: they know of transactions, count what they are told, and can be cut."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Final

from pgdog_gevent.merge.description import BINARY, Column, Description, expanded
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.frames import Frame, encode
from pgdog_gevent.protocol.query import Bind, Named, Parse, Target, query_text
from pgdog_gevent.protocol.response import ErrorFields
from pgdog_gevent.router.parse import parse
from tests.conversation.shard_decisions import DECISIONS, UNIQUE, UNKNOWN, Decisions, Row, is_about_them
from tests.fakes.backend import PATIENCE, Conversation, Gone
from tests.unit.merge.messages import row

REFUSED: Final = '22012'
"""Of what a server refuses because it is told to."""
_WRITES: Final = frozenset({b'INSERT', b'UPDATE', b'DELETE'})
_PARAMETER: Final = re.compile(rb'\$(\d+)')
_READY: Final = b'txid_current_if_assigned'

_PARSER: Final = ThreadPoolExecutor(1)
"""libpg_query makes a key of each thread that parses, and a process has no more than 1024 for all of its libraries."""


class Fault(Enum):
    """What befalls a server at the message that is counted."""

    LOST = 'lost'
    """It is gone before it has read it."""
    DELIVERED = 'delivered'
    """It is gone when it has done what it says."""
    REFUSED = 'refused'
    """It answers with an error."""


class ShardActor:
    """One server. What is done twice, or left in a transaction, is seen here."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.committed: list[bytes] = []
        """Statements that have written something, each as often as it has been committed."""
        self.decisions = Decisions()
        self.told: list[bytes] = []
        """All statements, in order."""
        self.hangs_on: bytes = b''
        """It begins to answer texts with this in them, and then waits to be cancelled."""
        self.hanging = threading.Event()
        self.canceled = threading.Event()
        self.cancelling = self.overtaken = False
        """Whether a CancelRequest is under way; whether a statement has come meanwhile, which it might have hit."""
        self.in_transaction = 0
        """How many sessions are."""
        self._countdown = -1
        self._fault = Fault.LOST

    @property
    def armed(self) -> bool:
        return self._countdown >= 0

    def arm(self, messages: int, fault: Fault) -> None:
        """Have it stumble after so many messages more."""
        self._countdown, self._fault = messages, fault

    def disarm(self) -> None:
        self._countdown = -1

    def cancel(self, conversation: Conversation) -> None:
        """It is asked to leave off, and takes its time to say that it has."""
        self.cancelling = True
        self.canceled.set()
        time.sleep(0.01)
        self.cancelling = False

    def stumbles(self) -> Fault | None:
        """What happens at the message that has come."""
        if self._countdown < 0:
            return None
        self._countdown -= 1
        return self._fault if self._countdown < 0 else None

    def __call__(self, conversation: Conversation) -> None:
        conversation.greet()
        session = ShardSession(self, conversation)
        try:
            session.play()
        finally:
            session.leave()


class ShardSession:
    """One connection of it."""

    def __init__(self, actor: ShardActor, conversation: Conversation) -> None:
        self._actor = actor
        self._conversation = conversation
        self._status = 'I'
        self._written: list[tuple[str, bytes]] = []
        """Since BEGIN: savepoints, and statements that write."""
        self._decided: list[tuple[bytes, Row]] = []
        self._statements: dict[bytes, bytes] = {}
        self._portal: tuple[bytes, tuple[int, ...]] = (b'', ())
        self._skipping = False
        self._out = b''

    def play(self) -> None:
        while (message := self._conversation.frame()).letter != 'X':
            fault = self._actor.stumbles()
            if fault is Fault.LOST:
                raise Gone
            if fault is Fault.REFUSED and message.letter != 'S':
                self._refuse(message)
            else:
                self._heed(message)
            if fault is Fault.DELIVERED:
                raise Gone
            self._send(message.letter)

    def leave(self) -> None:
        self._change_status('I')

    def _send(self, letter: str) -> None:
        if letter in 'QSH':
            out, self._out = self._out, b''
            self._conversation.send(out)

    def _change_status(self, status: str) -> None:
        self._actor.in_transaction += (status != 'I') - (self._status != 'I')
        self._status = status

    # Messages

    def _heed(self, message: Frame) -> None:
        body = message.body
        match message.letter:
            case 'Q':
                self._query(query_text(body))
            case 'S':
                self._skipping = False
                self._end_statement()
            case _ if self._skipping:
                pass
            case 'P':
                parsed = Parse.decode(body)
                self._statements[parsed.name] = parsed.sql
                self._out += encode(ord('1'))
            case 'B':
                bind = Bind.decode(body)
                self._portal = self._statements[bind.statement], bind.result_formats
                self._out += encode(ord('2'))
            case 'D':
                self._describe(Named.decode(body))
            case 'E':
                self._run(*self._portal, described=True)
            case 'C':
                self._out += encode(ord('3'))

    def _query(self, text: bytes) -> None:
        several = _READY in text or b'\n;' in text or text.startswith((b'SET LOCAL', b'SET search_path'))
        statements = text.split(b';') if several else [text]
        for sql in statements:
            if not self._skipping:
                self._run(sql.strip(b'; \n'), (0,), described=False)
        self._skipping = False
        self._end_statement()

    def _end_statement(self) -> None:
        """What is no transaction is committed now."""
        if self._status == 'I':
            self._commit()
        self._out += encode(ord('Z'), self._status.encode())

    def _refuse(self, message: Frame) -> None:
        self._fail(REFUSED)
        if message.letter == 'Q':
            self._skipping = False
            self._out += encode(ord('Z'), self._status.encode())

    def _fail(self, sqlstate: str) -> None:
        self._out += ErrorFields('ERROR', sqlstate, 'refused').encode()
        self._skipping = True
        if self._status == 'T':
            self._change_status('E')
        elif self._status == 'I':
            self._written.clear()

    def _describe(self, named: Named) -> None:
        of_statement = named.target is Target.STATEMENT
        sql, formats = (self._statements[named.name], (0,)) if of_statement else self._portal
        if of_statement:
            count = max(map(int, _PARAMETER.findall(sql)), default=0)
            self._out += response.parameter_description((oids.INT8,) * count)
        columns = _columns(sql, formats)
        self._out += response.NO_DATA if columns is None else encode(ord('T'), columns.encode())

    # Statements

    def _run(self, sql: bytes, formats: tuple[int, ...], *, described: bool) -> None:
        actor = self._actor
        word = sql.split()[0].upper() if sql else b''
        actor.told.append(sql)
        actor.overtaken |= actor.cancelling
        if not word:
            self._complete(b'')
        elif self._status == 'E' and word not in (b'ROLLBACK', b'COMMIT'):
            self._fail('25P02')
        elif DECISIONS in sql and word in _WRITES:
            self._decide(word, sql)
        elif word in _WRITES:
            self._written.append(('', sql))
            self._complete(b'INSERT 0 1' if word == b'INSERT' else word + b' 1')
        elif word in (b'SELECT', b'SHOW'):
            self._select(sql, formats, described=described)
        else:
            self._control(word, sql)

    def _complete(self, tag: bytes) -> None:
        self._out += encode(ord('C'), tag + b'\0') if tag else encode(ord('I'))

    def _select(self, sql: bytes, formats: tuple[int, ...], *, described: bool) -> None:
        actor = self._actor
        if b'search_path' in sql:
            self._out += encode(ord('D'), row(b'public', b'guest'))
        elif b'pg_is_in_recovery' in sql:
            self._out += encode(ord('D'), row(b'f'))
        elif is_about_them(sql) and _READY not in sql:
            self._out += b''.join(encode(ord('D'), found) for found in actor.decisions.select(sql))
        elif _READY in sql:
            writes = any(not name for name, _ in self._written)
            self._out += encode(ord('D'), row(b'7' if writes else None, b'on', b'read committed', b'alice'))
        else:
            columns = _columns(sql, formats)
            assert columns is not None
            if not described:
                self._out += encode(ord('T'), columns.encode())
            number = b'%d' % actor.number, actor.number.to_bytes(8, 'big')
            self._out += encode(ord('D'), row(*(number[each.format == BINARY] for each in columns.columns)))
        if actor.hangs_on and actor.hangs_on in sql and not self._hang():
            return
        self._complete(b'SELECT 1')

    def _hang(self) -> bool:
        """Say what has been said so far, and wait; false if it is cancelled."""
        self._send('H')
        self._actor.hanging.set()
        canceled = self._actor.canceled.wait(PATIENCE)
        self._actor.canceled.clear()
        if canceled:
            self._fail('57014')
        return not canceled

    def _control(self, word: bytes, sql: bytes) -> None:
        if word == b'BEGIN':
            self._change_status('T')
        elif word == b'PREPARE':
            self._actor.decisions.prepare(sql, [sql for name, sql in self._written if not name])
            self._end(commits=False)
        elif b' PREPARED ' in sql:
            if self._actor.hangs_on and self._actor.hangs_on in sql and not self._hang():
                return
            if not self._finish(sql):
                return
        elif word == b'COMMIT':
            word = b'COMMIT' if self._status == 'T' else b'ROLLBACK'
            self._end(commits=word == b'COMMIT')
        elif word == b'ROLLBACK' and b'TO' in sql:
            self._roll_back_to(sql.split()[-1].decode())
        elif word == b'ROLLBACK':
            self._end(commits=False)
        elif word == b'SAVEPOINT':
            self._written.append((sql.split()[-1].decode(), b''))
        self._complete(word)

    def _decide(self, word: bytes, sql: bytes) -> None:
        """Make or remove a decision; one that is made twice fails, or is none."""
        decisions = self._actor.decisions
        if word == b'DELETE':
            decisions.delete(sql)
        else:
            name, made = decisions.inserted(sql)
            if name in decisions.rows and b'ON CONFLICT' not in sql:
                self._fail(UNIQUE)
                return
            if self._status == 'T':
                self._decided.append((name, made))
            else:
                decisions.rows.setdefault(name, made)
        self._complete(word)

    def _finish(self, sql: bytes) -> bool:
        try:
            self._actor.committed += self._actor.decisions.finish(sql)
        except KeyError:
            self._fail(UNKNOWN)
            return False
        return True

    def _end(self, *, commits: bool) -> None:
        if commits:
            self._commit()
        self._written.clear()
        self._decided.clear()
        self._change_status('I')

    def _commit(self) -> None:
        self._actor.committed += [sql for name, sql in self._written if not name]
        self._actor.decisions.rows.update(self._decided)
        self._written.clear()

    def _roll_back_to(self, savepoint: str) -> None:
        names = [name for name, _ in self._written]
        del self._written[len(names) - names[::-1].index(savepoint) :]
        self._change_status('T')


def _columns(sql: bytes, formats: tuple[int, ...]) -> Description | None:
    """Those of a SELECT; all are numbers."""
    if not sql.upper().startswith(b'SELECT'):
        return None
    select = _PARSER.submit(parse, sql).result().stmts[0].stmt.select_stmt
    count = len(select.target_list)
    named = [f'c{number}'.encode() for number in range(count)]
    each = expanded(formats, count)
    return Description(
        tuple(Column(name, 0, 0, oids.INT8, 8, -1, how) for name, how in zip(named, each, strict=True))
    )
