"""When a decision is not needed any more."""

from pgdog_gevent.twophase.decision import Verdict
from pgdog_gevent.twophase.forgetting import Forgetting, Seen
from pgdog_gevent.twophase.gid import Name, Scope
from pgdog_gevent.twophase.inquiry import Decision
from pgdog_gevent.twophase.register import Register
from pgdog_gevent.twophase.resolve import Anchor

SCOPE = Scope('', 'app')
NAME = Name.new(SCOPE, 0, 7, 'app')
RETENTION = 60.0
OLD = {0: Seen('app', [Decision(NAME, 'app', Verdict.COMMIT, frozenset({0, 1}), 1000.0, Anchor.OVER)], 1)}
ALL = {0, 1}


class Watch:
    """Shows what it is set to, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_decision_is_kept_for_the_retention_after_its_last_part_was_prepared() -> None:
    watch = Watch()
    forgetting = Forgetting(SCOPE, Register(''), watch)
    assert forgetting.needless(OLD, {NAME}, ALL, RETENTION) == {}
    watch.now = RETENTION - 1
    assert forgetting.needless(OLD, (), ALL, RETENTION) == {}
    watch.now = RETENTION
    assert forgetting.needless(OLD, (), ALL, RETENTION) == OLD


def test_without_retention_it_goes_as_soon_as_nothing_is_prepared() -> None:
    forgetting = Forgetting(SCOPE, Register(''), Watch())
    assert forgetting.needless(OLD, {NAME}, ALL, 0.0) == {}
    assert forgetting.needless(OLD, (), ALL, 0.0) == OLD


def test_decision_is_kept_while_a_shard_cannot_be_asked() -> None:
    assert Forgetting(SCOPE, Register(''), Watch()).needless(OLD, (), {0}, RETENTION) == {}
