"""What the supervisor decides."""

import pickle
from collections import defaultdict

import pytest

from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.config.resolve import Place
from pgdog_gevent.config.settings import Config
from pgdog_gevent.observe.together import remains
from pgdog_gevent.supervisor.coordinator import Coordinator
from pgdog_gevent.supervisor.messages import (
    Answer,
    Answers,
    Asked,
    Closed,
    Departed,
    Everybody,
    Known,
    Lent,
    Needed,
    One,
    Opened,
    Others,
    Question,
    Recalled,
    Refusal,
    Reload,
    Returned,
    Shutdown,
    ToWorker,
)
from pgdog_gevent.supervisor.orders import (
    Adopt,
    Ban,
    Cancel,
    Load,
    Look,
    Pause,
    PoolKey,
    Resume,
    SequencesRead,
    Set,
    TablesChanged,
    Unban,
)
from tests.unit.observe.views import SNAPSHOT

PLACE = Place(0, 'localhost', 5432, 'app')
APP = PoolKey('alice', 'app', 'primary', PLACE)
NOTHING = pickle.dumps(None)


class Office:
    """A coordinator of two workers; what it says to each is kept until it is read."""

    def __init__(self) -> None:
        self.sent: dict[int, list[ToWorker]] = defaultdict(list)
        self.ends: list[ShutdownMode] = []
        self.notified: list[str] = []
        self.coordinator = Coordinator(Config(), 2, lambda worker, message: self.sent[worker].append(message),
                                       self.ends.append, self.notified.append)  # fmt: skip
        for worker in (0, 1):
            self.coordinator.joins(worker)

    def read(self, worker: int) -> list[ToWorker]:
        return self.sent.pop(worker, [])

    def question(self, worker: int) -> Question:
        [question] = self.read(worker)
        assert isinstance(question, Question)
        return question


@pytest.fixture
def office() -> Office:
    return Office()


def opened(office: Office) -> Coordinator:
    for worker in (0, 1):
        office.coordinator.receive(worker, Opened(5 + worker, APP, 3))
    return office.coordinator


def test_a_pool_has_one_number_and_is_shared_out(office: Office) -> None:
    opened(office)
    assert office.read(0) == [Known(5, 1, False, False), Lent(5, 2)]
    assert office.read(1) == [Known(6, 1, False, False), Lent(6, 1)]


def test_permits_go_from_one_to_the_other(office: Office) -> None:
    coordinator = opened(office)
    office.sent.clear()
    coordinator.receive(1, Needed(6, 3, waits=True))
    assert office.read(0) == [Recalled(5, 2)]
    coordinator.receive(0, Returned(5, 1))
    assert office.read(1) == [Lent(6, 1)]


def test_what_a_dead_worker_had_is_lent_to_its_successor(office: Office) -> None:
    coordinator = opened(office)
    coordinator.leaves(1)
    coordinator.joins(1)
    office.sent.clear()
    coordinator.receive(1, Opened(1, APP, 3))
    assert office.read(1) == [Known(1, 1, False, False), Lent(1, 1)]


def test_a_pool_that_nobody_has_is_forgotten(office: Office) -> None:
    coordinator = opened(office)
    coordinator.receive(0, Closed(5))
    coordinator.receive(1, Closed(6))
    coordinator.receive(1, Returned(6, 1))
    office.sent.clear()
    coordinator.receive(0, Opened(7, APP, 4))
    assert office.read(0) == [Known(7, 2, False, False), Lent(7, 2)]


def test_all_are_asked_and_all_answers_come(office: Office) -> None:
    office.coordinator.receive(0, Asked(9, Everybody(Pause(None, None))))
    for worker in (0, 1):
        question = office.question(worker)
        assert question.order == Pause(None, None)
        office.coordinator.receive(worker, Answer(question.number, NOTHING))
    assert office.read(0) == [Answers(9, (NOTHING, NOTHING))]


def test_nobody_waits_for_the_dead(office: Office) -> None:
    office.coordinator.receive(0, Asked(9, Others(TablesChanged(('t',)))))
    office.coordinator.leaves(1)
    assert office.read(0) == [Answers(9, ())]
    office.coordinator.receive(0, Asked(10, One(1, Cancel(2, b'secret'))))
    assert office.read(0) == [Answers(10, ())]


def test_the_dead_are_told_nothing(office: Office) -> None:
    office.coordinator.receive(1, Asked(9, Others(TablesChanged(('t',)))))
    question = office.question(0)
    office.coordinator.leaves(1)
    office.coordinator.receive(0, Answer(question.number, NOTHING))
    assert office.read(1) == []


@pytest.mark.parametrize(
    ('orders', 'paused'),
    [
        ([Pause(None, None)], True),
        ([Pause('alice', 'app')], True),
        ([Pause(None, 'other')], False),
        ([Pause(None, 'app'), Resume(None, None)], False),
    ],
)
def test_successor_begins_as_paused_as_the_others_are(
    office: Office, orders: list[Pause | Resume], paused: bool
) -> None:
    coordinator = opened(office)
    for order in orders:
        coordinator.receive(0, Asked(1, Everybody(order)))
    coordinator.leaves(1)
    coordinator.joins(1)
    office.sent.clear()
    coordinator.receive(1, Opened(1, APP, 3))
    assert office.read(1)[0] == Known(1, 1, paused, False)


@pytest.mark.parametrize(
    ('orders', 'banned'),
    [
        ([Ban(None)], True),
        ([Ban(1)], True),
        ([Ban(2)], False),
        ([Ban(1), Unban(2)], True),
        ([Ban(1), Unban(1)], False),
        ([Ban(None), Unban(1)], False),
        ([Ban(1), Unban(None)], False),
        ([Pause(None, None), Resume(None, None)], False),
    ],
)
def test_successor_begins_with_the_bans_of_the_administrator(
    office: Office, orders: list[Ban | Unban | Pause | Resume], banned: bool
) -> None:
    coordinator = opened(office)
    for order in orders:
        coordinator.receive(0, Asked(1, Everybody(order)))
    coordinator.leaves(1)
    coordinator.joins(1)
    office.sent.clear()
    coordinator.receive(1, Opened(1, APP, 3))
    assert office.read(1)[0] == Known(1, 1, False, banned)


def test_successor_begins_with_what_was_set_and_learnt(office: Office) -> None:
    coordinator = office.coordinator
    coordinator.receive(0, Asked(1, Everybody(Set('checkout_timeout', '77'))))
    coordinator.receive(0, Asked(2, Others(SequencesRead(PLACE))))
    assert coordinator.config.general.checkout_timeout == 0.077
    assert coordinator.learnt == (SequencesRead(PLACE),)


def test_one_reads_the_files_and_all_adopt_them(office: Office) -> None:
    coordinator = office.coordinator
    coordinator.receive(1, Asked(4, Reload()))
    read = office.question(0)
    assert (read.order, office.read(1)) == (Load(), [])
    config = Config.model_validate({'general': {'default_pool_size': 3}})
    coordinator.receive(0, Answer(read.number, pickle.dumps(config)))
    for worker in (0, 1):
        question = office.question(worker)
        assert question.order == Adopt(config)
        coordinator.receive(worker, Answer(question.number, NOTHING))
    assert office.read(1) == [Answers(4, ())]
    assert coordinator.config == config
    assert office.notified == ['RELOADING=1', 'READY=1']


def test_what_cannot_be_read_changes_nothing(office: Office) -> None:
    coordinator = office.coordinator
    before = coordinator.config
    coordinator.receive(1, Asked(4, Reload()))
    broken = Refusal('F0000', 'wrong')
    coordinator.receive(0, Answer(office.question(0).number, pickle.dumps(broken)))
    [answers] = office.read(1)
    assert isinstance(answers, Answers)
    assert [pickle.loads(payload) for payload in answers.payloads] == [broken]
    assert (coordinator.config, office.read(0)) == (before, [])


def test_reload_is_refused_when_its_reader_dies(office: Office) -> None:
    refusals: list[Refusal | None] = []
    office.coordinator.reload(refusals.append)
    office.coordinator.leaves(0)
    assert [refusal.message for refusal in refusals if refusal] == ['a worker process has died']


def test_what_the_dead_have_counted_is_part_of_what_is_seen(office: Office) -> None:
    coordinator = office.coordinator
    seen = pickle.dumps(SNAPSHOT)
    for _ in range(2):
        coordinator.receive(0, Asked(1, Everybody(Look())))
        for worker in (0, 1):
            coordinator.receive(worker, Answer(office.question(worker).number, seen))
        office.sent.clear()
    coordinator.leaves(1)
    coordinator.receive(0, Asked(2, Everybody(Look())))
    coordinator.receive(0, Answer(office.question(0).number, seen))
    [answers] = office.read(0)
    assert isinstance(answers, Answers)
    assert [pickle.loads(payload) for payload in answers.payloads] == [SNAPSHOT, Departed(remains(SNAPSHOT))]


def test_the_end_is_for_the_supervisor_to_bring(office: Office) -> None:
    office.coordinator.receive(1, Asked(3, Shutdown(ShutdownMode.IMMEDIATE)))
    assert (office.read(1), office.ends) == ([Answers(3, ())], [ShutdownMode.IMMEDIATE])
