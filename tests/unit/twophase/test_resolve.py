"""What recovery does with what it finds: the whole table."""

from itertools import product

import pytest

from pgdog_gevent.twophase.decision import Verdict
from pgdog_gevent.twophase.resolve import Anchor, Move, forgettable, resolve

YOUNG, GRACE = 1.0, 60.0
AGES = {'young': 0.9, 'grown': 1.0, 'nearly old': 59.9, 'old': 60.0}
GROWN = list(AGES).index('grown')

MOVES = {
    (None, Anchor.RUNNING): (Move.WAIT, Move.WAIT, Move.WAIT, Move.CLAIM),
    (None, Anchor.OVER): (Move.WAIT, Move.CLAIM, Move.CLAIM, Move.CLAIM),
    (Verdict.COMMIT, Anchor.RUNNING): (Move.WAIT, Move.COMMIT, Move.COMMIT, Move.COMMIT),
    (Verdict.COMMIT, Anchor.OVER): (Move.WAIT, Move.COMMIT, Move.COMMIT, Move.COMMIT),
    (Verdict.ABORT, Anchor.RUNNING): (Move.WAIT, Move.ROLL_BACK, Move.ROLL_BACK, Move.ROLL_BACK),
    (Verdict.ABORT, Anchor.OVER): (Move.WAIT, Move.ROLL_BACK, Move.ROLL_BACK, Move.ROLL_BACK),
}
"""By what the anchor says: what is done at each age."""


def test_table_has_all_cases() -> None:
    assert set(MOVES) == set(product((None, *Verdict), Anchor))


@pytest.mark.parametrize(
    ('verdict', 'anchor', 'age', 'move'),
    [
        pytest.param(verdict, anchor, AGES[age], move, id=f'{verdict}-{anchor}-{age}')
        for (verdict, anchor), moves in MOVES.items() for age, move in zip(AGES, moves, strict=True)
    ],
)  # fmt: skip
def test_move_follows_from_what_the_anchor_says(
    verdict: Verdict | None, anchor: Anchor, age: float, move: Move
) -> None:
    assert resolve(verdict, anchor, age, GRACE, YOUNG) is move


@pytest.mark.parametrize(('verdict', 'anchor'), list(MOVES))
def test_hurried_recovery_waits_for_no_age(verdict: Verdict | None, anchor: Anchor) -> None:
    expected = MOVES[verdict, anchor][GROWN]
    assert resolve(verdict, anchor, 0.0, GRACE, young=0.0) is expected


@pytest.mark.parametrize('anchor', Anchor)
def test_without_grace_nobody_is_waited_for(anchor: Anchor) -> None:
    assert resolve(None, anchor, YOUNG, 0.0, YOUNG) is Move.CLAIM


@pytest.mark.parametrize(('verdict', 'anchor'), list(MOVES))
@pytest.mark.parametrize('age', AGES.values(), ids=AGES)
def test_nothing_is_rolled_back_or_committed_without_its_row(
    verdict: Verdict | None, anchor: Anchor, age: float
) -> None:
    move = resolve(verdict, anchor, age, GRACE, YOUNG)
    assert move is not Move.COMMIT or verdict is Verdict.COMMIT
    assert move is not Move.ROLL_BACK or verdict is Verdict.ABORT


FORGOTTEN = {(Verdict.COMMIT, Anchor.RUNNING), (Verdict.COMMIT, Anchor.OVER), (Verdict.ABORT, Anchor.OVER)}
"""What is forgotten if it is old, and nothing is prepared any more."""


@pytest.mark.parametrize(('verdict', 'anchor'), list(product(Verdict, Anchor)))
@pytest.mark.parametrize('prepared', [False, True], ids=['finished', 'prepared'])
@pytest.mark.parametrize('age', [59.9, 60.0], ids=['kept', 'old'])
def test_decision_is_forgotten_when_nobody_can_need_it(
    verdict: Verdict, anchor: Anchor, prepared: bool, age: float
) -> None:
    expected = age >= 60.0 and not prepared and (verdict, anchor) in FORGOTTEN
    assert forgettable(verdict, anchor, age, 60.0, prepared=prepared) is expected


def test_without_retention_it_is_forgotten_at_once() -> None:
    assert forgettable(Verdict.COMMIT, Anchor.OVER, 0.0, 0.0, prepared=False)
