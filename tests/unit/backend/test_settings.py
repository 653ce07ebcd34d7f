"""The SQL between two sets of settings: pure cases, and a simulated session that runs it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.backend.settings import (
    NO_SETTINGS,
    Settings,
    quote_identifier,
    transition,
    with_setting,
    without_setting,
)
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.statement import ResetParameter, SetParameter

ROLE = b'SET ROLE bob'
ALICE, CAROL = b'SET SESSION AUTHORIZATION alice', b'SET SESSION AUTHORIZATION carol'


def statements(current: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> list[bytes]:
    sql = transition(current, wanted)
    return sql.split(b'\n;') if sql else []


@pytest.mark.parametrize(
    ('current', 'wanted', 'sql'),
    [
        pytest.param({}, {}, [], id='nothing to nothing'),
        pytest.param({'a': b'SET a TO 1'}, {'a': b'SET a TO 1'}, [], id='equal'),
        pytest.param({}, {'a': b'SET a TO 1'}, [b'SET a TO 1'], id='one more'),
        pytest.param({'a': b'SET a TO 1'}, {}, [b'RESET "a"'], id='one less'),
        pytest.param({'a': b'SET a TO 1'}, {'a': b'SET a TO 2'}, [b'SET a TO 2'], id='another value'),
        pytest.param({'a': b'x'}, {'b': b'SET b TO 1'}, [b'RESET "a"', b'SET b TO 1'], id='resets come first'),
        pytest.param({'my.own': b'x'}, {}, [b'RESET "my"."own"'], id='custom parameter'),
        pytest.param({'a"b': b'x'}, {}, [b'RESET "a""b"'], id='a quote in a name'),
        pytest.param(
            {}, {'a': b'SET a TO 1', 'client_encoding': b"SET NAMES 'latin1'", 'b': b'SET b TO 2'},
            [b"SET NAMES 'latin1'", b'SET a TO 1', b'SET b TO 2'], id='encoding comes before what is written in it',
        ),
        pytest.param({'role': ROLE}, {}, [b'RESET ROLE'], id='role goes'),
        pytest.param({}, {'role': ROLE}, [ROLE], id='role comes'),
        pytest.param({'role': ROLE}, {'role': b'SET ROLE eve'}, [b'RESET ROLE', b'SET ROLE eve'], id='another role'),
        pytest.param(
            {'session_authorization': ALICE, 'role': ROLE}, {},
            [b'RESET ROLE', b'RESET SESSION AUTHORIZATION'], id='identity is undone inside out',
        ),
        pytest.param(
            {}, {'a': b'SET a TO 1', 'role': ROLE, 'b': b'SET b TO 2'}, [b'SET a TO 1', ROLE, b'SET b TO 2'],
            id='each under the identity that set it'
        ),
        pytest.param(
            {'session_authorization': ALICE, 'role': ROLE}, {'session_authorization': CAROL, 'role': ROLE},
            [b'RESET ROLE', b'RESET SESSION AUTHORIZATION', CAROL, ROLE], id='role is taken on anew',
        ),
        pytest.param(
            {'session_authorization': ALICE}, {'session_authorization': ALICE, 'role': ROLE},
            [b'RESET SESSION AUTHORIZATION', ALICE, ROLE], id='role on top',
        ),
        pytest.param(
            {'role': ROLE, 'a': b'SET a TO 1'}, {'session_authorization': ALICE, 'b': b'SET b TO 2'},
            [b'RESET ROLE', b'RESET "a"', ALICE, b'SET b TO 2'], id='others change in between',
        ),
        pytest.param(
            {'role': ROLE}, {'a': b'SET a TO 1', 'role': ROLE}, [b'RESET ROLE', b'SET a TO 1', ROLE],
            id='what the role may not set',
        ),
    ],
)  # fmt: skip
def test_transition_is(current: Mapping[str, bytes], wanted: Mapping[str, bytes], sql: list[bytes]) -> None:
    assert statements(current, wanted) == sql


def test_comment_at_the_end_of_a_setting_does_not_swallow_the_next() -> None:
    wanted = {'a': b'SET a TO 1 -- one', 'b': b'SET b TO 2'}
    effects = analyze(transition(NO_SETTINGS, wanted)).effects
    assert [effect.name for (effect,) in effects if isinstance(effect, SetParameter)] == ['a', 'b']


NAMES = st.sampled_from(['a', 'b', 'my.own', 'client_encoding', 'role', 'session_authorization'])


def settings_of(chosen: Mapping[str, int]) -> Settings:
    words = {'role': b'SET ROLE r%d', 'session_authorization': b'SET SESSION AUTHORIZATION s%d'}
    settings = NO_SETTINGS
    for name, value in chosen.items():
        settings = with_setting(settings, name, words.get(name, b'SET %b TO %%d' % name.encode()) % value)
    return settings


SETTINGS = st.dictionaries(NAMES, st.integers(1, 3)).map(settings_of)


IDENTITY = ('session_authorization', 'role')


class Session:
    """What PostgreSQL does with the statements of a transition."""

    def __init__(self, settings: Settings) -> None:
        self.settings = dict(settings)
        self.identity_when_set: dict[str, dict[str, bytes]] = {}

    def run(self, sql: bytes) -> None:
        (effect,) = analyze(sql).effects[0]
        match effect:
            case SetParameter(name=name):
                if name == 'session_authorization':
                    self.settings.pop('role', None)
                self.settings[name] = sql
            case ResetParameter(name=name):
                self.settings.pop(name, None)
                if name == 'session_authorization':
                    self.settings.pop('role', None)
            case _:
                raise AssertionError(sql)
        self.identity_when_set[name] = {held: self.settings[held] for held in IDENTITY if held in self.settings}


@given(current=SETTINGS, wanted=SETTINGS)
def test_session_has_what_is_wanted_after_the_transition(current: Settings, wanted: Settings) -> None:
    session = Session(current)
    for sql in statements(current, wanted):
        session.run(sql)
    assert session.settings == wanted


@given(current=SETTINGS, wanted=SETTINGS)
def test_each_is_set_under_the_identity_that_set_it_first(current: Settings, wanted: Settings) -> None:
    session = Session(current)
    for sql in statements(current, wanted):
        session.run(sql)
    names = list(wanted)
    for name, identity in session.identity_when_set.items():
        if name in wanted and name not in (*IDENTITY, 'client_encoding'):
            assert identity == {held: wanted[held] for held in IDENTITY if held in names[: names.index(name)]}


def test_settings_are_never_changed_in_place() -> None:
    first = with_setting(NO_SETTINGS, 'a', b'SET a TO 1')
    second = with_setting(first, 'b', b'SET b TO 1')
    third = without_setting(second, 'a')
    assert (dict(NO_SETTINGS), set(first), set(second), set(third)) == ({}, {'a'}, {'a', 'b'}, {'b'})


def test_new_session_authorization_undoes_the_role() -> None:
    settings = with_setting(with_setting(NO_SETTINGS, 'role', ROLE), 'session_authorization', ALICE)
    assert dict(settings) == {'session_authorization': ALICE}


def test_setting_that_is_not_there_goes_without_a_word() -> None:
    assert dict(without_setting(NO_SETTINGS, 'a')) == {}


def test_identifier_is_quoted() -> None:
    assert quote_identifier('a"b') == b'"a""b"'
