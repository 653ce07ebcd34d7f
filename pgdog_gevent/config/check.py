"""Judgements that need more than one setting: what contradicts itself, and what is probably not meant."""

from dataclasses import replace

from pgdog_gevent.config.check_databases import check_databases, check_routing
from pgdog_gevent.config.check_general import check_general, check_tls
from pgdog_gevent.config.check_mappings import check_mappings
from pgdog_gevent.config.check_sharding import check_sharding
from pgdog_gevent.config.check_two_phases import check_two_phases
from pgdog_gevent.config.check_users import check_users
from pgdog_gevent.config.findings import Files, Finding
from pgdog_gevent.config.settings import Config

DEFAULT_FILES = Files()


def check(config: Config, files: Files = DEFAULT_FILES) -> tuple[Finding, ...]:
    """Return everything that is contradictory or doubtful; ``files`` are the names to print.

    Looks at the file system, for the files that ``tls_*`` keys name.
    """
    findings = (
        *check_general(config),
        *check_tls(config),
        *check_databases(config),
        *check_routing(config),
        *check_sharding(config),
        *check_mappings(config),
        *check_two_phases(config),
        *check_users(config),
    )
    return tuple(
        replace(finding, file=files.users if finding.path.startswith('users') else files.config) for finding in findings
    )
