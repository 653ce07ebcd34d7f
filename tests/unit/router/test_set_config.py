"""``set_config()`` as the proxy writes it. What it finds in the clients' texts is tested with ``analyze``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.set_config import quote_literal, set_config
from pgdog_gevent.router.statement import SetParameter


@pytest.mark.parametrize(
    ('text', 'quoted'),
    [('plain', b"E'plain'"), ("it's", b"E'it''s'"), ('a\\b', b"E'a\\\\b'"), ('é', "E'é'".encode()), ('', b"E''")],
)
def test_literal_is_quoted_for_any_standard_conforming_strings(text: str, quoted: bytes) -> None:
    assert quote_literal(text) == quoted


WORDS = st.text(st.characters(exclude_characters='\0', exclude_categories=['Cs']), max_size=20)


@given(name=WORDS, value=WORDS)
def test_set_config_says_what_it_was_told(name: str, value: str) -> None:
    """Whatever name and value contain, the parser finds one call with exactly these two strings."""
    sql = set_config(name, value)
    assert analyze(sql).effects == analyze(sql + b';').effects
    assert analyze(sql).effects == ((SetParameter(name.lower(), sql),),)
