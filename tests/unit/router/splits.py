"""Random rows dealt out to shards, and what must hold of a statement's answers over some of the shards or all.

A set of shards is written as bits: of 8 sets of 3 shards, 7 has all rows, 0 only those that are the same everywhere.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Final, TypeAlias

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Catalog, Collation
from pgdog_gevent.router.keys import shards_of
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.locality import Local, Replicated, locality
from pgdog_gevent.router.predicates import keys_of
from pgdog_gevent.router.rules import Rules, ShardKey, TableRule
from tests.unit.router.random_statements import TABLES, VALUES
from tests.unit.router.sharded import BY_ID, BY_TENANT, SHARDS, Values, statement, table

KEYS: Final = {
    'u': ShardKey('id', BY_ID),
    'p': ShardKey('uid', BY_ID),
    'k': ShardKey('uid', BY_ID),
    'ten': ShardKey('id', BY_TENANT),
}
_TABLES: Final = tuple(table(name, ', '.join(f'{c} integer' for c in columns)) for name, columns in TABLES.items())
KNOWN: Final = Known(
    Catalog(170000, 'UTF8', Collation('c', 'C'), {each.key: each for each in _TABLES}, {}),
    Rules(SHARDS, tuple(TableRule('public', name, key) for name, key in KEYS.items())),
    ('public',),
    SHARDS,
)
SETS: Final = range(1 << SHARDS)
ALL: Final = (1 << SHARDS) - 1

Row: TypeAlias = tuple[int | None, ...]
Answer: TypeAlias = Counter[tuple[object, ...]]


def random_rows(random: Random) -> Mapping[str, list[Row]]:
    """Rows for each of the tables; some have none."""
    return {
        name: [tuple(random.choice(VALUES) for _ in columns) for _ in range(random.choice((0, 2, 5, 9)))]
        for name, columns in TABLES.items()
    }


def is_in(shards: int, name: str, row: Row) -> bool:
    """Whether one of a set of shards has a row."""
    key = KEYS.get(name)
    return key is None or any(shards >> shard & 1 for shard in key.function.shards_of(row[0]))


def contradictions(sql: str, answer: Callable[[int], Answer]) -> Iterator[str]:
    """What is claimed of a statement but not so, if ``answer`` says what the rows of a set of shards give."""
    tree = statement(sql)
    whole = answer(ALL)
    needed = sum(1 << shard for shard in shards_of(keys_of(tree, KNOWN), Values(), SHARDS))
    for shards in SETS:
        if shards & needed == needed and answer(shards) != whole:
            yield f'shards {shards:03b} have not what {needed:03b} are said to have'
    proven = locality(tree, KNOWN)
    if isinstance(proven, Replicated) and any(answer(shards) != whole for shards in SETS):
        yield 'not the same everywhere'
    if isinstance(proven, Local) and isinstance(tree, pg.SelectStmt) and _is_of_each_shard(tree, proven):
        parts = [answer(1 << shard) for shard in range(SHARDS)]
        if sum(parts, Counter()) != whole:
            yield 'not the sum of its parts'


def _is_of_each_shard(tree: pg.SelectStmt, proven: Local) -> bool:
    """Whether what is done to the rows after they are put together can be done by each shard."""
    if tree.op != pg.SETOP_NONE:
        return True
    if tree.group_clause:
        return any(map(proven.is_key, tree.group_clause))
    return not tree.distinct_clause or bool(proven.key_outputs)
