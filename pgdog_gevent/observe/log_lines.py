"""What happened, as a value, and how it is written: the forms of a log line. Pure.

Whoever is named in a line (a user, a database, the text of a statement) may have chosen the name: control
characters are escaped, so that nobody can begin a line of their own or talk to the reader's terminal.
"""

import json
import logging
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pgdog_gevent.config.choices import LogFormat
from pgdog_gevent.observe.redaction import redacted

Value = str | int | float | bool | None

LEVELS: Final = ((logging.ERROR, 'ERROR'), (logging.WARNING, 'WARN'), (logging.INFO, 'INFO'), (logging.DEBUG, 'DEBUG'))
"""PgDog's names of levels, each from a number on; what is below is ``TRACE``."""

_OURS: Final = frozenset(vars(logging.makeLogRecord({}))) | {'message', 'asctime', 'taskName'}
"""Attributes that every LogRecord has; others are what the caller gave as ``extra``."""

_TRACEBACKS: Final = logging.Formatter()
_CONTROL: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\\]')
_LEFT_BY_JSON: Final = re.compile(r'[\x7f-\x9f\u2028\u2029]')
_SHORT: Final = {'\n': r'\n', '\r': r'\r', '\t': r'\t', '\\': r'\\'}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    time: float
    """Seconds since 1970."""
    level: str
    target: str
    """The logger, in most cases the module."""
    message: str
    fields: tuple[tuple[str, Value], ...] = ()
    traceback: str = ''

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 200 + len(self.message) + len(self.traceback)


Form = Callable[[Event], str]
"""Writes an event as a line, without the newline at its end."""


def event_of(record: logging.LogRecord) -> Event:
    """Take from a LogRecord what a line says."""
    given: Mapping[str, object] = vars(record)
    return Event(
        time=record.created,
        level=level_name(record.levelno),
        target=record.name,
        message=_message(record),
        fields=tuple((name, _plain(value)) for name, value in given.items() if name not in _OURS),
        traceback=_TRACEBACKS.formatException(record.exc_info) if record.exc_info else '',
    )


def level_name(number: int) -> str:
    """Return PgDog's name of one of Python's levels."""
    return next((name for least, name in LEVELS if number >= least), 'TRACE')


def text(event: Event) -> str:
    """Write an event for people: a line, and the traceback, if any, indented below it."""
    fields = ''.join(f' {name}={escaped(str(value))}' for name, value in event.fields)
    line = f'{timestamp(event.time)} {event.level:>5} {event.target}: {escaped(event.message)}{fields}'
    if not event.traceback:
        return line
    below = '\n'.join(map(escaped, event.traceback.splitlines()))
    return f'{line}\n{textwrap.indent(below, "    ")}'


def nested(event: Event) -> str:
    """Write an event as JSON, with what it says in an object of its own, ``fields``."""
    return _json({**_head(event), 'fields': _content(event), 'target': event.target})


def flattened(event: Event) -> str:
    """Write an event as JSON of one level; a field never replaces the line's own keys."""
    return _json({**_content(event), **_head(event), 'message': event.message, 'target': event.target})


FORMS: Final[Mapping[LogFormat, Form]] = {
    LogFormat.TEXT: text,
    LogFormat.JSON: nested,
    LogFormat.JSON_FLATTENED: flattened,
}


def statement(event: Event) -> str:
    """Write a statement for the query log, always one line: time, user, database, SQL without its passwords."""
    fields = ''.join(f' {name}={escaped(str(value)).replace(" ", _hex(" "))}' for name, value in event.fields)
    return f'{timestamp(event.time)}{fields} {escaped(redacted(event.message))}'


def timestamp(seconds: float) -> str:
    """Write a time as RFC 3339 has it, in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def escaped(written: str) -> str:
    """Return the text without control characters and line ends; backslashes are doubled, so that it can be undone."""
    return _CONTROL.sub(lambda found: _SHORT.get(found[0]) or _hex(found[0]), written)


def _hex(character: str) -> str:
    number = ord(character)
    return f'\\x{number:02x}' if number < 0x100 else f'\\u{number:04x}'


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # A call with the wrong arguments is a bug, but whoever logs is not to suffer from it.
        return f'{record.msg} {record.args!r}'


def _plain(value: object) -> Value:
    return value if isinstance(value, str | int | float | None) else str(value)


def _head(event: Event) -> dict[str, object]:
    return {'timestamp': timestamp(event.time), 'level': event.level}


def _content(event: Event) -> dict[str, object]:
    content: dict[str, object] = {'message': event.message, **dict(event.fields)}
    if event.traceback:
        content['exception'] = event.traceback
    return content


def _json(line: Mapping[str, object]) -> str:
    written = json.dumps(line, ensure_ascii=False)
    return _LEFT_BY_JSON.sub(lambda found: f'\\u{ord(found[0]):04x}', written)
