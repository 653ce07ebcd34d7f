"""Read a TOML file, with two parsers that must agree.

The ``toml`` package reads some broken files without a word: an array that is never closed loses its last value, and a
byte order mark becomes part of a key. The standard library's parser finds these, so a file counts only if both read
the same from it.
"""

import math
import tomllib
from pathlib import Path

import toml

from pgdog_gevent.config.fields import TomlValue
from pgdog_gevent.config.findings import Finding

ODDITIES = 'write integers in decimal, and in one array either only integers or only floats (1.0), or only strings'


def read_toml(path: Path) -> dict[str, TomlValue] | Finding:
    """Return the contents of a file, or why it cannot be read."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        return Finding(str(path), '', f'cannot be read: {error.strerror}')
    except UnicodeDecodeError as error:
        return Finding(str(path), f'byte {error.start}', 'not UTF-8')
    return parse_toml(text, str(path))


def parse_toml(text: str, file: str) -> dict[str, TomlValue] | Finding:
    """Return the contents of a document, or why it cannot be parsed; ``file`` is its name in the finding."""
    if text.startswith('\ufeff'):
        return Finding(file, 'line 1, column 1', 'begins with a byte order mark', hint='remove it')
    text = text.replace('\r\n', '\n')
    try:
        expected: dict[str, TomlValue] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _syntax_error(str(error), file)
    try:
        document: dict[str, TomlValue] = toml.loads(text)
    except toml.TomlDecodeError as error:
        place = f'line {error.lineno}, column {error.colno}'
        return Finding(file, place, 'valid TOML, but the toml package cannot read it', hint=ODDITIES)
    except (ValueError, LookupError, TypeError, AttributeError):
        return Finding(file, '', 'valid TOML, but the toml package cannot read it', hint=ODDITIES)
    different = first_difference(expected, document)
    if different is not None:
        return Finding(file, different, 'two TOML parsers read this differently', hint='write it more plainly')
    return document


def first_difference(one: TomlValue, other: TomlValue, path: str = '') -> str | None:
    """Return the path of the first value that differs, in type or value, or ``None``."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            inner = f'{path}.{key}' if path else key
            found = first_difference(one[key], other[key], inner) if key in one and key in other else inner
            if found is not None:
                return found
        return None
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        found_inside = (first_difference(a, b, f'{path}[{position}]') for position, (a, b) in pairs)
        return next((found for found in found_inside if found is not None), None)
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other):
        return None
    return None if type(one) is type(other) and one == other else path


def _syntax_error(message: str, file: str) -> Finding:
    problem, separator, place = message.rpartition(' (at ')
    if not separator:
        return Finding(file, '', message)
    return Finding(file, place.rstrip(')'), problem[:1].lower() + problem[1:])
