"""Which schemas make ids that belong where they are made."""

import pytest

from pgdog_gevent.router.made_ids import id_schemas, note
from tests.unit.router.catalogs import catalog

BOTH = [note(shard, 2, as_pgdogs=True) for shard in range(2)]
OURS = [note(shard, 2, as_pgdogs=False) for shard in range(2)]


@pytest.mark.parametrize(
    ('notes', 'expected'),
    [
        (BOTH, {'pgdog_gevent', 'pgdog'}),
        (OURS, {'pgdog_gevent'}),
        ([BOTH[0], OURS[1]], {'pgdog_gevent'}),
        ([BOTH[1], BOTH[0]], set()),
        ([BOTH[0], ''], set()),
        ([BOTH[0], BOTH[0]], set()),
        ([*BOTH, note(2, 3, as_pgdogs=True)], set()),
        (BOTH[:1], set()),
    ],
    ids=['all', 'ours', 'not all of both', 'exchanged', 'missing', 'copied', 'one more', 'one less'],
)
def test_schemas_make_ids_of_their_shards(notes: list[str], expected: set[str]) -> None:
    assert id_schemas({shard: catalog(ids=noted) for shard, noted in enumerate(notes)}) == expected
