"""For which shard a database makes ids: noted by ``pgdog-gevent setup`` as the comment on its schema."""

from collections.abc import Mapping
from typing import Final

from pgdog_gevent.router.catalog import Catalog

OURS: Final = 'pgdog_gevent'
PGDOGS: Final = 'pgdog'
"""Where our functions have the names that they have in PgDog, unless PgDog's own are there."""
_NEITHER: Final = frozenset[str]()


def note(shard: int, shards: int, *, as_pgdogs: bool) -> str:
    """What is noted; ``as_pgdogs``: the functions of schema ``pgdog`` are ours as well."""
    return f'ids of shard {shard} of {shards}' + (f', also by schema {PGDOGS}' if as_pgdogs else '')


def id_schemas(by_shard: Mapping[int, Catalog]) -> frozenset[str]:
    """The schemas whose functions make, on each of these shards, ids that belong there if there are no others."""
    shards = len(by_shard)
    return frozenset({OURS, PGDOGS}).intersection(
        *(_schemas(catalog.ids, shard, shards) for shard, catalog in by_shard.items())
    )


def _schemas(noted: str, shard: int, shards: int) -> frozenset[str]:
    if noted == note(shard, shards, as_pgdogs=True):
        return frozenset({OURS, PGDOGS})
    return frozenset({OURS}) if noted == note(shard, shards, as_pgdogs=False) else _NEITHER
