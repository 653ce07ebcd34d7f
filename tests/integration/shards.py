"""One set of rows three times: whole in a plain PostgreSQL, dealt out to three shards, and in a plain copy.

Rows are dealt out as PostgreSQL's own hash partitioning would; tables without a key are on all shards. All databases
are copies of one that had no rows yet, so that types that the schema creates have the same OID everywhere.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg.rows import TupleRow

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.configuration import ADMIN_PASSWORD
from tests.integration.sql.kinds import Table
from tests.integration.sql.tables import TABLES, TYPES, VIEWS, rows

MODULUS = 3
SHARD_KEY_TYPES = {'int8': 'bigint', 'int4': 'bigint', 'uuid': 'uuid', 'text': 'varchar'}
LOCALES = {'c': "LOCALE 'C'", 'icu': "LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'"}
"""The default collation of the databases: one that sorts bytes, and one that does not."""
HANDICAPS = ('enable_hashagg', 'enable_hashjoin', 'enable_indexscan', 'enable_bitmapscan', 'enable_memoize')
"""What the planner of the plain copy may not use: what it answers otherwise, PostgreSQL leaves open."""

Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table contains in one database."""

    rows: Counter[bytes]
    """Its rows, as COPY writes them, without volatile columns."""
    everything: Counter[bytes]
    """The same with these."""
    strangers: int
    """How many rows PostgreSQL's hash partitioning would put on another shard."""


@dataclass(frozen=True, slots=True)
class Place:
    """Databases that together hold all rows: one, or the shards in order of their numbers."""

    cluster: Cluster
    databases: tuple[str, ...]
    kept: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)
    """What each table of each database contained at first, as COPY writes it."""

    def keep(self) -> None:
        """Remember what the tables contain."""
        for database in self.databases:
            with self.cluster.connect(database) as connection:
                for table in TABLES:
                    self.kept[database, table.name] = copied_out(connection, table)

    def restore(self, tables: Sequence[Table]) -> None:
        """Put back what these tables contained at first; raises if somebody still holds a lock."""
        for database in self.databases if tables else ():
            with self.cluster.connect(database) as connection, connection.transaction():
                connection.execute("SET LOCAL lock_timeout = '10s'")
                connection.execute(f'TRUNCATE {", ".join(table.name for table in tables)}'.encode())
                for table in tables:
                    copy_in(connection, table, self.kept[database, table.name])

    def contents(self, tables: Sequence[Table]) -> list[dict[Table, Contents]]:
        """What these tables contain in each database."""
        found = []
        for number, database in enumerate(self.databases):
            shard = number if len(self.databases) > 1 else None
            with self.cluster.connect(database) as connection:
                found.append({table: contents(connection, table, shard) for table in tables})
        return found


@dataclass(frozen=True, slots=True)
class Places:
    """The same rows in three places."""

    whole: Place
    shards: Place
    copy: Place

    @property
    def databases(self) -> tuple[str, ...]:
        """All databases."""
        return (*self.whole.databases, *self.shards.databases, *self.copy.databases)


def contents(connection: Connection, table: Table, shard: int | None) -> Contents:
    """Read a table of one database."""
    everything = Counter(copied_out(connection, table).splitlines())
    known = everything
    if table.volatile:
        known = Counter(copied_out(connection, table, ', '.join(table.names)).splitlines())
    if shard is None:
        return Contents(known, everything, 0)
    home = belongs(connection, table, shard)
    [[strangers]] = connection.execute(f'SELECT count(*) FROM {table.name} WHERE NOT {home}'.encode()).fetchall()
    return Contents(known, everything, strangers)


def make_places(cluster: Cluster, locale: str) -> Places:
    """Create the databases and fill them; they end with their cluster."""
    whole = f'whole_{locale}'
    places = Places(
        Place(cluster, (whole,)),
        Place(cluster, tuple(f'shard_{number}_{locale}' for number in range(MODULUS))),
        Place(cluster, (f'copy_{locale}',)),
    )
    cluster.execute(f'CREATE DATABASE {whole} TEMPLATE template0 {LOCALES[locale]}')
    create_schema(cluster, whole)
    for database in (*places.shards.databases, *places.copy.databases):
        cluster.execute(f'CREATE DATABASE {database} TEMPLATE {whole}')
    fill(places)
    return places


def another_copy(copy: Place, name: str) -> Place:
    """Create a copy of a plain copy."""
    [database] = copy.databases
    copy.cluster.execute(f'CREATE DATABASE {name} TEMPLATE {database}')
    kept = {(name, table): lines for (_, table), lines in copy.kept.items()}
    return Place(copy.cluster, (name,), kept)


def create_schema(cluster: Cluster, database: str) -> None:
    """Create types, tables and views."""
    for statement in (*TYPES, *(table.definition() for table in TABLES), *VIEWS):
        cluster.execute(statement, database)


def fill(places: Places) -> None:
    """Write the rows: to one database, from there to the shards, and to the copy in another order."""
    [whole], [copy] = places.whole.databases, places.copy.databases
    cluster = places.whole.cluster
    with cluster.connect(whole) as source, cluster.connect(copy) as target:
        for table in TABLES:
            written = list(rows(table))
            _write(source, table, written)
            _write(target, table, random.Random(0).sample(written, len(written)))
            deal(source, table, places.shards)
    for name in HANDICAPS:
        cluster.execute(f'ALTER DATABASE {copy} SET {name} = off')
    for database in places.databases:
        cluster.execute('ANALYZE', database)
    for place in (places.whole, places.shards, places.copy):
        place.keep()


def deal(source: Connection, table: Table, shards: Place) -> None:
    """Write each row to the shard where it belongs, or to all."""
    for number, database in enumerate(shards.databases):
        share = copied_out(source, table, condition=belongs(source, table, number))
        with shards.cluster.connect(database) as target:
            copy_in(target, table, share)


def belongs(connection: Connection, table: Table, number: int) -> str:
    """Return a condition for the rows that belong on a shard, which is about a partitioned table it creates."""
    if table.key is None:
        return 'true'
    kind = table.key.kind.name
    connection.execute(f'CREATE TEMP TABLE IF NOT EXISTS by_{kind} (key {kind}) PARTITION BY HASH (key)'.encode())
    return f"satisfies_hash_partition('pg_temp.by_{kind}'::regclass, {MODULUS}, {number}, {table.key.sql})"


def _write(connection: Connection, table: Table, written: Sequence[tuple[str | None, ...]]) -> None:
    statement = f'COPY {table.name} ({", ".join(table.names)}) FROM STDIN'
    with connection.cursor().copy(statement.encode()) as copy:
        for row in written:
            copy.write_row(row)


def copied_out(connection: Connection, table: Table, columns: str = '*', condition: str = 'true') -> bytes:
    """Return rows in COPY's text format."""
    statement = f'COPY (SELECT {columns} FROM {table.name} WHERE {condition}) TO STDOUT'
    with connection.cursor().copy(statement.encode()) as copy:
        return b''.join(bytes(part) for part in copy)


def copy_in(connection: Connection, table: Table, lines: bytes) -> None:
    """Add rows in COPY's text format."""
    with connection.cursor().copy(f'COPY {table.name} FROM STDIN'.encode()) as copy:
        copy.write(lines)


def sharded_config(places: Places) -> str:
    """pgdog.toml for the shards, known to clients as ``app``."""
    cluster = places.shards.cluster
    sections = [f'[admin]\npassword = "{ADMIN_PASSWORD}"\n']
    for number, database in enumerate(places.shards.databases):
        sections.append(
            f'[[databases]]\nname = "app"\nhost = "{cluster.host}"\nport = {cluster.port}\n'
            f'database_name = "{database}"\nshard = {number}\n'
        )
    for table in TABLES:
        if table.key is not None:
            sections.append(
                f'[[sharded_tables]]\ndatabase = "app"\nname = "{table.name}"\ncolumn = "{table.key.sql}"\n'
                f'data_type = "{SHARD_KEY_TYPES[table.key.kind.name]}"\n'
            )
    everywhere = ', '.join(f'"{table.name}"' for table in TABLES if table.key is None)
    return '\n'.join([*sections, f'[[omnisharded_tables]]\ndatabase = "app"\ntables = [{everywhere}]\n'])


def sharded_users() -> str:
    """users.toml with the superuser of the cluster."""
    return f'[[users]]\nname = "{SUPERUSER}"\ndatabase = "app"\npassword = "{PASSWORD}"\n'
