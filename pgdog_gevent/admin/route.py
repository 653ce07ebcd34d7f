"""Where a statement would go: planned as in a session, and not done. Only the tables of the shards are read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final

import gevent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.backend.layout import Layout, Shape
from pgdog_gevent.config.settings import Config
from pgdog_gevent.errors import FeatureNotSupported, ProxyError, WrongSetting
from pgdog_gevent.monitor.catalogs import INTERVAL, Catalogs
from pgdog_gevent.monitor.loop import Loop
from pgdog_gevent.router.access import access_rules
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.keys import BoundValue
from pgdog_gevent.router.parse import Unparseable
from pgdog_gevent.router.planner import plan, plan_on
from pgdog_gevent.router.shard_hints import shard_asked_for
from pgdog_gevent.router.statement import Access
from pgdog_gevent.router.texts import One, planned
from pgdog_gevent.router.wording import how, named, where, why

_INDENT: Final = '    '
_FAREWELL: Final = 1.0
"""Seconds."""


class NoSuchDatabase(ProxyError):
    """The configuration has no such database, or not for that user."""


class ParameterMissing(ProxyError):
    """It depends on a parameter where the statement goes."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a text, and its parameters as text."""

    sql: str
    parameters: Sequence[str] = ()
    database: str = ''
    user: str = ''


class _Given:
    """A ``router.keys.Bound`` of parameters whose types nobody has named."""

    def __init__(self, parameters: Sequence[str]) -> None:
        self._parameters = parameters

    def parameter(self, number: int) -> BoundValue:
        if number > len(self._parameters):
            raise ParameterMissing(f'where it goes depends on ${number}, which is not given')
        return BoundValue(0, 0, self._parameters[number - 1].encode())


def answer(question: Question, config: Config) -> Iterator[str]:
    """Say it, line by line. Raises ProxyError if that cannot be found out."""
    with read_in_background(config) as clusters:
        cluster = chosen(clusters, question.database, question.user)
        sql = question.sql.encode()
        yield f'database "{cluster.topology.database}" as user "{cluster.settings.user}": {_count(cluster)}'
        yield _server(sql, config)
        if cluster.layout.shards > 1:
            yield from _on_shards(cluster.layout, sql, _Given(question.parameters), cluster.layout.shards)


def _close(clusters: Clusters) -> None:
    """Close what has been opened, and what is just being opened."""
    pools = tuple(clusters.pools())
    for pool in pools:
        pool.retire()
    with suppress(gevent.Timeout), gevent.Timeout(_FAREWELL):
        while any(pool.total for pool in pools):
            gevent.sleep(0.01)


@contextmanager
def read_in_background(config: Config) -> Iterator[Clusters]:
    """Clusters whose tables are read for the length of the ``with`` block."""
    clusters = Clusters(config)
    loop = Loop('catalog', INTERVAL, Catalogs(lambda: clusters, lambda: config, monotonic).step)
    loop.start()
    try:
        yield clusters
    finally:
        loop.stop()
        _close(clusters)


def chosen(clusters: Clusters, database: str, user: str = '') -> Cluster:
    """The one of a database and a user; if they are empty, of the only database, of its first user."""
    found = [
        cluster
        for cluster in clusters
        if database in ('', cluster.topology.database) and user in ('', cluster.settings.user)
    ]
    if not found:
        raise NoSuchDatabase('the configuration has no such database for such a user')
    databases = sorted({cluster.topology.database for cluster in found})
    if len(databases) > 1:
        raise NoSuchDatabase(f'say by --database which one is meant: {", ".join(databases)}')
    return found[0]


def _count(cluster: Cluster) -> str:
    shards = cluster.layout.shards
    return 'one shard' if shards == 1 else f'{shards} shards'


def _server(sql: bytes, config: Config) -> str:
    statement = analyze(sql, access_rules(config.general))
    if statement.role is not None:
        return f'server: {statement.role.value}, as a comment asks for'
    if statement.access is Access.WRITE:
        return 'server: the primary'
    if not statement.reads_if_stable:
        return 'server: any that serves reads'
    functions = ', '.join(sorted(statement.reads_if_stable))
    return f'server: any that serves reads, if these functions are not VOLATILE: {functions}'


def _on_shards(layout: Layout, sql: bytes, given: _Given, shards: int) -> Iterator[str]:
    try:
        statements = layout.texts(layout.path_set_by({})).statements(sql)
    except Unparseable as error:
        yield f'it is no SQL as PostgreSQL has it: {error}'
        return
    for one in statements:
        if len(statements) > 1:
            yield one.sql.decode().strip()
        try:
            yield from _of(one, layout, given, shards)
        except (FeatureNotSupported, WrongSetting) as refused:
            yield f'refused: {refused.message}'
            yield from (f'{_INDENT}{line}' for line in (refused.detail, refused.hint) if line)


def _of(one: One[Shape], layout: Layout, given: _Given, shards: int) -> Iterator[str]:
    if one.hint is not None:
        shard = shard_asked_for(one.hint, layout.rules, shards)
        yield f'goes to {where(plan_on(shard, one.blueprint, given, shards, writes_alike=one.writes_alike))}'
        yield f'{_INDENT}a comment asks for {named((shard,))}'
        return
    found = planned(one, lambda one: plan(one.blueprint, given, shards))
    yield f'goes to {where(found)}'
    yield f'{_INDENT}because {why(one.blueprint, given, shards)}'
    yield from (f'{_INDENT}{line}' for line in how(found))
