"""What one of two TOML parsers reads wrongly is refused."""

from pathlib import Path

import pytest

from pgdog_gevent.config.findings import Finding
from pgdog_gevent.config.toml_file import first_difference, parse_toml, read_toml


def refusal(text: str) -> Finding:
    """Return why a document is refused."""
    finding = parse_toml(text, 'pgdog.toml')
    assert isinstance(finding, Finding)
    return finding


def test_array_that_is_never_closed_is_refused() -> None:
    assert str(refusal('a = 1\nb = [1,2')) == 'pgdog.toml: end of document: unclosed array'


def test_syntax_error_names_line_and_column() -> None:
    assert str(refusal('[general]\nport 6432\n')).startswith('pgdog.toml: line 2, column 6: ')


def test_byte_order_mark_is_refused() -> None:
    assert 'byte order mark' in refusal('\ufeffa = 1\n').problem


@pytest.mark.parametrize('text', ['a = [1, "x"]', 'a = [1, 2.5]', 'a=0xff', 'a=0o17', 'a=0b11'])
def test_valid_toml_that_the_toml_package_cannot_read_is_refused_with_a_remedy(text: str) -> None:
    assert 'write integers in decimal' in refusal(text).hint
    assert refusal(text).path == 'line 1, column 1'


def test_a_key_given_twice_is_refused() -> None:
    assert refusal('a = 1\na = 2\n').path.startswith('line 2')


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        pytest.param('a.b = 1', {'a': {'b': 1}}, id='dotted key'),
        pytest.param('a = [{b = 1}, {b = 2}]', {'a': [{'b': 1}, {'b': 2}]}, id='inline tables'),
        pytest.param('a = "x\\"y # z"', {'a': 'x"y # z'}, id='escapes'),
        pytest.param('[[t]]\r\na = 1\r\n', {'t': [{'a': 1}]}, id='line ends of Windows'),
        pytest.param('a = 5_000', {'a': 5000}, id='underscores'),
    ],
)
def test_ordinary_documents_are_read(text: str, expected: dict[str, object]) -> None:
    assert parse_toml(text, 'pgdog.toml') == expected


@pytest.mark.parametrize(
    ('one', 'other', 'path'),
    [
        ({'a': {'b': [1, 2]}}, {'a': {'b': [1, 3]}}, 'a.b[1]'),
        ({'a': [1, 2]}, {'a': [1]}, 'a'),
        ({'a': 1}, {'a': True}, 'a'),
        ({'a': 1}, {'a': 1.0}, 'a'),
        ({'a': 1}, {}, 'a'),
        ({'a': [1]}, {'a': [1]}, None),
    ],
    ids=['value', 'length', 'boolean', 'float', 'missing', 'equal'],
)
def test_first_difference_is_found(
    one: dict[str, bool | int | float], other: dict[str, bool | int | float], path: str | None
) -> None:
    assert first_difference(one, other) == path  # type: ignore[arg-type]


def test_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / 'pgdog.toml'
    path.write_bytes(b'a = "\xff"')
    assert 'UTF-8' in str(read_toml(path))


def test_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    assert 'cannot be read' in str(read_toml(tmp_path))
