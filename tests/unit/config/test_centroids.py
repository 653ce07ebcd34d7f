"""Centroids in files of their own."""

from pathlib import Path

import pytest

from pgdog_gevent.config.centroids import with_centroids
from pgdog_gevent.config.settings import Config
from tests.unit.config.files import DATABASE, lines, loaded

TABLE = '[[sharded_tables]]\ndatabase = "shop"\ncolumn = "embedding"\ndata_type = "vector"\n'


def config_with(path: Path, **keys: object) -> Config:
    return Config.model_validate(
        {'sharded_tables': [{'database': 'shop', 'column': 'a', 'centroids_path': str(path), **keys}]}
    )


def test_file_is_read_when_the_configuration_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / 'centroids.json'
    path.write_text('[[1, 2.5], [-3e2, 0]]')
    config = loaded(tmp_path, f'{DATABASE}{TABLE}centroids_path = "{path}"').config
    assert config.sharded_tables[0].centroids == ((1.0, 2.5), (-300.0, 0.0))


def test_missing_file_refuses_the_configuration(tmp_path: Path) -> None:
    text = f'{DATABASE}{TABLE}centroids_path = "{tmp_path}/centroids.json"'
    path = 'sharded_tables[0].centroids_path'
    assert f'pgdog.toml: {path}: cannot be read: No such file or directory' in lines(tmp_path, text)


@pytest.mark.parametrize('contents', ['', '{}', '[1]', '[["a"]]', '[[1]'])
def test_what_is_no_list_of_vectors_is_an_error(tmp_path: Path, contents: str) -> None:
    path = tmp_path / 'centroids.json'
    path.write_text(contents)
    [finding] = with_centroids(config_with(path))[1]
    assert finding.problem == 'expected a file with a list of lists of numbers, in JSON'


def test_centroids_in_two_places_are_an_error(tmp_path: Path) -> None:
    [finding] = with_centroids(config_with(tmp_path / 'x', centroids=[[1.0]]))[1]
    assert finding.path == 'sharded_tables[0].centroids_path'


def test_configuration_without_files_stays_as_it_is() -> None:
    config = Config()
    assert with_centroids(config) == (config, ())
