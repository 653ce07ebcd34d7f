"""Reads of what all shards have: from any of them, or always from the same one."""

from collections.abc import Iterable

from google.protobuf.message import Message

from pgdog_gevent.config.choices import SystemCatalogs
from pgdog_gevent.router.blueprint import AnyShard
from pgdog_gevent.router.catalog import Table
from pgdog_gevent.router.described import says_numbers, tables_of
from pgdog_gevent.router.known import Known


def any_shard(root: Message, sql: str, known: Known, *, catalogs: bool = False) -> AnyShard:
    """Which shard may answer, for a statement that reads nothing but what all have, ``catalogs`` among it or not."""
    tables = tables_of(root, known)
    catalogs = catalogs or says_numbers(sql)
    sticky = catalogs and known.rules.system_catalogs is not SystemCatalogs.OMNISHARDED
    return AnyShard(sticky or reads_from_one(tables, known), catalogs)


def reads_from_one(tables: Iterable[Table], known: Known) -> bool:
    """Whether a client reads one of ``tables``, by itself or through a view, from one shard only."""
    rules, catalog = known.rules, known.catalog
    names = (name.name for table in tables for name in (table.key, *catalog.reads(table)))
    return any(rules.sticky or rules.omnisharded.get(name, False) for name in names)
