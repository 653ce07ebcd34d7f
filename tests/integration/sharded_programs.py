"""Random programs of several clients who take turns: transactions, savepoints, cursors, portals, pipelines.

No client waits for another: each changes rows of its own only, and all are in READ COMMITTED.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.query import Bind, Execute, Named, Target
from pgdog_gevent.protocol.response import ErrorFields
from tests.integration.extended import Frames, parse

NOT_AVAILABLE: Final = '0A000'
_ORDERED: Final = 'SELECT id, age FROM users ORDER BY id'
_TEXTS: Final = (
    'BEGIN', 'BEGIN', 'BEGIN', 'BEGIN', 'START TRANSACTION', 'BEGIN READ ONLY', 'BEGIN ISOLATION LEVEL READ COMMITTED',
    'COMMIT', 'COMMIT', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'COMMIT AND CHAIN', 'ROLLBACK AND CHAIN',
    'SAVEPOINT a', 'SAVEPOINT a', 'SAVEPOINT b', 'ROLLBACK TO a', 'ROLLBACK TO a', 'ROLLBACK TO b', 'RELEASE a',
    _ORDERED, _ORDERED, 'SELECT count(*), sum(age) FROM users', 'SELECT id, age FROM users WHERE id = {key}',
    'SELECT age, count(*) FROM users GROUP BY age ORDER BY age',
    "UPDATE users SET age = age + 1 WHERE name = '{own}'", "UPDATE users SET age = age + 1 WHERE name = '{own}'",
    "UPDATE users SET age = age + 1 WHERE name = '{own}' RETURNING id, age",
    'UPDATE users SET age = age + 10 WHERE id = {key}', 'UPDATE users SET age = 3 WHERE id = {key} RETURNING age',
    "INSERT INTO users VALUES ({key}, '{own}', 1)", "INSERT INTO users VALUES ({key}, '{own}', 1)",
    "INSERT INTO users VALUES ({new}, '{own}', 1), ({key}, '{own}', 2), ({new} + 1, '{own}', 3)",
    "INSERT INTO users VALUES ({new}, '{own}', 1), ({new} + 1, '{own}', 2), ({new} + 2, '{own}', 3) RETURNING id",
    'DELETE FROM users WHERE id = {key}', "DELETE FROM users WHERE name = '{own}' AND id >= 1000 RETURNING id",
    "SELECT 1 / (id - id) FROM users WHERE name = '{own}'", "SELECT id / 0 FROM users WHERE id = {key}",
    "UPDATE users SET age = 1 / (id - {key}) WHERE name = '{own}'", 'SELECT 1 / 0', 'SELECT 1', '', 'SELEC',
    'SELECT nothing FROM users', "SET LOCAL app.x = '{key}'", "SELECT coalesce(current_setting('app.x', true), '')",
    "SET app.x = '{key}'", 'SHOW transaction_isolation', 'SHOW transaction_read_only', 'SET TRANSACTION READ ONLY',
    'DECLARE c CURSOR FOR SELECT id, age FROM users WHERE id = {key}', 'FETCH c', 'FETCH ALL c', 'CLOSE c', 'MOVE c',
    'PREPARE s (bigint) AS SELECT id, age FROM users WHERE id = $1', 'EXECUTE s ({key})', 'DEALLOCATE s',
)  # fmt: skip
_ENDS: Final = ('COMMIT', 'ROLLBACK', 'COMMIT AND CHAIN')
_BEFORE: Final = frozenset('123Tn')
_ALIKE: Final = dict.fromkeys(('34000', '3B001'), '25P02')
"""What can be wrong in a failed transaction beside that it has failed."""
_SPENT: Final = {'55000': '34000'}
"""Of a portal that has been run to its end: it may be gone."""
_ALONE: Final = ('DECLARE', 'PREPARE', 'EXECUTE', 'DEALLOCATE')
"""Names that SQL gives statements are not read among others, and a cursor would be gone at the end."""
_NAMES: Final = (b'', b'', b'one', b'two')
_LIMITS: Final = (0, 0, 0, 1, 2)


class Turn(NamedTuple):
    """What one client says, up to a Query or Sync."""

    client: int
    messages: bytes
    shown: str


class Program:
    """The turns of clients who have these keys, a row of each at first."""

    def __init__(self, seed: int, keys: Sequence[Sequence[int]]) -> None:
        self._chance = random.Random(seed)
        self._keys = keys
        # Some versions of PostgreSQL forget, AND CHAIN, what a transaction was that has failed.
        left_out = 'CHAIN' if seed % 2 else 'READ ONLY'
        self._texts = [text for text in _TEXTS if left_out not in text]
        self._ends = [text for text in _ENDS if left_out not in text]

    def turns(self, count: int) -> Iterator[Turn]:
        for _ in range(count):
            client = self._chance.randrange(len(self._keys))
            kind = self._chance.random()
            if kind < 0.4:
                sql = self._text(client)
            elif kind < 0.5:
                texts = [self._text(client) for _ in range(self._chance.randint(2, 3))]
                sql = '; '.join(text for text in texts if not text.startswith(_ALONE))
            elif kind < 0.55:
                text = self._text(client)
                sql = f'{self._chance.choice(self._ends)}; SELECT 1; {"" if text.startswith(_ALONE) else text}'
            else:
                yield self._pipeline(client)
                continue
            yield Turn(client, query.query(sql.encode()), sql)

    def _text(self, client: int) -> str:
        key = self._chance.choice(self._keys[client])
        new = 1000 * (client + 1) + self._chance.randrange(5)
        return self._chance.choice(self._texts).format(key=key, new=new, own=f'c{client}')

    def _pipeline(self, client: int) -> Turn:
        steps = [self._step(client) for _ in range(self._chance.choice((1, 1, 2, 3)))]
        return Turn(client, b''.join(each for each, _ in steps) + query.SYNC, ' | '.join(shown for _, shown in steps))

    def _step(self, client: int) -> tuple[bytes, str]:
        chance = self._chance
        name, portal, limit = chance.choice(_NAMES), chance.choice(_NAMES), chance.choice(_LIMITS)
        sql = self._text(client) or 'SELECT 1'
        if 'RETURNING' in sql:
            limit = 0  # A write that is suspended is half done, for what follows in PostgreSQL.
        execute = Execute(portal, limit).encode()
        shown = f'execute {portal!r} {limit}'
        kind = chance.random()
        if kind < 0.08 and portal:
            return execute, shown  # What a failed Query has left without a name can crash PostgreSQL 15.
        if kind < 0.12:
            return Named(Target.PORTAL, portal).encode(Frontend.CLOSE), f'close portal {portal!r}'
        bind = Bind(portal, name, (), (), ()).encode()
        if kind < 0.2 and name:
            return bind + Execute(portal, 0).encode(), f'bind {name!r}, execute {portal!r}'
        made = parse(name, sql.encode()) + bind
        if name:
            made = Named(Target.STATEMENT, name).encode(Frontend.CLOSE) + made
        if chance.random() < 0.3:
            made += Named(Target.PORTAL, portal).encode(Frontend.DESCRIBE)
        if chance.random() < 0.2:
            execute, shown = execute * 2, f'{shown} twice'
        return made + execute, f'{sql} as {name!r}, {shown}'


def heard(frames: Frames) -> list[str]:
    """An answer, as far as it has to be the same: not in the order of rows, nor in words."""
    words, rows = list[str](), list[str]()
    for code, body in frames:
        if code == Backend.DATA_ROW:
            rows.append(str(body))
            continue
        words += sorted(rows)
        rows.clear()
        match code:
            case Backend.ERROR_RESPONSE:
                while words and words[-1] in _BEFORE:
                    words.pop()  # It may be found out sooner or later.
                sqlstate = ErrorFields.decode(body).sqlstate
                words.append(_SPENT.get(sqlstate, sqlstate))
            case Backend.COMMAND_COMPLETE | Backend.READY_FOR_QUERY:
                words.append(f'{chr(code)} {body.decode()}')
            case Backend.NOTICE_RESPONSE | Backend.PARAMETER_STATUS | Backend.NOTIFICATION_RESPONSE:
                pass
            case _:
                words.append(chr(code))
    if words[-1] == 'Z E' and len(words) == 2:
        return [_ALIKE.get(words[0], words[0]), 'Z E']
    return words
