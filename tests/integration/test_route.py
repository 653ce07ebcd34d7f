"""``pgdog-gevent route``: where a statement would go, in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.integration.commands import Result, run_command
from tests.integration.configuration import users_toml
from tests.integration.sharded import SHARDS, databases, sharded_toml

PREFIX = 'route'
HOME = partition_of_int(17, SHARDS)


@pytest.fixture(scope='module')
def files(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp('route')
    (directory / 'pgdog.toml').write_text(sharded_toml(postgres, PREFIX))
    (directory / 'users.toml').write_text(users_toml())
    with databases(postgres, PREFIX):
        yield directory


def route(files: Path, *arguments: str) -> Result:
    return run_command(files, 'route', *arguments)


@pytest.mark.parametrize(
    ('arguments', 'words'),
    [
        (('SELECT * FROM users WHERE id = 17',), f'goes to shard {HOME}\n    because the sharding key is 17'),
        (('SELECT * FROM users WHERE id = $1', '17'), f'the sharding key is $1 (shard {HOME})'),
        (('SELECT count(*) FROM users',), 'goes to shards 0, 1, 2\n    because nothing restricts the sharding key'),
        (('SELECT * FROM countries',), 'goes to any shard'),
        (('SELECT 1; DELETE FROM users WHERE id = 17',), f'DELETE FROM users WHERE id = 17\ngoes to shard {HOME}'),
        (('/* pgdog_shard: 2 */ SELECT 1',), 'goes to shard 2\n    a comment asks for shard 2'),
        (('/* pgdog_shard: 3 */ SELECT 1',), 'refused: there is no shard "3"'),
        (('SELECT FROM users WHERE',), 'it is no SQL'),
        (('UPDATE users SET id = 18 WHERE id = 17',), 'refused: '),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else '',
)  # fmt: skip
def test_route_is_told_in_words(files: Path, arguments: tuple[str, ...], words: str) -> None:
    result = route(files, *arguments)
    assert words in result.output
    assert result.exit_code == 0


def test_parameter_that_is_missing_is_asked_for(files: Path) -> None:
    result = route(files, 'SELECT * FROM users WHERE id = $1')
    assert 'depends on $1' in result.output
    assert result.exit_code == 1


def test_database_that_there_is_not_is_an_error(files: Path) -> None:
    assert route(files, '--database', 'nowhere', 'SELECT 1').exit_code == 1
