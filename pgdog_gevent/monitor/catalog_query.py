"""Reads from a server which tables, columns, keys, types and collations its database has: a ``Catalog``.

In one round trip. Each row is a kind and JSON, which has the fields of the value that is made of it. No function is
called that locks a table, so that a reading never waits for somebody's ALTER TABLE.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.router.catalog import Catalog, Collation, FunctionNames, Table, Type

T = TypeVar('T')

_COLLATION_VERSIONS_SINCE: Final = 15
"""The version in which a database can tell the version of its collation."""
_ROWS_AT_ONCE: Final = 200
"""Between two pauses."""

# With this path names mean those of pg_catalog, and types elsewhere are written with their schema.
_BEGIN: Final = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY NOT DEFERRABLE;
SET LOCAL search_path TO pg_catalog, pg_temp;
SET LOCAL client_encoding TO 'UTF8';
SET LOCAL statement_timeout TO '60s';
SET LOCAL lock_timeout TO '1s';
"""
_COMMIT: Final = 'COMMIT'

# A row as jsonb has the columns that this version has. What compares text by default was named otherwise in each.
_DATABASE: Final = """
SELECT 'database', jsonb_build_object(
    'server_version', current_setting('server_version_num')::int,
    'encoding', getdatabaseencoding(),
    'default_collation', jsonb_build_object(
        'provider', coalesce(j ->> 'datlocprovider', 'c'),
        'locale', coalesce(j ->> 'datlocale', j ->> 'daticulocale', d.datcollate),
        'ctype', d.datctype,
        'version', coalesce({actual_version}, ''),
        'rules', coalesce(j ->> 'daticurules', '')),
    'ids', coalesce(obj_description(to_regnamespace('pgdog_gevent'), 'pg_namespace'), ''))
FROM pg_database d, to_jsonb(d) j WHERE d.datname = current_database();
"""
_ACTUAL_VERSION: Final = 'pg_database_collation_actual_version(d.oid)'
_VERSION_OF_THE_SAME: Final = """(
    SELECT pg_collation_actual_version(c.oid) FROM pg_collation c
    WHERE c.collprovider = 'c' AND c.collcollate = d.datcollate LIMIT 1)"""

_COLLATIONS: Final = """
SELECT 'collation', jsonb_build_object('name', {collation_name}, 'facts', jsonb_build_object(
    'provider', c.collprovider,
    'locale', coalesce(j ->> 'colllocale', j ->> 'colliculocale', c.collcollate, ''),
    'ctype', coalesce(c.collctype, ''),
    'version', coalesce(pg_collation_actual_version(c.oid), ''),
    'deterministic', c.collisdeterministic,
    'rules', coalesce(j ->> 'collicurules', '')))
FROM pg_collation c JOIN pg_namespace s ON s.oid = c.collnamespace, to_jsonb(c) j
WHERE c.collprovider <> 'd'
    AND c.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
    AND (c.oid >= 16384 OR c.collcollate IN ('C', 'POSIX') OR c.collprovider = 'b'
         OR c.oid IN (SELECT attcollation FROM pg_attribute WHERE attrelid >= 16384));
"""
_COLLATION_NAME: Final = "CASE s.nspname WHEN 'pg_catalog' THEN '' ELSE s.nspname || '.' END || c.collname"

# Without its table's OID pg_get_expr() takes no lock; only the expressions of generated columns need it.
_COLUMNS: Final = """
SELECT a.attrelid, json_agg(json_build_object(
    'name', a.attname, 'type_oid', a.atttypid::bigint, 'type_name', format_type(a.atttypid, a.atttypmod),
    'not_null', a.attnotnull AND (a.attrelid, a.attnum) NOT IN (
        SELECT conrelid, unnest(conkey) FROM pg_constraint WHERE contype = 'n' AND NOT convalidated),
    'default', CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, 0) END,
    'identity', a.attidentity, 'generated', a.attgenerated,
    'collation', coalesce({collation_name}, ''), 'deterministic', coalesce(c.collisdeterministic, true)
) ORDER BY a.attnum) AS list
FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation c ON c.oid = a.attcollation LEFT JOIN pg_namespace s ON s.oid = c.collnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384 GROUP BY a.attrelid
"""

_UNIQUE: Final = """
SELECT i.indrelid, i.indisprimary, NOT i.indisvalid AS unfinished,
    i.indisexclusion OR i.indpred IS NOT NULL OR i.indexprs IS NOT NULL AS special,
    (SELECT jsonb_agg(a.attname ORDER BY k.position)
     FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, position)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE k.position <= i.indnkeyatts) AS columns,
    jsonb_build_array(
        (SELECT relname FROM pg_class WHERE oid = i.indexrelid),
        (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attname), '[]')
         FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, position)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
         WHERE k.position <= i.indnkeyatts AND (NOT i.indisexclusion OR EXISTS (
            SELECT FROM pg_constraint c JOIN pg_operator o ON o.oid = c.conexclop[k.position]
            WHERE c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND o.oprname = '=')))) AS index
FROM pg_index i WHERE i.indrelid >= 16384 AND (i.indisunique OR i.indisexclusion)
"""
_KEYS: Final = """
SELECT indrelid, coalesce(jsonb_agg(columns) FILTER (WHERE indisprimary AND NOT special AND NOT unfinished) -> 0, '[]')
    AS primary_key,
    coalesce(jsonb_agg(DISTINCT columns) FILTER (WHERE NOT special AND NOT unfinished), '[]') AS unique_keys,
    bool_or(special) AS more_unique, jsonb_agg(index ORDER BY index) AS unique_indexes
FROM found_unique GROUP BY indrelid
"""

# A partition has the key of its table, and a table that references a partitioned one has a key for each partition.
_FOREIGN_KEYS: Final = """
SELECT f.conrelid, jsonb_agg(jsonb_build_object(
    'name', f.conname, 'table', jsonb_build_array(n.nspname, t.relname),
    'columns', {columns}, 'referenced', {referenced},
    'on_delete', f.confdeltype, 'on_update', f.confupdtype) ORDER BY f.conname) AS list
FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    LEFT JOIN pg_constraint parent ON parent.oid = f.conparentid
WHERE f.contype = 'f' AND parent.conrelid IS DISTINCT FROM f.conrelid GROUP BY f.conrelid
"""
_KEY_COLUMNS: Final = """(
    SELECT jsonb_agg(a.attname ORDER BY k.position) FROM unnest({numbers}) WITH ORDINALITY k (attnum, position)
        JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = k.attnum)"""

_PARENTS: Final = """
SELECT i.inhrelid, jsonb_agg(jsonb_build_array(n.nspname, p.relname) ORDER BY i.inhseqno) AS list
FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace
WHERE p.relkind IN ('r', 'p', 'f') GROUP BY i.inhrelid
"""

# Dependencies on what initdb has made are not recorded: its views and tables are searched for in the rule. To write out
# its query, PostgreSQL locks what the view reads, and so would wait for who alters that.
_VIEWS: Final = """
SELECT read.view, bool_or(l.relation IS NOT NULL) AS locked,
    jsonb_agg(DISTINCT jsonb_build_array(n.nspname, t.relname)) FILTER (WHERE read.oid <> read.view) AS list
FROM (
    SELECT r.ev_class, d.refobjid FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass
        AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    WHERE r.ev_class >= 16384 AND r.rulename = '_RETURN'
    UNION SELECT r.ev_class, found[1]::oid
    FROM pg_rewrite r, regexp_matches(r.ev_action::text, ':relid ([0-9]+) ', 'g') AS found
    WHERE r.ev_class >= 16384 AND r.rulename = '_RETURN'
) AS read (view, oid) JOIN pg_class t ON t.oid = read.oid JOIN pg_namespace n ON n.oid = t.relnamespace
    LEFT JOIN (
        SELECT DISTINCT relation FROM pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) l ON l.relation = read.oid
WHERE t.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') GROUP BY read.view
"""

_TABLES: Final = """
WITH found_columns AS ({columns}), found_unique AS MATERIALIZED ({unique}), found_keys AS ({keys}),
    found_foreign AS ({foreign_keys}), found_parents AS ({parents}), found_views AS ({views})
SELECT 'table', json_build_object(
    'schema', n.nspname, 'name', c.relname, 'kind', c.relkind,
    'columns', coalesce(a.list, '[]'),
    'primary_key', coalesce(k.primary_key, '[]'), 'unique_keys', coalesce(k.unique_keys, '[]'),
    'more_unique', coalesce(k.more_unique, false), 'unique_indexes', coalesce(k.unique_indexes, '[]'),
    'foreign_keys', coalesce(f.list, '[]'), 'parents', coalesce(p.list, '[]'), 'partition', c.relispartition,
    'view_tables', coalesce(v.list, '[]'),
    'definition', coalesce(CASE WHEN c.relkind = 'v' AND v.locked IS NOT TRUE THEN pg_get_viewdef(c.oid) END, ''),
    'has_triggers', EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'),
    'has_rules', EXISTS (
        SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'D'),
    'row_security', c.relrowsecurity)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN found_columns a ON a.attrelid = c.oid
    LEFT JOIN found_keys k ON k.indrelid = c.oid LEFT JOIN found_foreign f ON f.conrelid = c.oid
    LEFT JOIN found_parents p ON p.inhrelid = c.oid LEFT JOIN found_views v ON v.view = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND c.relpersistence <> 't' AND n.nspname <> 'pg_toast'
    AND c.oid >= 16384
UNION ALL SELECT 'table', json_build_object('schema', n.nspname, 'name', c.relname, 'kind', c.relkind)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v') AND n.nspname <> 'pg_toast' AND c.oid < 16384;
"""

_TYPES: Final = """
SELECT 'type', jsonb_build_object(
    'oid', t.oid::bigint, 'schema', n.nspname, 'name', t.typname, 'kind', t.typtype, 'category', t.typcategory,
    'element', CASE t.typcategory WHEN 'A' THEN t.typelem::bigint ELSE 0 END,
    'array', t.typarray::bigint, 'base_type', t.typbasetype::bigint, 'labels', coalesce(e.labels, '[]'))
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN (
    SELECT enumtypid, jsonb_agg(enumlabel ORDER BY enumsortorder) AS labels FROM pg_enum GROUP BY enumtypid
) e ON e.enumtypid = t.oid
WHERE t.typisdefined AND n.nspname NOT LIKE 'pg!_temp!_%' ESCAPE '!' AND n.nspname NOT LIKE 'pg!_toast%' ESCAPE '!';
"""

# An argument's default may be anything; a set may be returned where PostgreSQL's own of that name returns one.
_IMMUTABLE: Final = """
SELECT p.proname FROM pg_proc p LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
WHERE p.oid >= 16384 GROUP BY p.proname HAVING bool_and(
    p.provolatile = 'i' AND p.prokind IN ('f', 'a') AND p.proargdefaults IS NULL
    AND (NOT p.proretset OR EXISTS (
        SELECT FROM pg_proc b WHERE b.proname = p.proname AND b.oid < 16384 AND b.proretset))
    AND NOT EXISTS (SELECT FROM pg_proc s WHERE s.provolatile <> 'i' AND s.oid IN (
        a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn,
        a.aggmfinalfn)))
"""
_FUNCTIONS: Final = """
SELECT 'functions', jsonb_build_object(
    'aggregates', coalesce(jsonb_agg(DISTINCT proname) FILTER (WHERE prokind = 'a'), '[]'),
    'windows', coalesce(jsonb_agg(DISTINCT proname) FILTER (WHERE prokind = 'w'), '[]'),
    'set_returning', coalesce(jsonb_agg(DISTINCT proname) FILTER (WHERE proretset), '[]'),
    'users', coalesce(jsonb_agg(DISTINCT proname) FILTER (WHERE oid >= 16384), '[]'),
    'immutable', (SELECT coalesce(jsonb_agg(proname), '[]') FROM ({immutable}) found),
    'own', (SELECT coalesce(jsonb_agg(DISTINCT proname), '[]') FROM pg_proc WHERE oid >= 16384
        AND proname NOT IN (SELECT proname FROM pg_proc WHERE oid < 16384)),
    'operators', (SELECT coalesce(jsonb_agg(DISTINCT oprname), '[]') FROM pg_operator WHERE oid >= 16384),
    'immutable_operators', (SELECT coalesce(jsonb_agg(oprname), '[]') FROM (
        SELECT o.oprname FROM pg_operator o LEFT JOIN pg_proc p ON p.oid = o.oprcode WHERE o.oid >= 16384
        GROUP BY o.oprname HAVING bool_and(p.provolatile IS NOT DISTINCT FROM 'i')) found))
FROM pg_proc;
"""


@dataclass(frozen=True, slots=True)
class _Database:
    server_version: int
    encoding: str
    default_collation: Collation
    ids: str = ''


@dataclass(frozen=True, slots=True)
class _NamedCollation:
    name: str
    facts: Collation


_DATABASE_ROW: Final = TypeAdapter(_Database)
_COLLATION_ROW: Final = TypeAdapter(_NamedCollation)
_TABLE_ROW: Final = TypeAdapter(Table)
_TYPE_ROW: Final = TypeAdapter(Type)
_FUNCTIONS_ROW: Final = TypeAdapter(FunctionNames)


def read_catalog(connection: BackendConnection, pause: Callable[[], None]) -> Catalog:
    """Read the catalog of a server's database.

    ``pause`` is called between pieces of work. Raises ServerError, ServerLost, ProtocolViolation.
    """
    rows = _Rows(connection.run(query(_major(connection))), pause)
    database = rows.only('database', _DATABASE_ROW)
    return Catalog(
        server_version=database.server_version,
        encoding=database.encoding,
        default_collation=database.default_collation,
        tables={table.key: table for table in rows.of('table', _TABLE_ROW)},
        types={each.oid: each for each in rows.of('type', _TYPE_ROW)},
        collations={each.name: each.facts for each in rows.of('collation', _COLLATION_ROW)},
        functions=rows.only('functions', _FUNCTIONS_ROW),
        ids=database.ids,
    )


class _Rows:
    """What a server has answered, by kind."""

    def __init__(self, bodies: tuple[bytes, ...], pause: Callable[[], None]) -> None:
        self._pause = pause
        self._by_kind: dict[bytes, list[str]] = {}
        for number, body in enumerate(bodies, start=1):
            match decode_row(body):
                case (bytes(kind), bytes(json)):
                    # A database in SQL_ASCII may have names that are no UTF-8.
                    self._by_kind.setdefault(kind, []).append(json.decode(errors='replace'))
                case _:
                    raise ServerViolation('the server answers with other columns than were asked for')
            if number % _ROWS_AT_ONCE == 0:
                pause()

    def of(self, kind: str, adapter: TypeAdapter[T]) -> list[T]:
        """Those of one kind, as values."""
        return list(self._values(self._by_kind.get(kind.encode(), []), adapter))

    def only(self, kind: str, adapter: TypeAdapter[T]) -> T:
        """The one of a kind."""
        match self.of(kind, adapter):
            case [value]:
                return value
            case _:
                raise ServerViolation('the server answers with other rows than were asked for')

    def _values(self, texts: list[str], adapter: TypeAdapter[T]) -> Iterator[T]:
        for number, text in enumerate(texts, start=1):
            try:
                yield adapter.validate_json(text)
            except ValidationError:
                raise ServerViolation('the server says of its catalog what cannot be') from None
            if number % _ROWS_AT_ONCE == 0:
                self._pause()


def _major(connection: BackendConnection) -> int:
    """The server's version: 15 for ``15.3 (Debian)`` and ``15beta1``."""
    digits = re.match('[0-9]+', connection.parameters.get('server_version', ''))
    return int(digits[0]) if digits is not None else 0


def query(version: int) -> bytes:
    """The SQL that asks a server of a version for everything."""
    actual = _ACTUAL_VERSION if version >= _COLLATION_VERSIONS_SINCE else _VERSION_OF_THE_SAME
    tables = _TABLES.format(
        columns=_COLUMNS.format(collation_name=_COLLATION_NAME),
        unique=_UNIQUE,
        keys=_KEYS,
        foreign_keys=_FOREIGN_KEYS.format(
            columns=_KEY_COLUMNS.format(numbers='f.conkey', table='f.conrelid'),
            referenced=_KEY_COLUMNS.format(numbers='f.confkey', table='f.confrelid'),
        ),
        parents=_PARENTS,
        views=_VIEWS,
    )
    database = _DATABASE.format(actual_version=actual)
    collations = _COLLATIONS.format(collation_name=_COLLATION_NAME)
    functions = _FUNCTIONS.format(immutable=_IMMUTABLE)
    return ''.join((_BEGIN, database, collations, tables, _TYPES, functions, _COMMIT)).encode()
