"""Where log lines go: those of the proxy to standard error, statements to the query log.

Everything here hangs on the loggers of the standard library, so that it can be called again with each reload: the
writers stay, and are told what has changed. Nothing of it waits for, or fails with, a terminal, a pipe or a disk
(see ``log_writer``), before or after the monkey patch, in any thread.
"""

import logging
import os
import sys
import time
from pathlib import Path
from typing import Final, TextIO

from pgdog_gevent.config.settings import General
from pgdog_gevent.observe.log_levels import OFF, levels
from pgdog_gevent.observe.log_lines import FORMS, Event, event_of, statement
from pgdog_gevent.observe.log_writer import Complain, LineWriter, Manner
from pgdog_gevent.observe.native import make_nested_lock

log = logging.getLogger(__name__)
queries = logging.getLogger('pgdog_gevent.queries')

LAST_WORDS: Final = 0.5
"""How long the end of the process may be held up by lines that are not written yet, in seconds."""


class Outlet(logging.Handler):
    """Hands what a logger says to a writer."""

    def __init__(self, name: str, writer: LineWriter) -> None:
        super().__init__()
        self.name = name
        self.writer = writer

    def createLock(self) -> None:
        """Take a lock that threads of the operating system can share; nobody switches while holding it."""
        self.lock = make_nested_lock()  # type: ignore[assignment]

    def emit(self, record: logging.LogRecord) -> None:
        """Leave a record to be written."""
        self.writer.write(event_of(record))

    def flush(self) -> None:
        """Wait for what is to be written; only ``logging.shutdown``, at the end of the process, calls this."""
        self.writer.flush(LAST_WORDS)

    def close(self) -> None:
        """Let the writer end."""
        self.writer.close()
        super().close()


def configure(general: General) -> None:
    """Log as ``[general]`` says, from now on; opens the query log anew, so that it can be rotated.

    A query log that cannot be opened is a warning in the log, and the one before it, if any, goes on.
    """
    manner = Manner(FORMS[general.log_format], general.log_dedup_window, general.log_dedup_threshold)
    _route(logging.root, 'log', _duplicate(sys.__stderr__), manner)
    _set_levels(general.log_level)
    logging.captureWarnings(True)
    _configure_queries(general)


def _configure_queries(general: General) -> None:
    stdout = _duplicate(sys.__stdout__) if general.query_log_stdout else None
    _route(queries, 'query_log_stdout', stdout, Manner(statement), _complaint('the query log on standard output'))
    try:
        descriptor = None if general.query_log is None else _open(general.query_log)
    except OSError as error:
        log.warning('cannot open query_log %s: %s', general.query_log, error.strerror)
    else:
        _route(queries, 'query_log', descriptor, Manner(statement), _complaint(f'query_log {general.query_log}'))
    queries.propagate = False
    queries.setLevel(logging.INFO if queries.handlers else OFF)


def _route(
    logger: logging.Logger, name: str, descriptor: int | None, manner: Manner, complain: Complain | None = None
) -> None:
    """Have the logger's outlet of this name write to a descriptor; without one, there is no outlet."""
    outlet = _outlet(logger, name)
    if descriptor is None:
        if outlet is not None:
            logger.removeHandler(outlet)
            outlet.close()
    elif outlet is None:
        logger.addHandler(Outlet(name, LineWriter(descriptor, manner, complain)))
    else:
        outlet.writer.redirect(descriptor)
        outlet.writer.change(manner)


def _outlet(logger: logging.Logger, name: str) -> Outlet | None:
    outlets = (handler for handler in logger.handlers if isinstance(handler, Outlet))
    return next((outlet for outlet in outlets if outlet.name == name), None)


def _complaint(subject: str) -> Complain:
    """Return what writes a query log's troubles to the log, from any thread."""

    def complain(trouble: str) -> None:
        outlet = _outlet(logging.root, 'log')
        if outlet is not None:
            outlet.writer.write(Event(time.time(), 'WARN', __name__, f'{subject}: {trouble}'))

    return complain


def _duplicate(stream: TextIO | None) -> int | None:
    """Return a descriptor of our own for a standard stream; ``None`` if the process was started without it.

    Its number must not be written to then: the next file or client that is opened may get it.
    """
    if stream is None:
        return None
    try:
        return os.dup(stream.fileno())
    except OSError:
        return None


def _open(path: Path) -> int:
    """Open a file to append to. Raises OSError."""
    # Statements hold what people ask for: nobody else is to read them. A named pipe without a reader must not block.
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o600)


def _set_levels(setting: str) -> None:
    wanted = levels(setting)
    for name, logger in tuple(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name not in wanted.parts:
            logger.setLevel(logging.NOTSET)
    for name, level in wanted.parts.items():
        logging.getLogger(name).setLevel(level)
    logging.root.setLevel(wanted.everything)
