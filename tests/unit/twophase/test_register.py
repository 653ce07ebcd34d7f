"""What is under way, and who waits for it."""

import gevent

from pgdog_gevent.backend.visibility import Marks
from pgdog_gevent.twophase.register import Entry, Register, State


def entry(name: str = 'a', shards: tuple[int, ...] = (0, 2), database: str = 'app') -> Entry:
    return Entry(name, database, 'alice', shards)


def decided(register: Register, found: Entry) -> Entry:
    register.enter(found)
    register.decides(found)
    return found


def waits(register: Register, *shards: int, database: str = 'app') -> 'gevent.Greenlet[..., None] | None':
    """Who waits for the whole of these shards; ``None`` if nobody has to."""
    reader = gevent.spawn(register.await_whole, database, shards)
    gevent.sleep(0)
    gevent.sleep(0)
    return None if reader.ready() else reader


class Others:
    """The commits of another process."""

    def __init__(self) -> None:
        self.published: list[tuple[int, int]] = []
        self.are_seen = True

    def publish(self, decided: int, oldest: int) -> None:
        self.published.append((decided, oldest))

    def marks(self) -> Marks:
        return (1,)

    def seen(self, marks: Marks) -> bool:
        return self.are_seen


def test_commit_that_is_not_decided_is_not_waited_for() -> None:
    register = Register('')
    register.enter(entry())
    assert waits(register, 0, 1, 2) is None


def test_read_waits_for_what_some_of_its_shards_show() -> None:
    register = Register('')
    found = decided(register, entry())
    reader = waits(register, 0, 1, 2)
    assert reader is not None
    register.leave(found, committed=True)
    reader.join(1)
    assert reader.ready()


def test_read_of_one_of_the_shards_waits_for_nothing() -> None:
    register = Register('')
    decided(register, entry())
    assert waits(register, 0, 1) is None


def test_read_of_another_database_waits_for_nothing() -> None:
    register = Register('')
    decided(register, entry())
    assert waits(register, 0, 2, database='shop') is None


def test_what_all_shards_of_a_read_show_is_not_waited_for() -> None:
    register = Register('')
    found = decided(register, entry(shards=(0, 1, 2)))
    found.hidden.difference_update((0, 1))
    assert waits(register, 0, 1) is None
    reader = waits(register, 0, 1, 2)
    assert reader is not None
    reader.kill()


def test_what_is_left_to_recovery_is_waited_for_until_that_has_settled_it() -> None:
    register = Register('')
    found = decided(register, entry())
    register.leave_to_recovery(found, committed=True)
    assert (found.state, register.left) == (State.IN_DOUBT, (found,))
    reader = waits(register, 0, 2)
    assert reader is not None
    register.settled(found)
    reader.join(1)
    assert reader.ready()
    assert register.left == ()


def test_commits_of_other_processes_are_waited_for() -> None:
    others = Others()
    others.are_seen = False
    register = Register('', others)
    reader = waits(register, 0, 1)
    assert reader is not None
    others.are_seen = True
    reader.join(1)
    assert reader.ready()


def test_others_are_told_of_the_first_that_is_not_seen_everywhere() -> None:
    others = Others()
    register = Register('', others)
    first, second = decided(register, entry('a')), decided(register, entry('b'))
    register.leave(second, committed=True)
    register.leave(first, committed=True)
    assert others.published == [(1, 0), (2, 0), (2, 0), (2, 2)]


def test_what_is_rolled_back_before_it_is_decided_is_counted_and_forgotten() -> None:
    register = Register('')
    found = entry()
    register.enter(found)
    assert found.name in register
    register.leave(found, committed=False)
    assert (register.aborted, register.committed, list(register), found.ended.is_set()) == (1, 0, [], True)
