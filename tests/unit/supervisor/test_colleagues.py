"""What a worker knows of the others."""

from pgdog_gevent.supervisor.board import Board
from pgdog_gevent.supervisor.colleagues import Colleagues


def test_commits_of_others_are_waited_for_and_not_those_of_this_worker() -> None:
    board = Board(2)
    mine, theirs = (Colleagues(lambda message: None, board, worker).commits() for worker in range(2))
    mine.publish(2, 1)
    assert mine.seen(mine.marks())
    marks = theirs.marks()
    assert not theirs.seen(marks)
    mine.publish(2, 2)
    assert theirs.seen(marks)
