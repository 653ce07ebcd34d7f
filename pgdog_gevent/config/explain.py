"""Turn what pydantic found into findings for people."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import NamedTuple, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pgdog_gevent.config.fields import Key, Kind, keys_of, section_at
from pgdog_gevent.config.findings import Finding
from pgdog_gevent.config.section import Section
from pgdog_gevent.config.settings import Config

Location: TypeAlias = tuple[int | str, ...]

EXPECTED = {
    'bool_type': 'true or false',
    'int_type': 'a whole number',
    'float_type': 'a number',
    'string_type': 'a string',
    'string_too_short': 'a string that is not empty',
    'string_pattern_mismatch': 'letters, digits, "_" and ":", and no digit first',
    'path_type': 'a path, as a string',
    'tuple_type': 'a list',
    'dict_type': 'a table',
    'model_type': 'a table',
    'greater_than_equal': 'at least {ge}',
    'less_than_equal': 'at most {le}',
    'enum': '{expected}',
    'wrong_value': '{expected}',
}
"""Pydantic's error types in our words. Source: pydantic docs, "Validation Errors"."""

ENTERPRISE = frozenset({'control', 'query_stats', 'qos', 'autodiscovery'})
"""Sections of PgDog's Enterprise Edition."""

VISIBLE = frozenset({Kind.FLAG, Kind.WHOLE, Kind.DECIMAL, Kind.CHOICE, Kind.TEXT, Kind.PATH})
"""Kinds of settings whose wrong values are printed. Tables and lists may hold secrets."""


class Origin(NamedTuple):
    """Where a value was written."""

    file: str
    path: str = ''
    """Its name there; empty: its dotted key."""


def explain(error: ValidationError, origins: Mapping[Location, Origin]) -> tuple[Finding, ...]:
    """Say everything that a validation found.

    ``origins`` maps locations to where they were written; the longest beginning of a location counts.
    """
    return tuple(_finding(details, _origin(details['loc'], origins)) for details in error.errors())


def unknown_key(file: str, path: str, key: str, section: type[Section]) -> Finding:
    """Say that a section has no such key, and which was perhaps meant."""
    return Finding(file, path, 'no such setting', hint=_remedy(key, section))


def dotted(location: Location) -> str:
    """Write a location as ``databases[0].port``."""
    return ''.join(f'[{part}]' if isinstance(part, int) else f'.{part}' for part in location).lstrip('.')


def _finding(details: ErrorDetails, origin: Origin) -> Finding:
    location: Location = details['loc']
    path = origin.path or dotted(location)
    if details['type'] == 'extra_forbidden':
        return unknown_key(origin.file, path, str(location[-1]), _section(location[:-1]))
    if details['type'] == 'missing':
        return Finding(origin.file, path, 'missing')
    key = _key_at(location)
    expected = EXPECTED.get(details['type'], details['msg']).format(**details.get('ctx', {}))
    if key is not None and key.kind is Kind.TABLES and location[-1] == key.name:
        expected = f'an array of tables, [[{key.name}]]'
    shown = key is not None and key.kind in VISIBLE and not key.secret
    value = details['input'] if shown else None
    hint = _did_you_mean(value, key.choices) if key is not None and isinstance(value, str) else ''
    return Finding(origin.file, path, value=_as_toml(value), expected=expected, hint=hint)


def _origin(location: Location, origins: Mapping[Location, Origin]) -> Origin:
    beginnings = (location[:length] for length in range(len(location), -1, -1))
    return next((origins[beginning] for beginning in beginnings if beginning in origins), Origin(''))


def _section(location: Location) -> type[Section]:
    section: type[Section] = Config
    for part in location:
        inner = section_at(section, part) if isinstance(part, str) else None
        section = inner or section
    return section


def _key_at(location: Location) -> Key | None:
    names = [position for position, part in enumerate(location) if isinstance(part, str)]
    if not names:
        return None
    return keys_of(_section(location[: names[-1]])).get(str(location[names[-1]]))


def _remedy(key: str, section: type[Section]) -> str:
    if section is Config and key in ENTERPRISE:
        return "it belongs to PgDog's Enterprise Edition"
    if key in section.aliases:
        return f'it is another name of {section.aliases[key]!r}, which is given too'
    elsewhere = _other_place(key, section)
    belongs = f'it belongs in {elsewhere}' if elsewhere else ''
    similar = _did_you_mean(key, (*keys_of(section), *section.aliases))
    # Outside all sections, a misspelt section is likelier than a key that lost its own: [[user]] means [[users]].
    of_sections = any(section_at(section, name) for name in keys_of(section))
    return similar or belongs if of_sections else belongs or similar


def _other_place(key: str, section: type[Section]) -> str:
    for name, place in keys_of(Config).items():
        inner = section_at(Config, name)
        if inner is not None and inner is not section and key in keys_of(inner):
            return f'[[{name}]]' if place.kind is Kind.TABLES else f'[{name}]'
    return ''


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f'did you mean {close[0]!r}?' if close else ''


def _as_toml(value: object) -> str:
    if value is None or isinstance(value, list | dict):
        return ''
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value[:60]}"' if isinstance(value, str) else str(value)
