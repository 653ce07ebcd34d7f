"""A text of several statements whose first one ends a transaction: what comes after it is a text by itself."""

from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.statement import Commit, Rollback, Statement


def ends_first(statement: Statement) -> bool:
    """Whether a text of several statements begins with the end of a transaction."""
    effects = statement.effects
    return len(effects) > 1 and len(effects[0]) == 1 and isinstance(effects[0][0], Commit | Rollback)


def divided(sql: bytes) -> tuple[bytes, bytes] | None:
    """The first statement of a text and the others; ``None`` for a text that is no SQL, or has no others.

    These stay where they are, with blanks before them: so the positions in errors are those of the whole.
    """
    try:
        statements = parse(sql).stmts
    except Unparseable:
        return None
    if len(statements) < 2:
        return None
    at = statements[1].stmt_location
    return sql[:at], b' ' * len(sql[:at].decode(errors='replace')) + sql[at:]
