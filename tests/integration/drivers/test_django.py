"""Django's ORM: migrations of one model, and its use, each in a process of its own."""

import sys
from pathlib import Path

import pytest

from tests.integration.drivers.front import Front
from tests.integration.drivers.program import output

PROJECT = 'tests.integration.drivers.django_site'
SOURCE = Path(__file__).resolve().parents[3]


def run(front: Front, binding: str, *arguments: str) -> None:
    """Run Python with the project's settings."""
    environ = front.environ(
        DJANGO_SETTINGS_MODULE=f'{PROJECT}.settings', SERVER_SIDE_BINDING=binding, PYTHONWARNINGS='error'
    )
    output([sys.executable, *arguments], environ, SOURCE)


@pytest.mark.parametrize('binding', ['0', '1'], ids=['parameters in the text', 'parameters at the server'])
def test_a_model_is_migrated_used_and_removed(front: Front, binding: str) -> None:
    run(front, binding, '-m', 'django', 'migrate', '--no-input')
    assert front.behind("SELECT count(*) FROM pg_indexes WHERE indexname = 'by_price'") == [(1,)]
    run(front, binding, '-m', f'{PROJECT}.round_trip')
    assert front.behind('SELECT count(*), max(price)::text FROM library_book') == [(8, '9.99')]
    run(front, binding, '-m', 'django', 'migrate', 'library', 'zero', '--no-input')
    assert front.behind("SELECT to_regclass('library_book')") == [(None,)]
