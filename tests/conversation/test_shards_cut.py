"""Three scripted shards, one of which stumbles at every message in turn: it is lost before it, after it, or refuses.

Whatever several shards do as one is then done by all, or by none, or the client is told that nobody knows. Nothing is
done twice, and nobody is left in a transaction.
"""

import itertools
from collections.abc import Sequence
from typing import Final, NamedTuple

import pytest

from pgdog_gevent import sqlstate
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.query import Bind, Execute, Parse
from tests.conversation.shard_actors import REFUSED, Fault
from tests.conversation.shard_stage import Stage, stage
from tests.unit.net.ends import until
from tests.unit.router.sharded import SHARDS

NOTHING: Final = (0,) * SHARDS
MOST: Final = 40
"""Messages that one server gets of one program."""
FAILURES: Final = (sqlstate.CONNECTION_FAILURE, REFUSED, sqlstate.IN_FAILED_SQL_TRANSACTION)
UNKNOWN: Final = sqlstate.TRANSACTION_RESOLUTION_UNKNOWN
UPDATE: Final = b'UPDATE users SET name = NULL'
KEYS: Final = (2, 3, 1)
"""One of each shard."""
INSERT: Final = b'INSERT INTO users (id) VALUES (1), (2), (3)'
READS: Final = query.query(b'SELECT id FROM users')
READ: Final = 'T 0 1 2 C Z'


class Program(NamedTuple):
    """What a client says, turn by turn, and how many writes each shard has committed after each transaction."""

    turns: tuple[bytes, ...]
    committed: tuple[tuple[int, ...], ...]


def simply(*texts: bytes) -> tuple[bytes, ...]:
    return tuple(map(query.query, texts))


def step(sql: bytes, limit: int = 0) -> bytes:
    return Parse(b'', sql, b'\0\0').encode() + Bind(b'', b'', (), (), ()).encode() + Execute(b'', limit).encode()


def pipeline(*texts: bytes) -> bytes:
    return b''.join(map(step, texts)) + query.SYNC


def of(shard: int) -> bytes:
    return b'UPDATE users SET name = NULL WHERE id = %d' % KEYS[shard]


PROGRAMS: Final = {
    'scatter': Program(simply(b'SELECT id FROM users'), ((0, 0, 0),)),
    'merge': Program(simply(b'SELECT id FROM users ORDER BY id'), ((0, 0, 0),)),
    'fold': Program(simply(b'SELECT sum(id) FROM users'), ((0, 0, 0),)),
    'update of all': Program(simply(UPDATE), ((1, 1, 1),)),
    'update of what is alike': Program(simply(b'UPDATE countries SET name = NULL'), ((1, 1, 1),)),
    'split insert': Program(simply(INSERT), ((1, 1, 1),)),
    'two statements in a text': Program(simply(UPDATE + b'; ' + INSERT), ((2, 2, 2),)),
    'transaction of two': Program(simply(b'BEGIN', of(0), of(1), b'COMMIT'), ((1, 1, 0),)),
    'transaction of three': Program(simply(b'BEGIN', of(0), UPDATE, b'COMMIT'), ((2, 1, 1),)),
    'one of three writes': Program(simply(b'BEGIN', b'SELECT id FROM users', of(2), b'COMMIT'), ((0, 0, 1),)),
    'rolled back': Program(simply(b'BEGIN', UPDATE, b'ROLLBACK'), ((0, 0, 0),)),
    'savepoints': Program(
        simply(b'BEGIN', b'SAVEPOINT one', of(0), b'SAVEPOINT two', UPDATE, b'ROLLBACK TO two', of(1), b'COMMIT'),
        ((1, 1, 0),),
    ),
    'chained': Program(
        simply(b'BEGIN', UPDATE, b'COMMIT AND CHAIN', of(1), b'COMMIT; SELECT id FROM users'), ((1, 1, 1), (1, 2, 1))
    ),
    'pipeline': Program((pipeline(UPDATE, b'SELECT id FROM users', INSERT),), ((2, 2, 2),)),
    'pipeline of a transaction': Program((pipeline(b'BEGIN', of(0), of(1), b'COMMIT'),), ((1, 1, 0),)),
    'begun in a pipeline': Program((pipeline(of(0), b'BEGIN', UPDATE), pipeline(b'COMMIT')), ((2, 1, 1),)),
    'rows at a time': Program(
        (pipeline(b'BEGIN'), step(b'SELECT id FROM users ORDER BY id', 2) + query.SYNC, pipeline(UPDATE, b'COMMIT')),
        ((1, 1, 1),),
    ),
}  # fmt: skip


def run(place: Stage, turns: Sequence[bytes]) -> str:
    """The SQLSTATE with which a program ends; empty if it does all. Its client goes on, unless it is told otherwise."""
    with place.guest() as client:
        for turn in turns:
            words = client.ask(turn).split()
            assert words[-1:] == ['Z'], words
            errors = [word for word in words if len(word) == 5]
            if errors:
                for actor in place.actors:
                    actor.disarm()
                assert client.ask(query.query(b'ROLLBACK')) in ('C Z', 'N C Z')
                assert client.ask(READS) == READ
                return errors[0]
    return ''


def check(place: Stage, program: Program, failure: str, fault: Fault) -> None:
    """Whether what has been done is what the client has been told."""
    counts = tuple(map(len, place.committed))
    assert failure in ('', UNKNOWN, *FAILURES)
    if not failure:
        assert counts == program.committed[-1]
    elif failure == UNKNOWN:
        assert all(done <= wanted for done, wanted in zip(counts, program.committed[-1], strict=True))
    else:
        assert counts in (NOTHING, *program.committed), (failure, fault)


COMMITS_ON_ONE: Final = ('chained',)
"""Those with a transaction on one shard: if that is lost during COMMIT nobody knows."""
EVERYWHERE: Final = ('fold', 'split insert', 'transaction of three', 'savepoints', 'pipeline')
"""Those that are cut at all shards; the others at the one in the middle, if there is little time."""
CASES = [
    pytest.param(
        name, shard, fault, id=f'{name}, {shard} {fault.value}',
        marks=() if shard == 1 or name in EVERYWHERE else pytest.mark.soak,
    )
    for name, shard, fault in itertools.product(PROGRAMS, range(SHARDS), Fault)
]  # fmt: skip


@pytest.mark.parametrize(('name', 'shard', 'fault'), CASES)
def test_all_do_it_in_two_phases_or_none(name: str, shard: int, fault: Fault) -> None:
    """Nobody has to say that nobody knows: when all can be reached again, all have done the same."""
    program = PROGRAMS[name]
    with stage({'two_phase_commit': True}) as place:
        actor = place.actors[shard]
        for messages in itertools.count():
            assert messages < MOST
            actor.arm(messages, fault)
            failure = run(place, program.turns)
            reached = not actor.armed or bool(failure)
            actor.disarm()
            until(lambda: place.quiet)
            assert place.recover() == ()
            assert place.recover() == ()
            assert not place.in_doubt
            counts = tuple(map(len, place.committed))
            assert failure in ('', *FAILURES) or (failure == UNKNOWN and name in COMMITS_ON_ONE)
            assert counts == program.committed[-1] if not failure else counts in (NOTHING, *program.committed)
            place.forget()
            if not reached:
                break


@pytest.mark.parametrize(('name', 'shard', 'fault'), CASES)
def test_all_do_it_or_none(name: str, shard: int, fault: Fault) -> None:
    program = PROGRAMS[name]
    with stage() as place:
        actor = place.actors[shard]
        for messages in itertools.count():
            assert messages < MOST
            actor.arm(messages, fault)
            failure = run(place, program.turns)
            reached = not actor.armed or bool(failure)
            actor.disarm()
            until(lambda: place.quiet)
            check(place, program, failure, fault)
            place.forget()
            if not reached:
                break
