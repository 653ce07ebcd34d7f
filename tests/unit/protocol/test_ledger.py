"""The rules of the ledger, one by one; ``test_ledger_model.py`` has them all at once."""

import pytest

from pgdog_gevent.errors import ProtocolViolation
from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.ledger import ANSWER_ENDS, Owed, ReplyLedger

Ledger = ReplyLedger[str]


class Revoked:
    """Collects what has not happened."""

    def __init__(self) -> None:
        self.failed: list[Owed[str]] = []
        self.skipped: list[Owed[str]] = []

    def __call__(self, owed: Owed[str], skipped: bool) -> None:
        (self.skipped if skipped else self.failed).append(owed)


def owing(messages: str, revoked: Revoked | None = None) -> Ledger:
    """A ledger after messages of the client have been sent, given by their letters."""
    ledger = Ledger(revoked or Revoked())
    for letter in messages:
        ledger.sent(Owed(ord(letter), note=letter))
    return ledger


def notes(ledger: Ledger, replies: str) -> str:
    """The notes of the entries that replies belong to; a hyphen for none."""
    entries = [ledger.received(ord(letter)) for letter in replies]
    return ''.join(owed.note or '?' if owed else '-' for owed in entries)


def injected(code: int = Frontend.PARSE) -> Owed[str]:
    return Owed(code, swallow=True, note='*')


def test_new_ledger_is_settled() -> None:
    assert Ledger().settled
    assert len(Ledger()) == 0


@pytest.mark.parametrize(
    ('messages', 'replies', 'belonging'),
    [
        pytest.param('PBDES', '12TDDCZ', 'PBDEEES', id='a statement with rows'),
        pytest.param('PDS', '1tTZ', 'PDDS', id='a statement is described'),
        pytest.param('PDS', '1tnZ', 'PDDS', id='a statement without columns is described'),
        pytest.param('BES', '2IZ', 'BES', id='an empty statement'),
        pytest.param('BES', '2DsZ', 'BEES', id='a portal is suspended'),
        pytest.param('CS', '3Z', 'CS', id='a statement is closed'),
        pytest.param('PBEBES', '12C2CZ', 'PBEBES', id='two executions'),
        pytest.param('PSPS', '1Z1Z', 'PSPS', id='two rounds at once'),
        pytest.param('Q', 'TDDCZ', 'QQQQQ', id='a Query'),
        pytest.param('Q', 'TDCTDCCZ', 'QQQQQQQQ', id='a Query of several statements'),
        pytest.param('Q', 'IZ', 'QQ', id='an empty Query'),
        pytest.param('Q', 'GCZ', 'QQQ', id='COPY FROM STDIN'),
        pytest.param('Q', 'HddcCZ', 'QQQQQQ', id='COPY TO STDOUT'),
        pytest.param('F', 'VZ', 'FF', id='a function call'),
        pytest.param('PQ', '1TDCZ', 'PQQQQ', id='a Query in place of a Sync'),
        pytest.param('S', 'Z', 'S', id='a Sync alone'),
    ],
)
def test_reply_belongs_to_the_message_that_it_answers(messages: str, replies: str, belonging: str) -> None:
    ledger = owing(messages)
    assert notes(ledger, replies) == belonging
    assert ledger.settled


@pytest.mark.parametrize('code', ANSWER_ENDS, ids=[chr(code) for code in ANSWER_ENDS])
def test_each_documented_end_ends_the_answer(code: int) -> None:
    for end in ANSWER_ENDS[code]:
        ledger = owing(chr(code))
        ledger.received(end)
        assert len(ledger) == 0


@pytest.mark.parametrize('messages', ['P', 'B', 'PBE', 'SP'])
def test_ledger_is_not_settled_before_the_sync_even_if_all_is_answered(messages: str) -> None:
    ledger = owing(messages)
    notes(ledger, messages.translate(str.maketrans('PBES', '12CZ')))
    assert len(ledger) == 0
    assert not ledger.settled
    ledger.sent(Owed(Frontend.SYNC))
    assert not ledger.settled
    ledger.received(Backend.READY_FOR_QUERY)
    assert ledger.settled


@pytest.mark.parametrize(
    ('messages', 'ends'),
    [('', False), ('P', False), ('PS', True), ('Q', True), ('F', True), ('PSP', False), ('PBE', False)],
)
def test_ledger_knows_whether_a_ready_for_query_comes_last(messages: str, ends: bool) -> None:
    assert owing(messages).ends_in_ready == ends


def test_error_skips_to_the_sync() -> None:
    ledger = owing('PBES')
    assert notes(ledger, '1E') == 'PB'
    assert len(ledger) == 1
    assert notes(ledger, 'Z') == 'S'
    assert ledger.settled


def test_error_skips_what_is_sent_before_a_sync_that_is_still_to_come() -> None:
    ledger = owing('P')
    ledger.received(Backend.ERROR_RESPONSE)
    assert not ledger.settled
    ledger.sent(Owed(Frontend.BIND))
    assert len(ledger) == 0
    assert not ledger.settled
    ledger.sent(Owed(Frontend.SYNC, note='S'))
    assert notes(ledger, 'Z') == 'S'
    assert ledger.settled


def test_error_skips_a_query_before_the_sync_too() -> None:
    ledger = owing('PQS')
    assert notes(ledger, 'EZ') == 'PS'
    assert ledger.settled


def test_error_does_not_skip_beyond_the_first_sync() -> None:
    assert notes(owing('PBSPS'), 'EZ1Z') == 'PSPS'


def test_error_of_a_query_is_followed_by_its_ready_for_query() -> None:
    ledger = owing('Q')
    assert notes(ledger, 'TDCEZ') == 'QQQQQ'
    assert ledger.settled


def test_error_of_a_query_after_unsynced_messages_does_not_skip() -> None:
    ledger = owing('PQ')
    assert notes(ledger, '1EZ') == 'PQQ'
    assert ledger.settled


def test_error_of_the_sync_itself_is_followed_by_its_ready_for_query() -> None:
    """A deferred constraint fails when the Sync commits."""
    ledger = owing('BES')
    assert notes(ledger, '2CEZ') == 'BESS'
    assert ledger.settled


def test_error_that_nothing_caused_belongs_to_nothing() -> None:
    assert Ledger().received(Backend.ERROR_RESPONSE) is None


@pytest.mark.parametrize('code', [Backend.PARAMETER_STATUS, Backend.NOTIFICATION_RESPONSE, Backend.NOTICE_RESPONSE])
def test_message_at_any_time_ends_nothing(code: int) -> None:
    ledger = owing('PS')
    ledger.received(code)
    assert len(ledger) == 2
    assert Ledger().received(code) is None


@pytest.mark.parametrize(
    ('messages', 'replies'),
    [
        pytest.param('', '1', id='ParseComplete for nothing'),
        pytest.param('', 'C', id='CommandComplete for nothing'),
        pytest.param('', 'Z', id='ReadyForQuery for nothing'),
        pytest.param('BS', '1', id='ParseComplete for a Bind'),
        pytest.param('S', '3', id='CloseComplete for a Sync'),
        pytest.param('SP', '1', id='ParseComplete before the Sync is answered'),
        pytest.param('PB', '1Z', id='ReadyForQuery without a Sync'),
        pytest.param('S', 'ZZ', id='two for one Sync'),
    ],
)
def test_reply_that_answers_nothing_is_a_protocol_violation(messages: str, replies: str) -> None:
    ledger = owing(messages)
    with pytest.raises(ProtocolViolation, match='answers nothing'):
        notes(ledger, replies)


@pytest.mark.parametrize('reply', 'C2Z')
def test_wrong_reply_to_an_injected_message_is_a_protocol_violation(reply: str) -> None:
    ledger = Ledger()
    ledger.sent(injected())
    ledger.sent(Owed(ord({'C': 'E', '2': 'B', 'Z': 'S'}[reply])))
    with pytest.raises(ProtocolViolation):
        ledger.received(ord(reply))


def test_only_the_reply_to_an_injected_message_is_swallowed() -> None:
    ledger = owing('P')
    ledger.sent(injected())
    ledger.sent(Owed(Frontend.PARSE))
    ledger.sent(Owed(Frontend.SYNC))
    entries = [ledger.received(code) for code in b'111Z']
    assert [owed is not None and owed.swallow for owed in entries] == [False, True, False, False]


def test_error_of_an_injected_parse_skips_the_bind_that_needed_it() -> None:
    ledger = Ledger()
    ledger.sent(injected())
    for code in (Frontend.BIND, Frontend.EXECUTE, Frontend.SYNC):
        ledger.sent(Owed(code, note=chr(code)))
    assert notes(ledger, 'EZ') == '*S'
    assert ledger.settled


REMEMBERED = pytest.mark.parametrize(
    'owed',
    [
        pytest.param(injected(), id='an injected Parse'),
        pytest.param(injected(Frontend.CLOSE), id='an injected Close'),
        pytest.param(Owed(Frontend.PARSE, statement=b's'), id='a Parse that makes a name'),
        pytest.param(Owed(Frontend.BIND, answer=b'2', note='B'), id='an answer of our own'),
        pytest.param(Owed(Frontend.EXECUTE, note='E'), id='an Execute with a note'),
    ],
)


@REMEMBERED
@pytest.mark.parametrize('before', ['B', 'P', 'PB'])
def test_what_an_error_skips_is_revoked_once(owed: Owed[str], before: str) -> None:
    revoked = Revoked()
    ledger = Ledger(revoked)
    for code in map(ord, before):
        ledger.sent(Owed(code))
    ledger.sent(owed)
    ledger.received(Backend.ERROR_RESPONSE)
    ledger.sent(Owed(Frontend.SYNC))
    ledger.received(Backend.READY_FOR_QUERY)
    assert (revoked.skipped, revoked.failed) == ([owed], [])


@REMEMBERED
def test_what_is_sent_while_the_server_skips_is_revoked(owed: Owed[str]) -> None:
    revoked = Revoked()
    ledger = Ledger(revoked)
    ledger.sent(Owed(Frontend.BIND))
    ledger.received(Backend.ERROR_RESPONSE)
    assert ledger.skipping
    ledger.sent(owed)
    assert (revoked.skipped, revoked.failed) == ([owed], [])


def test_what_fails_itself_is_revoked_as_such() -> None:
    revoked = Revoked()
    ledger = Ledger(revoked)
    first, second = injected(), injected()
    ledger.sent(first)
    ledger.sent(second)
    ledger.received(Backend.ERROR_RESPONSE)
    assert (revoked.failed, revoked.skipped) == ([first], [second])


def test_what_has_been_answered_is_not_revoked() -> None:
    revoked = Revoked()
    ledger = Ledger(revoked)
    ledger.sent(injected())
    ledger.sent(Owed(Frontend.BIND))
    notes(ledger, '1E')
    assert revoked.failed + revoked.skipped == []


def test_what_comes_after_the_sync_is_not_revoked() -> None:
    revoked = Revoked()
    ledger = Ledger(revoked)
    for owed in (Owed[str](Frontend.BIND), Owed[str](Frontend.SYNC), injected()):
        ledger.sent(owed)
    ledger.received(Backend.ERROR_RESPONSE)
    assert revoked.failed + revoked.skipped == []


def test_messages_that_nobody_remembers_are_not_revoked() -> None:
    revoked = Revoked()
    ledger = Ledger(revoked)
    for code in (Frontend.PARSE, Frontend.BIND, Frontend.EXECUTE):
        ledger.sent(Owed(code))
    ledger.received(Backend.ERROR_RESPONSE)
    assert revoked.failed + revoked.skipped == []


def test_parse_whose_reply_has_passed_unread_is_not_revoked() -> None:
    revoked = Revoked()
    ledger = owing('PBES', revoked)
    ledger.first_passed()
    assert notes(ledger, 'EZ') == 'BS'
    assert [owed.note for owed in revoked.failed] == ['B']
    assert ledger.settled


def test_only_a_parse_counts_as_passed() -> None:
    ledger = owing('BES')
    ledger.first_passed()
    assert ledger.notes() == ['B', 'E', 'S']
    Ledger().first_passed()


def test_server_skips_from_an_error_to_the_sync() -> None:
    ledger = owing('P')
    assert not ledger.skipping
    ledger.received(Backend.ERROR_RESPONSE)
    assert ledger.skipping
    ledger.sent(Owed(Frontend.SYNC))
    assert not ledger.skipping


def test_notes_of_all_that_is_owed_are_told() -> None:
    ledger = owing('PBE')
    ledger.sent(Owed(Frontend.SYNC))
    assert ledger.notes() == ['P', 'B', 'E']


def test_known_answer_waits_for_the_replies_before_it() -> None:
    ledger = owing('B')
    known = Owed(Frontend.PARSE, answer=b'1', note='P')
    ledger.sent(known)
    ledger.sent(Owed(Frontend.SYNC))
    assert ledger.due() == []
    ledger.received(Backend.BIND_COMPLETE)
    assert ledger.due() == [known]
    assert ledger.due() == []
    ledger.received(Backend.READY_FOR_QUERY)
    assert ledger.settled


def test_known_answers_in_a_row_are_due_together() -> None:
    ledger = Ledger()
    known = [Owed[str](code, answer=b'x') for code in (Frontend.PARSE, Frontend.BIND, Frontend.EXECUTE)]
    for owed in known:
        ledger.sent(owed)
    assert ledger.due() == known


QUIET = frozenset(map(ord, '123Tn'))
ROWS = frozenset(map(ord, 'DdcHNVt'))


@pytest.mark.parametrize('messages', ['Q', 'PBDES', 'PSPS', 'F'])
def test_ends_of_answers_pass_unread_where_a_ready_for_query_follows(messages: str) -> None:
    assert owing(messages).unread == ROWS | QUIET


@pytest.mark.parametrize('messages', ['P', 'PBD', 'SP', 'PQ', 'QPQ'])
def test_only_rows_pass_unread_where_a_flush_or_an_error_needs_to_be_told_apart(messages: str) -> None:
    assert owing(messages).unread == ROWS


@pytest.mark.parametrize(
    'owed', [injected(), Owed(Frontend.PARSE, statement=b's'), Owed(Frontend.PARSE, answer=b'1')],
    ids=['swallow', 'statement', 'answer'],
)  # fmt: skip
def test_only_rows_pass_unread_while_something_of_ours_is_owed(owed: Owed[str]) -> None:
    ledger = owing('P')
    ledger.sent(owed)
    ledger.sent(Owed(Frontend.SYNC))
    assert ledger.unread == ROWS - {Backend.PARAMETER_DESCRIPTION}  # That may be the answer to a Describe of ours.
    ledger.received(Backend.PARSE_COMPLETE)
    if not owed.answer:
        ledger.received(Backend.PARSE_COMPLETE)
    ledger.due()
    assert ledger.unread == ROWS | QUIET


def test_what_is_unread_never_includes_what_must_be_seen() -> None:
    assert not (ROWS | QUIET) & set(map(ord, 'ZECIsSGWAK'))


@pytest.mark.parametrize('replies', ['CZ', '2CZ', '12CZ'])
def test_replies_that_passed_unread_are_made_up_for(replies: str) -> None:
    ledger = owing('PBES')
    assert notes(ledger, replies)[-2:] == 'ES'
    assert ledger.settled


def test_error_after_replies_that_passed_unread_skips_to_the_sync() -> None:
    ledger = owing('PBES')
    notes(ledger, 'EZ')
    assert ledger.settled


def test_query_ends_mixed_rounds_only_until_the_ledger_is_empty() -> None:
    ledger = owing('PQ')
    notes(ledger, '1CZ')
    ledger.sent(Owed(Frontend.QUERY))
    assert ledger.unread == ROWS | QUIET


@pytest.mark.parametrize(
    ('messages', 'replies_before', 'told'),
    [
        pytest.param('PBDES', '12n', '12n', id='told of all'),
        pytest.param('PBDES', '12n', '', id='told of nothing that is unread'),
        pytest.param('PBDES', '12n', '1', id='told of some'),
        pytest.param('BESS', '2', '2', id='several Syncs'),
        pytest.param('ES', '', '', id='Execute alone'),
    ],
)
def test_copy_reads_the_sync_that_was_sent_ahead(messages: str, replies_before: str, told: str) -> None:
    """libpq sends Parse, Bind, Describe, Execute, Sync, then the data, then CopyDone and Sync once more."""
    ledger = owing(messages)
    notes(ledger, told)
    ledger.received(Backend.COPY_IN_RESPONSE)
    ledger.copy_begins()
    assert notes(ledger, 'C') == 'E'
    assert len(ledger) == 0
    assert not ledger.settled
    ledger.sent(Owed(Frontend.SYNC, note='S'))
    assert notes(ledger, 'Z') == 'S'
    assert ledger.settled


def test_copy_that_fails_is_over_with_the_next_sync() -> None:
    ledger = owing('BE')
    notes(ledger, '2G')
    ledger.copy_begins()
    assert notes(ledger, 'E') == 'E'
    assert not ledger.settled
    ledger.sent(Owed(Frontend.SYNC, note='S'))
    assert notes(ledger, 'Z') == 'S'
    assert ledger.settled


@pytest.mark.parametrize(
    ('messages', 'syncs_within', 'before', 'answered'),
    [
        pytest.param('BES', 0, '2GE', 0, id='the Sync ahead was read'),
        pytest.param('BES', 0, '2GE', 1, id='the Sync ahead came after the error'),
        pytest.param('BES', 2, '2GE', 2, id='one of three was read'),
        pytest.param('BE', 1, '2GE', 1, id='a Sync within'),
        pytest.param('Q', 2, 'GE', 1, id='Syncs within a Query'),
    ],
)
def test_failed_copy_leaves_syncs_that_may_be_answered(
    messages: str, syncs_within: int, before: str, answered: int
) -> None:
    ledger = owing(messages)
    for reply in before:
        ledger.received(ord(reply))
        if reply == 'G':
            ledger.copy_begins()
            for _ in range(syncs_within):
                ledger.sync_in_copy()
    assert ledger.lost_count
    assert not ledger.settled
    ledger.syncs_asked_for()
    if messages == 'Q':
        assert notes(ledger, 'Z') == 'Q'
    replies = [ledger.received(ord(reply)) for reply in 'Z' + 'Z' * answered + '3Z']
    assert [owed is not None and owed.swallow for owed in replies] == [True] + [False] * answered + [True, True]
    assert ledger.settled


def test_copy_that_succeeds_has_read_all_syncs() -> None:
    ledger = owing('ES')
    ledger.received(Backend.COPY_IN_RESPONSE)
    ledger.copy_begins()
    ledger.sync_in_copy()
    notes(ledger, 'C')
    assert not ledger.uncertain_syncs
    assert not ledger.lost_count


def test_error_in_answer_to_the_question_for_syncs_is_a_violation() -> None:
    ledger = owing('ES')
    ledger.copy_begins()
    notes(ledger, 'E')
    ledger.syncs_asked_for()
    with pytest.raises(ProtocolViolation):
        ledger.received(Backend.ERROR_RESPONSE)


def test_copy_of_a_query_needs_no_sync() -> None:
    ledger = owing('Q')
    ledger.received(Backend.COPY_IN_RESPONSE)
    ledger.copy_begins()
    assert notes(ledger, 'CZ') == 'QQ'
    assert ledger.settled
