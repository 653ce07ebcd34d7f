"""Durations as people write them: ``1m 30s``."""

from collections.abc import Iterator

UNITS = (('d', 86_400_000), ('h', 3_600_000), ('m', 60_000), ('s', 1000), ('ms', 1))


def human_duration(seconds: float) -> str:
    """Write seconds in days, hours, minutes, seconds and milliseconds, without those that are 0."""
    return ' '.join(_parts(round(seconds * 1000))) or '0ms'


def _parts(milliseconds: int) -> Iterator[str]:
    for unit, size in UNITS:
        count, milliseconds = divmod(milliseconds, size)
        if count:
            yield f'{count}{unit}'
