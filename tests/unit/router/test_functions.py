"""Which names are harmless."""

import pytest

from pgdog_gevent.router.calls import LOCKS, SPOILS, UNLOCKS
from pgdog_gevent.router.function_text import HARMLESS, UNSURE, digest
from pgdog_gevent.router.functions import (
    CORE,
    SESSION,
    UNKNOWN,
    FunctionRow,
    Functions,
    Reading,
    function_digest,
    judge,
    only_computes,
)

BUILT_IN = frozenset({'lower', 'nextval', 'set_config', 'current_setting'})
NAMES = frozenset[str]


def function(name: str, text: str = 'SELECT 1') -> FunctionRow:
    return FunctionRow(name, digest(text))


def judged(*functions: FunctionRow, used: NAMES = frozenset(), used_by_writes: NAMES = frozenset()) -> Functions:
    return judge(Reading(BUILT_IN, functions, used=used, used_by_writes=used_by_writes))


def test_core_functions_are_not_of_the_session() -> None:
    assert CORE.isdisjoint(SESSION)
    assert CORE.isdisjoint({'nextval', 'currval', 'lastval', 'setval'})


def test_what_a_statement_may_not_call_unnoticed_a_function_may_not_either() -> None:
    assert {name for name in LOCKS | UNLOCKS | SPOILS if not name.startswith('dblink')} <= SESSION


def test_built_in_functions_are_harmless_but_those_of_the_session() -> None:
    assert judged().harmless == {'lower', 'nextval', 'current_setting'}


def test_functions_that_nobody_has_are_not_harmless() -> None:
    assert not judged().vouches(frozenset({'f'}), writes=False)


def test_a_function_is_harmless_if_its_text_is() -> None:
    functions = judged(function('f'), function('g', 'SET x = 1'))
    assert functions.vouches(frozenset({'f', 'lower'}), writes=True)
    assert not functions.vouches(frozenset({'f', 'g'}), writes=False)


@pytest.mark.parametrize('order', [1, -1])
def test_all_functions_of_a_name_must_be_harmless(order: int) -> None:
    functions = judged(*[function('f'), function('f', 'RESET x')][::order])
    assert 'f' not in functions.harmless


def test_a_function_with_the_name_of_a_session_function_is_not_harmless() -> None:
    assert 'set_config' not in judged(function('set_config')).harmless


def test_who_calls_an_unsure_function_is_unsure() -> None:
    functions = judged(
        function('a', 'SELECT b()'),
        function('b', 'SELECT c()'),
        function('c', "SELECT set_config('x', 'y', true)"),
        function('d', 'SELECT e()'),
        function('e', 'SELECT d()'),
    )
    assert functions.harmless & {'a', 'b', 'c', 'd', 'e'} == {'d', 'e'}
    assert not functions.reads_unsure


def test_calls_that_the_text_does_not_show_count() -> None:
    functions = judge(Reading(BUILT_IN, (function('a'), function('b')), calls=(('a', 'set_config'), ('b', 'lower'))))
    assert functions.harmless & {'a', 'b'} == {'b'}


def test_an_unsure_trigger_makes_writes_unsure() -> None:
    functions = judged(function('f', 'BEGIN EXECUTE a; END'), used_by_writes=frozenset({'f'}))
    assert functions.vouches(frozenset(), writes=False)
    assert not functions.vouches(frozenset(), writes=True)


def test_who_writes_calls_the_unsure_trigger() -> None:
    functions = judged(
        function('f', 'BEGIN EXECUTE a; END'),
        function('g', 'INSERT INTO t VALUES (1)'),
        function('h', 'SELECT g()'),
        function('i', 'SELECT 1'),
        used_by_writes=frozenset({'f'}),
    )
    assert functions.harmless & {'f', 'g', 'h', 'i'} == {'i'}
    assert functions.vouches(frozenset({'i'}), writes=False)


def test_who_writes_is_harmless_where_triggers_are() -> None:
    functions = judged(function('g', 'INSERT INTO t VALUES (1)'), function('f'), used_by_writes=frozenset({'f'}))
    assert functions.vouches(frozenset({'g'}), writes=False)


def test_a_view_of_what_writes_where_triggers_are_unsure_makes_everything_unsure() -> None:
    functions = judged(
        function('f', 'BEGIN EXECUTE a; END'),
        function('g', 'INSERT INTO t VALUES (1)'),
        used=frozenset({'g'}),
        used_by_writes=frozenset({'f'}),
    )
    assert functions.reads_unsure


def test_an_unsure_function_of_a_view_makes_everything_unsure() -> None:
    functions = judged(function('f', 'SET x = 1'), used=frozenset({'f'}))
    assert not functions.vouches(frozenset(), writes=False)


def test_an_unsure_function_that_looks_like_a_column_makes_everything_unsure() -> None:
    assert judged(FunctionRow('f', UNSURE, column_like=True)).reads_unsure
    assert not judged(FunctionRow('f', HARMLESS, column_like=True)).reads_unsure


def test_an_unsure_function_with_the_name_of_a_well_known_one_makes_everything_unsure() -> None:
    assert judged(function('lower', 'SET x = 1')).reads_unsure
    assert not judged(function('lower', 'SELECT 1')).reads_unsure


@pytest.mark.parametrize(
    ('language', 'source', 'library'),
    [
        ('sql', 'SET x = 1', ''),
        ('plpgsql', 'BEGIN SET x = 1; END', ''),
        ('plpython3u', 'return 1', ''),
        ('c', 'dblink_record', '$libdir/dblink'),
        ('c', 'crosstab', '/usr/lib/postgresql/15/lib/tablefunc.so'),
        ('c', '_pgr_dijkstra', '$libdir/libpgrouting-3.6'),
        ('c', 'set_limit', '$libdir/pg_trgm'),
        ('c', 'xpath_table', 'pgxml'),
    ],
)  # fmt: skip
def test_unsure_functions(language: str, source: str, library: str) -> None:
    assert function_digest(language, source, library).unsure


@pytest.mark.parametrize(
    ('language', 'source', 'library'),
    [
        ('sql', 'SELECT 1', ''),
        ('plpgsql', 'BEGIN RETURN 1; END', ''),
        ('internal', 'textlen', ''),
        ('c', 'similarity', '$libdir/pg_trgm'),
        ('c', 'ST_Area', '$libdir/postgis-3'),
        ('c', 'pgxml_xpath', '$libdir/pgxml'),
    ],
)  # fmt: skip
def test_harmless_functions(language: str, source: str, library: str) -> None:
    assert not function_digest(language, source, library).unsure


VOLATILE_BUILT_IN = frozenset({'nextval', 'set_config', 'random'})


def volatility(*volatile: str, others: NAMES = frozenset(), used: NAMES = frozenset(), text: str = '') -> Functions:
    """A database whose user has ``volatile`` functions with this ``text``, and ``others``."""
    functions = tuple(function(name, text or 'SELECT 1') for name in volatile)
    return judge(
        Reading(
            BUILT_IN | {'random'},
            (*functions, *map(function, sorted(others))),
            used=used,
            volatile_built_in=VOLATILE_BUILT_IN,
            volatile=frozenset(volatile),
        )
    )


def test_names_are_stable_that_only_functions_have_which_are() -> None:
    assert volatility('f', others=frozenset({'f', 'g'})).stable == {'lower', 'current_setting', 'random', 'g'}


def test_built_in_name_is_not_stable_if_the_user_has_a_volatile_function_of_that_name() -> None:
    assert 'current_setting' not in volatility('current_setting').stable
    assert 'random' not in volatility('random').stable
    assert 'nextval' not in volatility(others=frozenset({'nextval'})).stable


def test_nothing_is_stable_before_it_is_known() -> None:
    assert UNKNOWN.stable == frozenset()
    assert UNKNOWN.core_is_stable


def test_core_is_stable_unless_the_user_has_volatile_functions_of_such_names() -> None:
    assert volatility('f', others=frozenset({'lower'})).core_is_stable
    assert not volatility('lower').core_is_stable


def test_volatile_function_that_is_called_unseen_counts_if_nobody_knows_what_it_does() -> None:
    """A replica refuses whatever writes in the database; of what it does not refuse, the text shows nothing."""
    assert volatility('f', used=frozenset({'f'})).core_is_stable
    assert not volatility('f', used=frozenset({'f'}), text='SELECT pg_advisory_lock(1)').core_is_stable
    assert volatility('f', text='SELECT pg_advisory_lock(1)').core_is_stable
    assert not volatility(used=frozenset({'set_config'})).core_is_stable


def test_equal_names_are_kept_once() -> None:
    assert volatility('f').stable is volatility('f').stable


@pytest.mark.parametrize(
    ('language', 'library', 'computes'),
    [
        ('c', '$libdir/pgcrypto', True),
        ('c', '/usr/lib/postgresql/15/lib/uuid-ossp.so', True),
        ('c', '$libdir/pg_stat_statements', False),
        ('c', '', False),
        ('plpgsql', '', False),
        ('sql', '$libdir/pgcrypto', False),
    ],
)
def test_functions_at_random_only_compute(language: str, library: str, computes: bool) -> None:
    assert only_computes(language, library) is computes
