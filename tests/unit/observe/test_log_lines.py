"""The forms of a log line."""

import json
import logging
import sys

import pytest

from pgdog_gevent.observe.log_lines import FORMS, Event, Form, escaped, event_of, flattened, nested, statement, text

TIME = 1795239001.123
STAMP = '2026-11-21T05:30:01.123Z'
EVENT = Event(TIME, 'INFO', 'pgdog_gevent.backend.pool', 'opened', (('user', 'alice'), ('port', 5432)))
FAILED = Event(TIME, 'ERROR', 'pgdog_gevent.frontend', 'a bug', traceback='Traceback:\n  File "x"\nKeyError: 1')


def record(message: object, *arguments: object, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    return logging.getLogger('pgdog_gevent.test').makeRecord(
        'pgdog_gevent.test', level, 'file.py', 1, message, arguments, None, extra=extra
    )


def test_text_has_time_level_target_and_message() -> None:
    line = text(Event(TIME, 'INFO', 'pgdog_gevent.backend.pool', 'message'))
    assert line == f'{STAMP}  INFO pgdog_gevent.backend.pool: message'


def test_text_has_fields_after_the_message() -> None:
    assert text(EVENT) == f'{STAMP}  INFO pgdog_gevent.backend.pool: opened user=alice port=5432'


def test_text_has_the_traceback_indented_below() -> None:
    assert text(FAILED).splitlines() == [
        f'{STAMP} ERROR pgdog_gevent.frontend: a bug',
        '    Traceback:',
        '      File "x"',
        '    KeyError: 1',
    ]


def test_json_has_what_is_said_in_an_object_of_its_own() -> None:
    assert json.loads(nested(EVENT)) == {
        'timestamp': STAMP,
        'level': 'INFO',
        'fields': {'message': 'opened', 'user': 'alice', 'port': 5432},
        'target': 'pgdog_gevent.backend.pool',
    }


def test_flattened_json_has_one_level() -> None:
    assert json.loads(flattened(EVENT)) == {
        'timestamp': STAMP,
        'level': 'INFO',
        'message': 'opened',
        'user': 'alice',
        'port': 5432,
        'target': 'pgdog_gevent.backend.pool',
    }


def test_fields_do_not_replace_the_keys_of_a_flattened_line() -> None:
    event = Event(TIME, 'INFO', 'target', 'message', (('level', 'x'), ('target', 'x'), ('message', 'x')))
    assert json.loads(flattened(event)) == {
        'timestamp': STAMP,
        'level': 'INFO',
        'message': 'message',
        'target': 'target',
    }


def test_json_has_the_traceback_as_a_field() -> None:
    assert json.loads(nested(FAILED))['fields'] == {'message': 'a bug', 'exception': FAILED.traceback}


@pytest.mark.parametrize('form', FORMS.values(), ids=[form.value for form in FORMS])
def test_nobody_begins_a_line_of_their_own(form: Form) -> None:
    nasty = 'a\nb\r\x1b[31m\x85\u2028c'
    line = form(Event(TIME, 'INFO', 'target', nasty, (('user', nasty),)))
    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_escapes_can_be_undone() -> None:
    written = 'one\\ntwo\nthree\x1b\u2028'
    assert escaped(written) == r'one\\ntwo\nthree\x1b\u2028'
    assert escaped(written).encode().decode('unicode_escape') == written


def test_a_statement_is_one_line_without_its_password() -> None:
    event = Event(TIME, 'INFO', 'queries', "ALTER ROLE bob\nPASSWORD 'x'", (('user', 'a b'), ('database', 'shop')))
    assert statement(event) == rf'{STAMP} user=a\x20b database=shop ALTER ROLE bob\nPASSWORD [redacted]'


def test_a_record_becomes_an_event() -> None:
    event = event_of(record('%s of %d', 'one', 2, level=logging.WARNING, user='alice', port=5432, odd=(1, 2)))
    assert (event.level, event.target, event.message) == ('WARN', 'pgdog_gevent.test', 'one of 2')
    assert event.fields == (('user', 'alice'), ('port', 5432), ('odd', '(1, 2)'))


@pytest.mark.parametrize(
    ('level', 'name'),
    [(5, 'TRACE'), (10, 'DEBUG'), (20, 'INFO'), (30, 'WARN'), (40, 'ERROR'), (50, 'ERROR')],
    ids=['trace', 'debug', 'info', 'warning', 'error', 'critical'],
)
def test_levels_have_the_names_of_pgdog(level: int, name: str) -> None:
    assert event_of(record('x', level=level)).level == name


@pytest.mark.parametrize('arguments', [('x',), (1, 2), ()], ids=['wrong type', 'too many', 'too few'])
def test_a_call_with_wrong_arguments_is_logged_as_it_is(arguments: tuple[object, ...]) -> None:
    assert event_of(record('%d', *arguments)).message.startswith('%d')


def test_an_exception_leaves_its_traceback() -> None:
    try:
        dict[str, int]()['gone']
    except KeyError:
        wrong = logging.LogRecord('x', logging.ERROR, 'file.py', 1, 'a bug', (), sys.exc_info())
    assert event_of(wrong).traceback.splitlines()[-1] == "KeyError: 'gone'"
