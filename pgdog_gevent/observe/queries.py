"""What has been asked of the texts whose meaning is kept: the rows of SHOW QUERY_CACHE."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import gevent

from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.observe.snapshot import QueryView
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.recent import Kept
from pgdog_gevent.router.shown import shown_text

_AT_ONCE: Final = 50
"""Texts that are read before others have a turn."""


class _Counted(NamedTuple):
    text: bytes
    hits: int
    several: int = 0
    refused: int = 0
    why: str = ''


def queries(caches: Iterable[StatementCache], names: StatementNames) -> tuple[QueryView, ...]:
    """The texts that have been executed, each once. Other greenlets run meanwhile."""
    found = []
    for number, counted in enumerate(list(_counted(caches, names))):
        if number % _AT_ONCE == _AT_ONCE - 1:
            gevent.sleep(0)
        text = shown_text(counted.text)
        if text:
            found.append(_view(text, counted))
    return joined([found])


def joined(views: Iterable[Iterable[QueryView]]) -> tuple[QueryView, ...]:
    """Add up what is told of the same text; what is executed most comes first."""
    found: dict[str, QueryView] = {}
    for view in (view for some in views for view in some):
        found[view.query] = view if view.query not in found else _sum(found[view.query], view)
    return tuple(sorted(found.values(), key=lambda view: -view.hits))


def forget(caches: Iterable[StatementCache], names: StatementNames) -> None:
    """Begin anew: texts are read again, and counted from nothing."""
    for cache in caches:
        cache.clear()
    for statement in names.all():
        statement.hits = 0


def _counted(caches: Iterable[StatementCache], names: StatementNames) -> Iterator[_Counted]:
    for cache in caches:
        for kept in cache.all():
            if kept.hits or kept.several or kept.refused:
                yield _of(kept)
    for statement in names.all():
        if statement.hits and statement.made_by is None:
            yield _Counted(statement.sql, statement.hits)


def _of(kept: Kept) -> _Counted:
    return _Counted(kept.text, kept.hits, kept.several, kept.refused, kept.why)


def _view(text: str, counted: _Counted) -> QueryView:
    direct = max(0, counted.hits - counted.several - counted.refused)
    return QueryView(text, counted.hits, direct, counted.several, counted.refused, counted.why)


def _sum(one: QueryView, other: QueryView) -> QueryView:
    return QueryView(
        one.query,
        one.hits + other.hits,
        one.direct + other.direct,
        one.several + other.several,
        one.refused + other.refused,
        other.why or one.why,
    )
