"""Facts about the keys of a section, read off its model: for messages, text input, and the reference."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from inspect import get_annotations
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, TypeAlias, TypeGuard, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from pgdog_gevent.config.section import Section
from pgdog_gevent.config.types import NeedsRestart, Unit

TomlValue: TypeAlias = 'bool | int | float | str | list[TomlValue] | dict[str, TomlValue]'

BOOLEANS = {
    **dict.fromkeys(('true', '1', 'yes', 'on'), True),
    **dict.fromkeys(('false', '0', 'no', 'off'), False),
}


class Kind(Enum):
    """What a value is in the file."""

    FLAG = 'boolean'
    WHOLE = 'integer'
    DECIMAL = 'number'
    CHOICE = 'choice'
    TEXT = 'string'
    PATH = 'path'
    SECRET = 'secret'
    LIST = 'list'
    TABLE = 'table'
    TABLES = 'array of tables'


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section."""

    name: str
    """As in the file."""
    attribute: str
    """As on the model; differs from ``name`` only where the model has no such name to give."""
    kind: Kind
    required: bool
    default: object
    """As in memory; ``None`` also where a key is required or its default is made anew for each process."""
    unit: Unit | None
    choices: tuple[str, ...]
    restart: bool
    secret: bool
    meaning: str


@cache
def keys_of(section: type[Section]) -> Mapping[str, Key]:
    """Return the keys of a section by their names in the file: its own first, then those of each class it extends."""
    fields = section.model_fields
    names = dict.fromkeys(name for part in section.__mro__ for name in get_annotations(part) if name in fields)
    return {key.name: key for key in (_key(name, fields[name]) for name in names)}


def section_at(section: type[Section], key: str) -> type[Section] | None:
    """Return the section that a key holds, singly or as an array; ``None`` if it holds something else."""
    for name, field in section.model_fields.items():
        if key in (name, field.alias):
            return next((part for part in _parts(field.annotation) if _is_section(part)), None)
    return None


def value_from_text(key: Key, text: str) -> TomlValue:
    """Turn text, as an environment variable or SET has it, into what the file would hold.

    Text that does not fit stays text, to be refused with the same words as in the file.
    """
    if key.kind is Kind.FLAG:
        return BOOLEANS.get(text.strip().lower(), text)
    if key.kind is Kind.WHOLE:
        return int(text) if re.fullmatch(r'\s*[+-]?[0-9]{1,40}\s*', text) else text
    if key.kind is Kind.DECIMAL:
        return float(text) if re.fullmatch(r'\s*[+-]?[0-9]{1,40}(\.[0-9]{1,40})?\s*', text) else text
    if key.kind is Kind.CHOICE:
        return text.strip().lower().replace('-', '_')
    if key.kind is Kind.LIST:
        return [part.strip() for part in text.split(',') if part.strip()]
    return text


def file_value(key: Key, value: object) -> object:
    """Return the value of a setting as the file would hold it: milliseconds and words; ``None`` if absent."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and key.unit is not None:
        return round(value * key.unit.scale)
    return value


def _key(attribute: str, field: FieldInfo) -> Key:
    parts = tuple(_parts(field.annotation)) + tuple(field.metadata)
    choices = next((part for part in parts if isinstance(part, type) and issubclass(part, Enum)), None)
    return Key(
        name=field.alias or attribute,
        attribute=attribute,
        kind=_kind(parts),
        required=field.is_required(),
        default=None if field.is_required() or field.default_factory else field.default,
        unit=next((part for part in parts if isinstance(part, Unit)), None),
        choices=() if choices is None else tuple(str(choice.value) for choice in choices),
        restart=any(isinstance(part, NeedsRestart) for part in parts),
        secret=SecretStr in parts,
        meaning=' '.join((field.description or '').split()),
    )


def _kind(parts: tuple[object, ...]) -> Kind:
    if any(_is_section(part) for part in parts):
        return Kind.TABLES if tuple in parts else Kind.TABLE
    if tuple in parts:
        return Kind.LIST
    if dict in parts:
        return Kind.TABLE
    if any(isinstance(part, type) and issubclass(part, Enum) for part in parts):
        return Kind.CHOICE
    if float in parts:
        return Kind.WHOLE if any(isinstance(part, Unit) for part in parts) else Kind.DECIMAL
    kinds = {SecretStr: Kind.SECRET, bool: Kind.FLAG, str: Kind.TEXT, int: Kind.WHOLE, Path: Kind.PATH}
    return next(kind for type_, kind in kinds.items() if type_ in parts)


def _parts(annotation: object) -> Iterator[object]:
    """Walk the classes and the metadata of an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        yield from _parts(inner)
        yield from metadata
    elif origin in (Union, UnionType, tuple, dict):
        if origin in (tuple, dict):
            yield origin
        for argument in get_args(annotation):
            yield from _parts(argument)
    elif annotation not in (NoneType, Ellipsis):
        yield annotation


def _is_section(part: object) -> TypeGuard[type[Section]]:
    return isinstance(part, type) and issubclass(part, Section)
