"""Whether what a key says is what all texts say that have this key."""

from typing import Final

from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.statement import DEPENDS_ON_LITERALS, ORDINARY, Statement

_READS_ITS_ARGUMENTS: Final = b'set_config'
"""The function whose arguments ``analyze`` looks at. A key has its name in plain letters, or does not call it."""


def shared(key: bytes) -> Statement | None:
    """What all texts say whose key this is; ``None`` if that depends on their literals, or nobody can say."""
    if _READS_ITS_ARGUMENTS in key.lower():
        return None
    statement = analyze(key)
    if statement is not ORDINARY and any(depends(statement) for depends in DEPENDS_ON_LITERALS.values()):
        return None
    return statement
