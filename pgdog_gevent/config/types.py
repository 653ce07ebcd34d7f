"""The types of single settings: how a value is written in the file, and what it is in memory.

Durations are whole milliseconds in the file, in the environment and in ``SHOW``; in memory they are seconds
(``float``) everywhere. A model is therefore always *built* from milliseconds: ``General(checkout_timeout=200)``
gives ``checkout_timeout == 0.2``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError

CENTURY = 100 * 365.25 * 86400.0
"""Seconds. Longer durations are cut to this, so that no timer overflows."""

UNLIMITED = 2**63 - 1
"""PgDog writes its "no limit" as the largest 64-bit integer; for limits that can be absent it means ``None``."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What the number of a setting counts, in the file."""

    name: str
    scale: float = 1.0
    """How many of the unit make one unit in memory."""


@dataclass(frozen=True, slots=True)
class NeedsRestart:
    """Marks a setting that a reload cannot change."""


RESTART = NeedsRestart()
MILLISECONDS = Unit('milliseconds', 1000.0)
WHOLE_SECONDS = Unit('seconds')
BYTES = Unit('bytes')
CHARACTERS = Unit('characters')


def wrong(expected: str) -> PydanticCustomError:
    """Make the error for a value that is not what a setting takes; ``expected`` completes "expected ..."."""
    return PydanticCustomError('wrong_value', 'expected {expected}', {'expected': expected})


def whole_number(value: object, expected: str) -> int:
    """Return a number of 0 or more; anything else, booleans included, is refused with ``expected``."""
    if type(value) is not int or value < 0:
        raise wrong(expected)
    return value


def seconds_from_milliseconds(value: object) -> float:
    """Convert the milliseconds of the file to the seconds of memory."""
    return min(whole_number(value, 'a whole number of milliseconds, 0 or more') / 1000, CENTURY)


def some_seconds(value: object) -> float:
    """Convert the milliseconds of a pause that must be one."""
    expected = 'a whole number of milliseconds, 1 or more'
    if whole_number(value, expected) == 0:
        raise wrong(expected)
    return seconds_from_milliseconds(value)


def optional_seconds(*, zero_is_none: bool) -> Callable[[object], float | None]:
    """Return a converter of milliseconds for a duration that may be absent or without end."""

    def convert(value: object) -> float | None:
        seconds = None if value is None else seconds_from_milliseconds(value)
        endless = seconds == CENTURY or (zero_is_none and seconds == 0)
        return None if endless else seconds

    return convert


def optional_count(value: object) -> int | None:
    """Read a count whose largest 64-bit value, or absence, means that there is no limit."""
    if value is None:
        return None
    count = whole_number(value, 'a whole number, 0 or more')
    return None if count >= UNLIMITED else count


def octal_mode(value: object) -> str:
    """Read the permissions of a file, as chmod(1) takes them."""
    if not isinstance(value, str) or not re.fullmatch('0?[0-7]{3}', value):
        raise wrong('three octal digits in a string, such as "0770"')
    return value


def key_value(value: object) -> int | str:
    """Read one value of a sharding key: a number, or text (a UUID is written as text)."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise wrong('a number or a string')
    return value


Milliseconds = Annotated[float, BeforeValidator(seconds_from_milliseconds), MILLISECONDS]
"""A duration. File: whole milliseconds. Memory: seconds."""

PositiveMilliseconds = Annotated[float, BeforeValidator(some_seconds), MILLISECONDS]
"""A duration that is not 0."""

MaybeMilliseconds = Annotated[float | None, BeforeValidator(optional_seconds(zero_is_none=False)), MILLISECONDS]
"""A duration that may be absent (``None``: off, without end, or inherited; its setting says which); 0 is 0."""

TimeLimit = Annotated[float | None, BeforeValidator(optional_seconds(zero_is_none=True)), MILLISECONDS]
"""A longest duration. Absent and 0 both mean no limit, ``None`` in memory."""

Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Field(ge=0)]
PositiveCount = Annotated[int, Strict(), Field(ge=1)]
Limit = Annotated[int | None, BeforeValidator(optional_count)]
"""A largest number. Absence and the largest 64-bit integer mean no limit, ``None`` in memory; 0 is 0."""

Bytes = Annotated[int, Strict(), Field(ge=0), BYTES]
ByteLimit = Annotated[int | None, BeforeValidator(optional_count), BYTES]
Port = Annotated[int, Strict(), Field(ge=0, le=65535)]
Fraction = Annotated[float, Strict(), Field(ge=0, le=1)]
Weight = Annotated[int, Strict(), Field(ge=0, le=255)]
OctalMode = Annotated[str, BeforeValidator(octal_mode)]
Percentage = Annotated[int, Strict(), Field(ge=1, le=80)]
Name = Annotated[str, Field(min_length=1)]
KeyValue = Annotated[int | str, BeforeValidator(key_value)]
