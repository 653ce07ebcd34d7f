"""The rows of SHOW QUERY_CACHE."""

from itertools import count

from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.observe.queries import forget, joined, queries
from pgdog_gevent.observe.snapshot import QueryView
from pgdog_gevent.protocol.query import Parse
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.statement import ORDINARY


def cache() -> StatementCache:
    ticks = map(float, count())
    return StatementCache(100, lambda: next(ticks))


def test_texts_that_differ_in_literals_are_one_row_and_what_nobody_has_executed_is_none() -> None:
    texts, others = cache(), cache()
    for sql in (b"SELECT * FROM t WHERE a = 'x'", b"SELECT * FROM t WHERE a = 'y'"):
        texts.kept(sql).hits += 2
    others.kept(b'SELECT * FROM t WHERE a = 5', keyed=False).hits += 1
    texts.kept(b'SELECT 1 FROM u')
    assert queries((texts, others), StatementNames()) == (
        QueryView('SELECT * FROM t WHERE a = ?', 5, 5, 0, 0, ''),
    )


def test_what_named_statements_have_executed_counts_as_well() -> None:
    texts, names = cache(), StatementNames()
    texts.kept(b'SELECT $1').hits += 3
    statement = names.intern(Parse(b'a', b'SELECT $1', b''), ORDINARY)
    statement.hits = 4
    assert queries((texts,), names) == (QueryView('SELECT $1', 7, 7, 0, 0, ''),)


def test_what_several_shards_or_none_have_answered_is_not_direct() -> None:
    texts = cache()
    kept = texts.kept(b'SELECT count(*) FROM t')
    kept.hits, kept.several, kept.refused, kept.why = 10, 6, 1, 'a reason'
    assert queries((texts,), StatementNames()) == (QueryView('SELECT count(*) FROM t', 10, 3, 6, 1, 'a reason'),)


def test_workers_are_added_up_and_the_busiest_text_comes_first() -> None:
    one = (QueryView('a', 3, 3, 0, 0, ''), QueryView('b', 2, 1, 1, 0, ''))
    other = (QueryView('b', 5, 3, 1, 1, 'why'),)
    assert joined([one, other]) == (QueryView('b', 7, 4, 2, 1, 'why'), QueryView('a', 3, 3, 0, 0, ''))


def test_forgotten_texts_are_read_again_and_counted_from_nothing() -> None:
    texts, names = cache(), StatementNames()
    kept = texts.kept(b'SELECT 1')
    kept.hits += 1
    statement = names.intern(Parse(b'a', b'SELECT $1', b''), ORDINARY)
    statement.hits = 4
    forget((texts,), names)
    assert (kept.gone, len(texts), queries((texts,), names)) == (True, 0, ())
