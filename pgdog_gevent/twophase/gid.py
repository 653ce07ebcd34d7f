"""The names of transactions that are prepared: who finds one knows to whom it belongs, and where it is decided.

``pgdog_gevent:<deployment>:<database>:<anchor>.<xid>.<token>.<shard>``: the anchor is the shard that decides, ``xid``
the id of the transaction there, with its epoch; the token is random and ends in a digest of the user who decides there;
``shard`` is the one where this part is prepared. Whatever does not look exactly like that is somebody else's, and
nobody's business.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import quote

PREFIX: Final = 'pgdog_gevent:'
_RANDOM: Final = 8
"""Bytes."""
_DIGEST: Final = 8
"""Digits."""
_TOKEN: Final = 2 * _RANDOM + _DIGEST
_SHARD: Final = '0|[1-9][0-9]{0,4}'
_XID: Final = '[1-9][0-9]{0,17}'
"""As many digits as any bigint may have; as numbers of transactions they will not be used up."""
_END: Final = re.compile(rf'({_SHARD})\.({_XID})\.([0-9a-f]{{{_TOKEN}}})\.({_SHARD})')


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose transactions: those of one database, as all proxies of one deployment know it.

    Proxies that number shards otherwise must not finish each other's.
    """

    deployment: str
    """``DEPLOYMENT_ID``; may be empty."""
    database: str
    """The name by which clients know it."""

    @property
    def prefix(self) -> str:
        """What all their gids begin with; has no quotes, backslashes or spaces."""
        return f'{PREFIX}{_quoted(self.deployment)}:{_quoted(self.database)}:'


def _quoted(name: str) -> str:
    """The configuration sees to it that it is short enough for PostgreSQL's 199 bytes."""
    return quote(name, safe='', errors='surrogateescape')


def _digest(user: str) -> str:
    return hashlib.sha256(user.encode(errors='surrogateescape')).hexdigest()[:_DIGEST]


class Name(NamedTuple):
    """One transaction on several shards."""

    scope: Scope
    anchor: int
    xid: int
    token: str

    @classmethod
    def new(cls, scope: Scope, anchor: int, xid: int, user: str) -> 'Name':
        """One that nobody has had before; ``user``: who has logged in at the anchor."""
        return cls(scope, anchor, xid, secrets.token_hex(_RANDOM) + _digest(user))

    def is_decided_by(self, user: str) -> bool:
        """Whether it is this user whose row on the anchor counts."""
        return self.token.endswith(_digest(user))

    @property
    def text(self) -> str:
        """What all its gids begin with: the key of its decision."""
        return f'{self.scope.prefix}{self.anchor}.{self.xid}.{self.token}'

    def gid(self, shard: int) -> str:
        """The name of its part on a shard."""
        return f'{self.text}.{shard}'


class Part(NamedTuple):
    """What is prepared on one shard."""

    name: Name
    shard: int

    @property
    def gid(self) -> str:
        return self.name.gid(self.shard)


def parse(gid: str, scope: Scope) -> Part | None:
    """Read a gid; ``None`` if it is none of this scope."""
    prefix = scope.prefix
    found = _END.fullmatch(gid, len(prefix)) if gid.startswith(prefix) else None
    if found is None:
        return None
    anchor, xid, token, shard = found.groups()
    return Part(Name(scope, int(anchor), int(xid), token), int(shard))


def parse_name(text: str, scope: Scope) -> Name | None:
    """Read the key of a decision; ``None`` if it is none of this scope."""
    part = parse(f'{text}.0', scope)
    return None if part is None else part.name
