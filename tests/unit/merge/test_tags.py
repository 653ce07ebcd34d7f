"""The tag of one command on several shards."""

import pytest

from pgdog_gevent.errors import ShardsDisagree
from pgdog_gevent.merge.tags import total


@pytest.mark.parametrize(
    ('tags', 'tag'),
    [
        pytest.param([b'INSERT 0 1\0', b'INSERT 0 2\0'], b'INSERT 0 3\0', id='INSERT'),
        pytest.param([b'UPDATE 0\0', b'UPDATE 10\0', b'UPDATE 5\0'], b'UPDATE 15\0', id='UPDATE'),
        pytest.param([b'DELETE 0\0', b'DELETE 0\0'], b'DELETE 0\0', id='DELETE'),
        pytest.param([b'SELECT 7\0'], b'SELECT 7\0', id='SELECT of one shard'),
        pytest.param([b'MERGE 7\0', b'MERGE 1\0'], b'MERGE 8\0', id='MERGE'),
        pytest.param([b'COPY 7\0', b'COPY 1\0'], b'COPY 8\0', id='COPY'),
        pytest.param([b'CREATE TABLE\0', b'CREATE TABLE\0'], b'CREATE TABLE\0', id='no number'),
    ],
)
def test_numbers_of_rows_are_summed(tags: list[bytes], tag: bytes) -> None:
    assert total(tags) == tag


@pytest.mark.parametrize(
    'tags',
    [
        pytest.param([b'UPDATE 1\0', b'DELETE 1\0'], id='commands'),
        pytest.param([b'UPDATE 1\0', b'COMMIT\0'], id='one without a number'),
        pytest.param([b'CREATE TABLE\0', b'CREATE TABLE AS\0'], id='none with a number'),
        pytest.param([b'FETCH 5\0', b'FETCH 6\0'], id='numbers that are no sum'),
        pytest.param([b'COMMIT\0', b'ROLLBACK\0'], id='ends of transactions'),
    ],
)
def test_tags_that_differ_are_an_error(tags: list[bytes]) -> None:
    with pytest.raises(ShardsDisagree, match='different things'):
        total(tags)
