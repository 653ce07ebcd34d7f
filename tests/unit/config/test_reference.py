"""The reference in ``etc`` is what the models say."""

from pathlib import Path

import pytest

from pgdog_gevent.config.fields import keys_of, section_at
from pgdog_gevent.config.reference import reference
from pgdog_gevent.config.settings import Config

PUBLISHED = Path(__file__).parents[3] / 'etc' / 'README.rst'


def test_published_reference_is_current() -> None:
    assert PUBLISHED.read_text() == reference(), 'run python -m pgdog_gevent.config.reference > etc/README.rst'


@pytest.mark.parametrize('section', keys_of(Config))
def test_every_key_of_a_section_is_described(section: str) -> None:
    model = section_at(Config, section)
    assert model is not None
    _, _, described = reference().partition(
        f'\n[{section}]\n' if f'\n[{section}]\n' in reference() else f'\n[[{section}]]\n'
    )
    assert [key for key in keys_of(model) if f'``{key}``\n    ' not in described] == []


@pytest.mark.parametrize(
    'line',
    [
        'integer, milliseconds; default ``5000``; environment ``PGDOG_CHECKOUT_TIMEOUT``.',
        'integer; default ``10``; also called ``max_pool_size``; environment ``PGDOG_DEFAULT_POOL_SIZE``.',
        'string; default ``"0.0.0.0"``; environment ``PGDOG_HOST``; *restart*.',
        'boolean; default ``false``; environment ``PGDOG_TWO_PHASE_COMMIT``.',
        'integer; default ``128``; environment ``PGDOG_MIRROR_QUEUE``; *not built yet*.',
        'string; default ``"info"``; environment ``RUST_LOG``.',
        '[[sharded_tables.mapping]]',
    ],
)
def test_reference_says(line: str) -> None:
    assert line in reference()
