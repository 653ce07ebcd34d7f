"""Texts of several statements, where there are several shards."""

from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.texts import Texts
from tests.unit.router.written_tables import KNOWN


def test_each_statement_knows_where_in_the_text_it_begins() -> None:
    text = "SELECT 'ä'; SELECT 2 ;\n-- and\nDO 'x'"
    statements = Texts[None](KNOWN, 10).statements(text.encode())
    assert len(statements) == 3
    for one in statements:
        assert text[one.start :].startswith(one.sql.decode())


def test_refused_statement_says_where_it_is_in_its_own_text() -> None:
    text = 'SELECT 1; CREATE TEMPORARY TABLE t (a int)'
    _, made = Texts[None](KNOWN, 10).statements(text.encode())
    assert isinstance(made.blueprint, Refused)
    assert made.start + made.blueprint.position - 1 == text.index('t (a')
