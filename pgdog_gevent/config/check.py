"""Judgements that need more than one setting."""

from pgdog_gevent.config.findings import Files, Finding
from pgdog_gevent.config.settings import Config


def check(config: Config, files: Files = Files()) -> tuple[Finding, ...]:  # noqa: B008
    """Return everything that is contradictory or doubtful in a configuration; ``files`` are the names to print."""
    return tuple(finding for user in config.users if not user.name for finding in [Finding(files.users, '')])
