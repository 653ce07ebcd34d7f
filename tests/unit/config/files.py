"""Configuration files for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pgdog_gevent.config.fields import TomlValue
from pgdog_gevent.config.findings import ConfigError, Finding
from pgdog_gevent.config.load import Loaded, load

DATABASE = """
[[databases]]
name = "shop"
host = "10.0.0.1"
"""

USER = """
[[users]]
name = "alice"
database = "shop"
password = "wonderland"
"""


def write(folder: Path, config: str, users: str = USER) -> Path:
    """Write both files and return the first."""
    path = folder / 'pgdog.toml'
    path.write_text(config)
    path.with_name('users.toml').write_text(users)
    return path


def loaded(
    folder: Path,
    config: str = DATABASE,
    users: str = USER,
    environment: Mapping[str, str] | None = None,
    urls: Sequence[str] = (),
    overrides: Mapping[str, TomlValue] | None = None,
) -> Loaded:
    """Load two files with these contents."""
    path = write(folder, config, users)
    return load(path, None, environment=environment or {}, database_urls=urls, overrides=overrides)


def findings(
    folder: Path, config: str = DATABASE, users: str = USER, environment: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """Return the findings for which files with these contents are refused."""
    with pytest.raises(ConfigError) as refusal:
        loaded(folder, config, users, environment)
    return refusal.value.findings


def lines(folder: Path, config: str = DATABASE, users: str = USER) -> list[str]:
    """Return these findings as printed, without the folder."""
    return [str(finding).replace(f'{folder}/', '') for finding in findings(folder, config, users)]
