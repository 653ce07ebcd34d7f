"""``log_level``, as PgDog's users write it."""

import logging

import pytest

from pgdog_gevent.observe.log_levels import OFF, TRACE, Levels, levels


@pytest.mark.parametrize(
    ('setting', 'expected'),
    [
        pytest.param('info', Levels(logging.INFO), id='one level'),
        pytest.param('WARN', Levels(logging.WARNING), id='upper case'),
        pytest.param('off', Levels(OFF), id='nothing'),
        pytest.param(
            'info,pgdog_gevent.backend=debug',
            Levels(logging.INFO, {'pgdog_gevent.backend': logging.DEBUG}),
            id='a part of its own',
        ),
        pytest.param(
            'error, pgdog::backend::pool = trace',
            Levels(logging.ERROR, {'pgdog_gevent.backend.pool': TRACE}),
            id="PgDog's name of a part",
        ),
        pytest.param('pgdog=debug', Levels(logging.INFO, {'pgdog_gevent': logging.DEBUG}), id='a part alone'),
        pytest.param('psycopg=off', Levels(logging.INFO, {'psycopg': OFF}), id='a library'),
        pytest.param('warn,inof', Levels(logging.WARNING), id='no such level'),
        pytest.param('', Levels(logging.INFO), id='empty'),
    ],
)
def test_level_is_understood(setting: str, expected: Levels) -> None:
    assert levels(setting) == expected
