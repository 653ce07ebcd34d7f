"""What is wrong with tables, schemas and numbers of shards."""

import pytest

from pgdog_gevent.config.check_sharding import check_sharding
from pgdog_gevent.config.settings import Config

SHARDS: list[dict[str, object]] = [{'name': 'shop', 'host': 'h', 'shard': shard} for shard in range(2)]
TABLE: dict[str, object] = {'database': 'shop', 'name': 'orders', 'column': 'id'}
VECTOR = TABLE | {'data_type': 'vector'}
CENTROIDS = VECTOR | {'centroids': [[1.0, 2.0], [3.0, 4.0]]}
LOOKUP = TABLE | {'lookup_query': 'SELECT shard FROM places WHERE id = $1'}
SCHEMA: dict[str, object] = {'database': 'shop', 'name': 'a'}
MAPPING = [{'shard': 0}]


def judged(**sections: object) -> list[tuple[str, str]]:
    """Return gravity and place of all findings about a database of two shards, as changed by the sections."""
    config = Config.model_validate({'databases': SHARDS, **sections})
    return [(finding.severity.value, finding.path) for finding in check_sharding(config)]


@pytest.mark.parametrize(
    'table',
    [
        TABLE,
        TABLE | {'hasher': 'sha1'},
        TABLE | {'mapping': MAPPING},
        CENTROIDS,
        VECTOR | {'centroids_path': 'centroids.json', 'centroid_probes': 2},
        LOOKUP,
        LOOKUP | {'mapping': MAPPING},
        LOOKUP | {'lookup_result': 'shard'},
    ],
    ids=['hash', 'sha1', 'mapping', 'centroids', 'file', 'lookup', 'mapped lookup', 'lookup of a shard'],
)
def test_sound_table_has_no_findings(table: dict[str, object]) -> None:
    assert judged(sharded_tables=[table]) == []


@pytest.mark.parametrize(
    ('key', 'table'),
    [
        pytest.param('hasher', CENTROIDS | {'hasher': 'sha1'}, id='hashed vector'),
        pytest.param('hasher', TABLE | {'hasher': 'sha1', 'mapping': MAPPING}, id='hashed mapping'),
        pytest.param('hasher', LOOKUP | {'hasher': 'sha1', 'lookup_result': 'shard'}, id='hashed shard'),
        pytest.param('centroids', VECTOR, id='no centroids'),
        pytest.param('centroids', TABLE | {'centroids': [[1.0]]}, id='centroids for integers'),
        pytest.param('centroids', TABLE | {'centroids_path': 'x'}, id='file for integers'),
        pytest.param('centroids', VECTOR | {'centroids': [[1.0], [1.0, 2.0]]}, id='dimensions'),
        pytest.param('centroids', VECTOR | {'centroids': [[]]}, id='no dimension'),
        pytest.param('centroids', VECTOR | {'centroids': [[float('nan')]]}, id='NaN'),
        pytest.param('mapping', CENTROIDS | {'mapping': MAPPING}, id='mapped vector'),
        pytest.param('mapping', LOOKUP | {'lookup_result': 'shard', 'mapping': MAPPING}, id='mapped shard'),
        pytest.param('lookup_result', TABLE | {'lookup_result': 'shard'}, id='no lookup'),
        pytest.param('lookup_query', TABLE | {'lookup_query': 'SELECT 1'}, id='lookup of nothing'),
        pytest.param('lookup_query', CENTROIDS | {'lookup_query': 'SELECT $1'}, id='lookup of vectors'),
    ],
)
def test_contradiction_in_a_table_is_an_error(key: str, table: dict[str, object]) -> None:
    assert judged(sharded_tables=[table]) == [('error', f'sharded_tables[0].{key}')]


@pytest.mark.parametrize(
    ('path', 'sections'),
    [
        pytest.param('sharded_tables[0].database', {'sharded_tables': [TABLE | {'database': 'x'}]}, id='table'),
        pytest.param('sharded_schemas[0].database', {'sharded_schemas': [SCHEMA | {'database': 'x'}]}, id='schema'),
        pytest.param(
            'omnisharded_tables[0].database', {'omnisharded_tables': [{'database': 'x', 'tables': ['a']}]}, id='omni'
        ),
        pytest.param('sharded_tables[1]', {'sharded_tables': [TABLE, TABLE | {'name': 'ORDERS'}]}, id='twice'),
        pytest.param('databases', {'databases': [SHARDS[1]]}, id='gap without sharded tables'),
        pytest.param(
            'sharded_tables[0].centroid_probes', {'sharded_tables': [TABLE | {'centroid_probes': 2}]}, id='probes'
        ),
    ],
)
def test_doubt_is_a_warning(path: str, sections: dict[str, object]) -> None:
    assert judged(**sections) == [('warning', path)]


@pytest.mark.parametrize(
    ('path', 'sections'),
    [
        pytest.param('databases', {'databases': [SHARDS[1]], 'sharded_tables': [TABLE]}, id='gap'),
        pytest.param('sharded_schemas[0].shard', {'sharded_schemas': [SCHEMA | {'shard': 2}]}, id='no such shard'),
        pytest.param('sharded_schemas[1]', {'sharded_schemas': [SCHEMA, SCHEMA | {'name': 'A'}]}, id='schema twice'),
        pytest.param(
            'sharded_schemas[1]', {'sharded_schemas': [{'database': 'shop'}, {'database': 'shop'}]}, id='two defaults'
        ),
        pytest.param(
            'omnisharded_tables[0].tables[1]',
            {'sharded_tables': [TABLE], 'omnisharded_tables': [{'database': 'shop', 'tables': ['a', 'Orders']}]},
            id='sharded and omnisharded',
        ),
    ],
)
def test_contradiction_between_sections_is_an_error(path: str, sections: dict[str, object]) -> None:
    assert judged(**sections) == [('error', path)]


def test_schema_on_all_shards_needs_no_number() -> None:
    assert judged(sharded_schemas=[{'database': 'shop', 'name': 'a', 'shard': 9, 'all': True}]) == []


def test_table_of_one_schema_may_be_sharded_and_the_others_omnisharded() -> None:
    omnisharded = [{'database': 'shop', 'tables': ['orders']}]
    assert judged(sharded_tables=[TABLE | {'schema': 's'}], omnisharded_tables=omnisharded) == []
