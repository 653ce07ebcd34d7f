"""PREPARE and EXECUTE in SQL: where in the text the name is, so that another can take its place."""

from pglast import parser

from pgdog_gevent.router.statement import SqlPrepared, Statement


def find_prepare(sql: bytes, name: str, meaning: Statement) -> SqlPrepared | None:
    """The name in a text that is one PREPARE; ``None`` if it is not plain to see."""
    parts = _around_name(sql, 'PREPARE')
    return SqlPrepared(True, name.encode(), *parts, meaning=meaning) if parts else None


def find_execute(sql: bytes, name: str, around: Statement) -> SqlPrepared | None:
    """The name in a text that is one EXECUTE, of which ``around`` says the rest; ``None`` if it is not plain to see."""
    parts = _around_name(sql, 'EXECUTE')
    return SqlPrepared(False, name.encode(), *parts, meaning=around) if parts else None


def _around_name(sql: bytes, keyword: str) -> tuple[bytes, bytes, bytes] | None:
    """The word that follows the only ``keyword``, with what is before and after it."""
    text = sql.decode()
    try:
        tokens = [token for token in parser.scan(text) if not token.name.endswith('_COMMENT')]
    except parser.ParseError:
        return None
    places = [index for index, token in enumerate(tokens[:-1]) if token.name == keyword]
    if len(places) != 1:
        return None
    name = tokens[places[0] + 1]
    if name.name == 'UIDENT':
        return None  # Its UESCAPE may follow.
    return text[: name.start].encode(), text[name.start : name.end + 1].encode(), text[name.end + 1 :].encode()
