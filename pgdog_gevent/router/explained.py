"""EXPLAIN: where the statement would go, its plan is shown."""

from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.text import Text, closing

_WORDS: Final = frozenset({'ANALYZE', 'ANALYSE', 'VERBOSE'})


def cut(explain: pg.ExplainStmt, text: Text) -> tuple[bytes, str]:
    """EXPLAIN with its options, and the statement that is explained."""
    tokens = text.tokens()
    index = 1
    while index < len(tokens) and tokens[index].name in _WORDS:
        index += 1
    if index == 1 and explain.options:
        index = closing(tokens, 1) + 1
    if index >= len(tokens):
        raise NotProvable('an EXPLAIN whose statement cannot be told apart')
    start = tokens[index].start
    return text.sql[:start].encode(), text.sql[start:]


def explained_tree(sql: str) -> pg.RawStmt:
    """The statement that is explained, with the places that it has in its own text."""
    try:
        return parse(sql.encode()).stmts[0]
    except Unparseable:
        raise NotProvable('an EXPLAIN whose statement cannot be told apart') from None


def shows_text(explain: pg.ExplainStmt) -> bool:
    """Whether the plan comes as lines of text; the option that stands last counts. Of EXECUTE it is not known here."""
    if explain.query.HasField('execute_stmt'):
        return False
    formats = [node.def_elem for node in explain.options if node.def_elem.defname == 'format']
    return not formats or formats[-1].arg.string.sval == 'text'


def analyzes(explain: pg.ExplainStmt) -> bool:
    """Whether the statement is executed, too; an option that may say so counts."""
    return any(node.def_elem.defname == 'analyze' for node in explain.options)
