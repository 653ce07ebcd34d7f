"""What is known of a database when a statement is looked at: its tables, where their rows are, where names lead."""

from dataclasses import dataclass

from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.rules import Rules


@dataclass(frozen=True, slots=True)
class Known:
    """All that a blueprint depends on, apart from the text itself."""

    catalog: Catalog
    rules: Rules
    search_path: tuple[str, ...]
    """As PostgreSQL has it: ``$user`` replaced, pg_catalog only if it is named."""
    shards: int
    own_types: frozenset[int] = frozenset()
    """OIDs of types that have another one on some shard."""
