"""Whether what a key says is what all texts say that have this key."""

from typing import Final

from pgdog_gevent.router.access import BY_CATALOG, AccessRules
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.statement import DEPENDS_ON_LITERALS, ORDINARY, ORDINARY_READ, Statement
from pgdog_gevent.router.unrouted import unrouted

_READS_ITS_ARGUMENTS: Final = b'set_config'
"""The function whose arguments ``analyze`` looks at. A key has its name in plain letters, or does not call it."""


def shared(key: bytes, rules: AccessRules | None = BY_CATALOG) -> Statement | None:
    """What all texts say whose key this is; ``None`` if that depends on their literals, or nobody can say.

    ``rules`` are those of ``analyze``; ``None`` where nothing is routed.
    """
    if _READS_ITS_ARGUMENTS in key.lower():
        return None
    statement = unrouted(analyze(key)) if rules is None else analyze(key, rules)
    if statement is ORDINARY or statement is ORDINARY_READ:
        return statement
    return None if any(depends(statement) for depends in DEPENDS_ON_LITERALS.values()) else statement
