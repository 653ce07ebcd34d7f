"""Who this proxy is among others: its instance id and host name, from the environment."""

import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from pgdog_gevent.config.environment import ENVIRONMENT
from pgdog_gevent.config.findings import ConfigError, Finding
from pgdog_gevent.config.identifiers import LONGEST_IN_GID, fits_in_gid


@dataclass(frozen=True, slots=True)
class Identity:
    """The names of this process; make it once, because a missing instance id is random."""

    instance_id: str
    """``NODE_ID``, else eight random hexadecimal digits."""
    node_number: int | None
    """``NODE_ID`` if it is a number, or the number that it ends in after a hyphen; generated ids need it."""
    deployment_id: str
    """``DEPLOYMENT_ID``, or empty; part of the names of two-phase transactions."""
    host_name: str
    """``HOSTNAME``, ``HOST``, or what the system says."""


def identity_from(environment: Mapping[str, str]) -> Identity:
    """Read the identity off environment variables. Raises ConfigError."""
    if findings := identity_findings(environment):
        raise ConfigError(findings)
    node = environment.get('NODE_ID', '')
    number = re.search(r'(?:^|-)([0-9]+)$', node)
    return Identity(
        instance_id=node or secrets.token_hex(4),
        node_number=int(number[1]) if number else None,
        deployment_id=environment.get('DEPLOYMENT_ID', ''),
        host_name=environment.get('HOSTNAME') or environment.get('HOST') or socket.gethostname(),
    )


def identity_findings(environment: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what is wrong with these variables."""
    if fits_in_gid(environment.get('DEPLOYMENT_ID', '')):
        return ()
    problem = f'percent-encoded, more than {LONGEST_IN_GID} bytes'
    return (Finding(ENVIRONMENT, 'DEPLOYMENT_ID', problem, hint='prepared transactions are named after it'),)
