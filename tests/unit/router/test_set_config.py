"""``set_config()`` as the proxy writes it. What it finds in the clients' texts is tested with ``analyze``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.config.choices import Role
from pgdog_gevent.protocol.query import Bind
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.set_config import bound, quote_literal, set_config
from pgdog_gevent.router.statement import Effect, SetLocal, SetLocalRole, SetParameter, SetsLocally
from pgdog_gevent.router.unrouted import unrouted


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


@pytest.mark.parametrize(
    ('sql', 'parameters', 'effect'),
    [
        (b"SELECT set_config('pgdog.role', $1, true)", (b'replica',), SetLocalRole(Role.REPLICA)),
        (b"SELECT set_config('pgdog.role', $1, true)", (b'auto',), SetLocalRole(None)),
        (b"SELECT set_config('pgdog.role', $1, true)", (None,), SetLocalRole(None)),
        (b'SELECT set_config($1, $2, $3)', (b'PgDog.Role', b'primary', b'on'), SetLocalRole(Role.PRIMARY)),
        (
            b'SELECT set_config($1, $2, $3)',
            (b'pgdog.role', b'replica', b'off'),
            SetParameter('pgdog.role', set_config('pgdog.role', 'replica')),
        ),
    ],
)
def test_role_is_set_when_bind_gives_it(sql: bytes, parameters: tuple[bytes | None, ...], effect: Effect) -> None:
    statement = analyze(sql)
    assert statement.takes_parameters
    assert bound(statement, Bind(b'', b'', (), parameters, ())).effects == ((effect,),)


def test_what_is_set_for_a_transaction_can_be_said_again_when_bind_gives_it() -> None:
    bind = Bind(b'', b'', (), (b'work_mem', b"1'MB", b'on'), ())
    again = SetsLocally(b"SELECT pg_catalog.set_config(E'work_mem', E'1''MB', true)")
    assert bound(analyze(b'SELECT set_config($1, $2, $3)'), bind).effects == ((again, SetLocal()),)
    assert bound(analyze(b'SELECT set_config($1, $2, true)'), bind).effects == ((again, SetLocal()),)
    assert bound(analyze(b"SELECT set_config('work_mem', $2, true)"), bind).effects == ((again,),)


@pytest.mark.parametrize(
    'sql',
    [
        b"SELECT set_config('a.b', $1, true)",
        b'SELECT set_config($1, $2, true)',
        b"SELECT set_config('a.b', 'c', true)",
    ],
)
def test_what_is_set_for_a_transaction_matters_to_one_server_only_if_texts_are_read_otherwise(sql: bytes) -> None:
    assert {effect for effects in unrouted(analyze(sql)).effects for effect in effects} <= {SetLocal()}
