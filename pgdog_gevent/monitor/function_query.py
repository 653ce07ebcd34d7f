"""Reads from a server which functions its database has, what they do, and what calls them."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import ServerViolation
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.router.function_text import UNSURE, Digest, digest
from pgdog_gevent.router.functions import (
    READS_SEQUENCES,
    SESSION,
    FunctionRow,
    Reading,
    function_digest,
    only_computes,
)

_SQL_BODIES_SINCE: Final = 14
"""The version in which functions can have a body that is not text."""
_TEXTS_AT_ONCE: Final = 100

# Whatever its last client has set, and whoever has made what in which schema: names mean those of pg_catalog.
_BEGIN: Final = """
BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY NOT DEFERRABLE;
SET LOCAL search_path TO pg_catalog, pg_temp;
SET LOCAL client_encoding TO 'UTF8';
SET LOCAL statement_timeout TO '60s';
"""
_COMMIT: Final = ';\nCOMMIT'

# FirstNormalObjectId is 16384: what is below was made by initdb. Dependencies on that are not recorded, so expressions
# are searched for the functions of SESSION by their numbers; what is found counts as set_config, whichever it is. So
# they are for those that read sequences, which count as lastval.
_READ: Final = """
WITH session AS (
    SELECT oid FROM pg_proc WHERE oid < 16384 AND proname IN ({session})
), searched (name, oid) AS (
    SELECT 'set_config', oid FROM session
    UNION ALL SELECT 'lastval', oid FROM pg_proc WHERE oid < 16384 AND proname IN ({sequences})
), pattern (callee, calls) AS (
    SELECT name, concat(':(funcid|aggfnoid|winfnoid|opfuncid) (', string_agg(oid::text, '|'), ') ')
    FROM searched GROUP BY name
), expressions (kind, name, tree) AS (
    SELECT 'used by writes', '', adbin::text FROM pg_attrdef WHERE oid >= 16384
    UNION ALL SELECT 'used by writes', '', tgqual::text FROM pg_trigger
        WHERE oid >= 16384 AND tgenabled <> 'D' AND tgqual IS NOT NULL
    UNION ALL SELECT 'used', '', conbin::text FROM pg_constraint WHERE oid >= 16384 AND conbin IS NOT NULL
    UNION ALL SELECT 'used', '', concat(ev_action::text, ev_qual::text) FROM pg_rewrite WHERE oid >= 16384
    UNION ALL SELECT 'used', '', concat(polqual::text, polwithcheck::text) FROM pg_policy
    UNION ALL SELECT 'used', '', concat(indexprs::text, indpred::text) FROM pg_index
        WHERE indexrelid >= 16384 AND (indexprs IS NOT NULL OR indpred IS NOT NULL)
    UNION ALL SELECT 'used', '', partexprs::text FROM pg_partitioned_table WHERE partexprs IS NOT NULL
    UNION ALL SELECT 'call', proname, proargdefaults::text FROM pg_proc
        WHERE oid >= 16384 AND proargdefaults IS NOT NULL
)
SELECT 'built-in', proname::text, NULL, NULL, NULL, NULL, NULL
FROM pg_proc WHERE oid < 16384 GROUP BY proname

UNION ALL SELECT 'function', f.proname,
    CASE WHEN lanname <> 'internal' OR f.prokind = 'a' THEN lanname
         WHEN EXISTS (SELECT FROM pg_proc b WHERE b.oid < 16384 AND b.prolang = f.prolang AND b.prosrc = f.prosrc)
         THEN 'internal' ELSE 'unknown' END,
    CASE WHEN lanname = 'c' THEN f.prosrc WHEN {sql_body} IS NOT NULL THEN {sql_body_text} END,
    f.probin,
    CASE WHEN lanname IN ('sql', 'plpgsql') AND {sql_body} IS NULL THEN concat(f.oid, ' ', {checksum}) END,
    CASE WHEN f.pronargs > 0 AND f.pronargs - f.pronargdefaults <= 1
             AND (f.provariadic <> 0 OR t.typtype IN ('c', 'd', 'p')) THEN 'column' END
FROM pg_proc f JOIN pg_language l ON l.oid = f.prolang LEFT JOIN pg_type t ON t.oid = f.proargtypes[0]
WHERE f.oid >= 16384

UNION SELECT 'call', f.proname, b.proname, NULL, NULL, NULL, NULL
FROM pg_proc f JOIN pg_proc b ON b.prosrc = f.prosrc AND b.prolang = f.prolang
WHERE f.oid >= 16384 AND b.oid < 16384 AND f.prokind <> 'a'
    AND f.prolang = (SELECT oid FROM pg_language WHERE lanname = 'internal')

UNION SELECT 'call', caller.proname, called.proname, NULL, NULL, NULL, NULL
FROM pg_depend d JOIN pg_proc caller ON caller.oid = d.objid JOIN pg_proc called ON called.oid = d.refobjid
WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass AND d.refobjid >= 16384

UNION SELECT 'call', f.proname, 'set_config', NULL, NULL, NULL, NULL
FROM pg_aggregate a JOIN pg_proc f ON f.oid = a.aggfnoid JOIN session s
    ON s.oid IN (a.aggtransfn, a.aggfinalfn, a.aggmtransfn, a.aggmfinalfn)
WHERE f.oid >= 16384

UNION SELECT 'volatile built-in', proname, NULL, NULL, NULL, NULL, NULL
FROM pg_proc WHERE oid < 16384 AND provolatile = 'v'

UNION SELECT 'volatile', f.proname, lanname, NULL, f.probin, NULL, NULL
FROM pg_proc f JOIN pg_language l ON l.oid = f.prolang
WHERE f.oid >= 16384 AND f.provolatile = 'v' AND f.prokind <> 'p'
    AND f.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)

UNION SELECT 'volatile', f.proname, NULL, NULL, NULL, NULL, NULL
FROM pg_aggregate a JOIN pg_proc f ON f.oid = a.aggfnoid JOIN pg_proc s ON s.provolatile = 'v' AND s.oid IN (
    a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
    a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
WHERE f.oid >= 16384

UNION SELECT 'volatile', f.proname, NULL, NULL, NULL, NULL, NULL
FROM pg_proc f, regexp_matches(f.proargdefaults::text, ':(?:funcid|opfuncid) ([0-9]+) ', 'g') AS called
    JOIN pg_proc c ON c.oid = called[1]::oid AND c.provolatile = 'v'
WHERE f.oid >= 16384 AND f.proargdefaults IS NOT NULL

UNION SELECT CASE WHEN d.classid IN ('pg_trigger'::regclass, 'pg_attrdef'::regclass, 'pg_event_trigger'::regclass)
             THEN 'used by writes' ELSE 'used' END, f.proname, NULL, NULL, NULL, NULL, NULL
FROM pg_depend d JOIN pg_proc f ON f.oid = d.refobjid
    LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid >= 16384 AND t.tgenabled IS DISTINCT FROM 'D'
    AND d.classid NOT IN ('pg_proc'::regclass, 'pg_language'::regclass, 'pg_extension'::regclass,
                          'pg_foreign_data_wrapper'::regclass, 'pg_transform'::regclass)

UNION SELECT kind, CASE kind WHEN 'call' THEN expressions.name ELSE callee END,
    CASE kind WHEN 'call' THEN callee END, NULL, NULL, NULL, NULL
FROM expressions, pattern WHERE tree ~ calls

UNION SELECT 'used', 'set_config', NULL, NULL, NULL, NULL, NULL
FROM pg_operator o JOIN session s ON s.oid = o.oprcode WHERE o.oid >= 16384
"""

_TEXTS: Final = "SELECT concat(f.oid, ' ', {checksum}), f.prosrc FROM pg_proc f WHERE f.oid IN ({oids})"
# Not md5, which some servers refuse; and the encoding of the database, because it may have none.
_CHECKSUM: Final = "encode(sha256(convert_to(f.prosrc, getdatabaseencoding())), 'hex')"

Digests = dict[str, Digest]
"""By number of the function and checksum of its text."""


class _Row(NamedTuple):
    kind: str
    name: str
    language: str
    """Of a call: the callee."""
    source: str
    library: str
    key: str
    """Empty if the text is already there, or there is none."""
    column_like: str


def read_functions(connection: BackendConnection, known: Digests, pause: Callable[[], None]) -> tuple[Reading, Digests]:
    """Read the catalog of a server; return what it says, and the digests of texts, to be given to the next call.

    Only texts that are not ``known`` are fetched. ``pause`` is called between pieces of work. Raises ServerError,
    ServerLost, ProtocolViolation.
    """
    rows = [_Row(*_texts(body, len(_Row._fields))) for body in connection.run(_query(_major(connection)))]
    pause()
    keys = {row.key for row in rows if row.key}
    digests = {key: known[key] for key in keys & known.keys()}
    digests.update(_fetch(connection, sorted(keys - known.keys()), pause))
    return _reading(rows, digests), digests


def _major(connection: BackendConnection) -> int:
    """The server's version: 15 for ``15.3 (Debian)`` and ``15beta1``."""
    digits = re.match('[0-9]+', connection.parameters.get('server_version', ''))
    return int(digits[0]) if digits is not None else 0


def _query(version: int) -> bytes:
    has_bodies = version >= _SQL_BODIES_SINCE
    sql = _READ.format(
        session=_literals(SESSION),
        sequences=_literals(READS_SEQUENCES),
        sql_body='f.prosqlbody' if has_bodies else 'NULL',
        sql_body_text='pg_get_function_sqlbody(f.oid)' if has_bodies else 'NULL',
        checksum=_CHECKSUM,
    )
    return _in_transaction(sql)


def _literals(names: Iterable[str]) -> str:
    return ', '.join(f"'{name}'" for name in sorted(names))


def _in_transaction(sql: str) -> bytes:
    return (_BEGIN + sql + _COMMIT).encode()


def _texts(body: bytes, count: int) -> tuple[str, ...]:
    """The columns of a row; NULL is empty. What is no UTF-8 becomes the same replacement in all names and texts.

    Raises ServerViolation if there are not ``count`` of them.
    """
    values = decode_row(body)
    if len(values) != count:
        raise ServerViolation('the server answers with other columns than were asked for')
    return tuple('' if value is None else value.decode(errors='replace') for value in values)


def _fetch(connection: BackendConnection, keys: list[str], pause: Callable[[], None]) -> Iterator[tuple[str, Digest]]:
    for start in range(0, len(keys), _TEXTS_AT_ONCE):
        oids = ', '.join(_oid(key) for key in keys[start : start + _TEXTS_AT_ONCE])
        for body in connection.run(_in_transaction(_TEXTS.format(checksum=_CHECKSUM, oids=oids))):
            key, text = _texts(body, 2)
            yield key, digest(text)
            pause()


def _oid(key: str) -> str:
    oid = key.partition(' ')[0]
    if not oid.isdecimal():
        raise ServerViolation('the server calls something an oid that is none')
    return oid


def _reading(rows: list[_Row], digests: Digests) -> Reading:
    def names(kind: str) -> frozenset[str]:
        return frozenset(row.name.lower() for row in rows if row.kind == kind)

    functions = (
        FunctionRow(row.name.lower(), _digest(row, digests), bool(row.column_like))
        for row in rows
        if row.kind == 'function'
    )
    return Reading(
        built_in=names('built-in'),
        functions=tuple(functions),
        calls=tuple((row.name.lower(), row.language.lower()) for row in rows if row.kind == 'call'),
        used=names('used'),
        used_by_writes=names('used by writes'),
        volatile_built_in=names('volatile built-in'),
        volatile=frozenset(
            row.name.lower()
            for row in rows
            if row.kind == 'volatile' and not only_computes(row.language, row.library)
        ),
    )


def _digest(row: _Row, digests: Digests) -> Digest:
    # A text that has changed since the list was read is not there.
    return digests.get(row.key, UNSURE) if row.key else function_digest(row.language, row.source, row.library)
