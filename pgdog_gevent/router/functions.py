"""Which functions leave nothing behind in the session of whoever calls them.

Judged by name alone, whatever the schema and the arguments, because only the server knows which function a call means:
a name is harmless when all functions that have it are.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from pgdog_gevent.router.function_text import HARMLESS, UNSURE, Digest, digest
from pgdog_gevent.router.volatile import READS


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


CORE: Final = _names(
    """
    any_value array_agg avg bit_and bit_or bool_and bool_or corr count covar_pop covar_samp every json_agg jsonb_agg
    json_object_agg jsonb_object_agg max min mode percentile_cont percentile_disc regr_avgx regr_avgy regr_count
    regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum
    var_pop var_samp variance xmlagg

    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value

    ascii bit_length btrim char_length character_length chr concat concat_ws convert convert_from convert_to decode
    encode format initcap left length like_escape lower lpad ltrim md5 normalize is_normalized notlike octet_length
    overlay parse_ident position quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like
    regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat replace
    reverse right rpad rtrim sha224 sha256 sha384 sha512 similar_escape similar_to_escape split_part starts_with
    string_to_array string_to_table strpos substr substring to_ascii to_hex translate trim upper

    abs acos asin atan atan2 cbrt ceil ceiling cos cosh cot degrees div exp factorial floor gcd lcm ln log log10
    mod pi power radians random round scale sign sin sinh sqrt tan tanh trim_scale trunc width_bucket min_scale

    age clock_timestamp date date_bin date_part date_trunc extract isfinite justify_days justify_hours
    justify_interval make_date make_interval make_time make_timestamp make_timestamptz now overlaps
    statement_timestamp timeofday timestamp timestamptz timezone to_char to_date to_number to_timestamp
    transaction_timestamp pg_sleep pg_sleep_for pg_sleep_until

    array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions
    array_prepend array_remove array_replace array_to_string array_upper cardinality generate_series
    generate_subscripts trim_array unnest

    array_to_json json_array_elements json_array_elements_text json_array_length json_build_array json_build_object
    json_each json_each_text json_extract_path json_extract_path_text json_object json_object_keys
    json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_typeof
    jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each
    jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_keys
    jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first
    jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls
    jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json to_json to_jsonb

    lower_inc lower_inf upper_inc upper_inf isempty range_merge int4range int8range numrange tsrange tstzrange
    daterange

    plainto_tsquery phraseto_tsquery websearch_to_tsquery to_tsquery to_tsvector ts_headline ts_rank ts_rank_cd
    setweight strip numnode querytree tsvector_to_array array_to_tsvector

    current_database current_schema current_schemas current_setting version pg_backend_pid inet_client_addr
    inet_server_addr inet_client_port inet_server_port pg_is_in_recovery pg_typeof pg_column_size format_type
    to_regclass to_regtype to_regproc obj_description col_description shobj_description pg_table_is_visible
    pg_type_is_visible pg_function_is_visible pg_get_expr pg_get_constraintdef pg_get_indexdef pg_get_viewdef
    pg_get_functiondef pg_get_triggerdef pg_get_userbyid pg_get_serial_sequence pg_encoding_to_char
    pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size pg_database_size pg_size_pretty
    has_table_privilege has_schema_privilege has_database_privilege has_column_privilege has_function_privilege
    has_sequence_privilege pg_has_role pg_collation_for pg_postmaster_start_time pg_conf_load_time txid_current

    host hostmask netmask network masklen broadcast family text varchar int2 int4 int8 float4 float8 numeric bool
    name bpchar interval time num_nulls num_nonnulls gen_random_uuid hashtext pg_notify
    """
)
"""Functions of every server, well known and harmless; statements that call no others need no catalog to be judged."""

SESSION: Final = _names(
    """
    set_config setseed
    pg_advisory_lock pg_advisory_lock_shared pg_try_advisory_lock pg_try_advisory_lock_shared pg_advisory_unlock
    pg_advisory_unlock_shared pg_advisory_unlock_all
    query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema
    table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema
    schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema database_to_xml_and_xmlschema
    ts_stat ts_rewrite
    pg_replication_origin_session_setup pg_replication_origin_session_reset pg_replication_origin_xact_setup
    pg_replication_origin_xact_reset
    pg_create_physical_replication_slot pg_create_logical_replication_slot pg_copy_physical_replication_slot
    pg_copy_logical_replication_slot
    pg_start_backup pg_stop_backup pg_backup_start pg_backup_stop
    """
)
"""Functions of pg_catalog that change the session, or run SQL that is given as text.

Those of sequences are not among them: every INSERT may call ``nextval``.
"""

READS_SEQUENCES: Final = frozenset({'currval', 'lastval'})

_UNSURE_IN_C: Final = _names(
    """
    age citus dblink http hypopg libpgrouting orafce pg_background pg_cron pg_graphql pg_session_jwt pg_variables
    pglogical plpgsql_check plprofiler plproxy plugin_debugger postgres_fdw set_user supautils tablefunc
    isn:accept_weak_input pg_trgm:set_limit pgxml:xpath_table
    """
)
"""Libraries of extensions, or symbols of theirs, that keep something for the session or run SQL given as text."""

_ONLY_COMPUTE_IN_C: Final = _names('pgcrypto uuid-ossp')
"""Libraries whose functions are VOLATILE only because they answer at random; none reads or writes a table."""

_LIBRARY_VERSION: Final = re.compile(r'(-[0-9].*)?(\.so|\.dll|\.dylib)?$')


class FunctionRow(NamedTuple):
    """A function that PostgreSQL does not come with: one of the user's, or of an extension."""

    name: str
    """In lower case, without schema."""
    digest: Digest
    column_like: bool = False
    """It can be called as if it were a column: ``row.name``."""


class Reading(NamedTuple):
    """What the catalog of a server says. All names are in lower case, without schema."""

    built_in: frozenset[str]
    """The functions that PostgreSQL comes with."""
    functions: tuple[FunctionRow, ...] = ()
    calls: tuple[tuple[str, str], ...] = ()
    """Caller and callee, beyond what the text of a function shows: an aggregate's support, an argument's default."""
    used: frozenset[str] = frozenset()
    """What any statement may call without naming it: the functions of views, policies, operators, casts, types."""
    used_by_writes: frozenset[str] = frozenset()
    """What only a statement that writes may call so: the functions of triggers, defaults, constraints, indexes."""
    volatile_built_in: frozenset[str] = frozenset()
    """Those of ``built_in`` that are VOLATILE."""
    volatile: frozenset[str] = frozenset()
    """Those of ``functions`` that are, or that call such a function for an argument's default or as an aggregate."""


@dataclass(frozen=True, slots=True)
class Functions:
    """What one database's functions may do to a session."""

    harmless: frozenset[str]
    """The names that only harmless functions have; none of those writes if writes are unsure."""
    reads_unsure: bool
    """Any statement may call a function that is not harmless: by way of a view, an operator, a well-known name..."""
    writes_unsure: bool
    """A statement that writes may: by way of a trigger, a default, a constraint..."""
    reads_sequences: bool = False
    """Some function, view, default... asks what the session has taken from sequences."""
    stable: frozenset[str] = frozenset()
    """The names that only functions have which leave the database as it is: not VOLATILE, or known to read only."""
    core_is_stable: bool = True
    """No function of the user is VOLATILE and has a name of ``CORE``, and none that may do to a session or a server
    what a replica does not refuse is called unseen. Before that is known it is taken for granted: else replicas would
    stand idle after each DDL, for what hardly any database has."""

    @property
    def known(self) -> bool:
        """Whether they have been read at all."""
        return self is not UNKNOWN

    @property
    def plain(self) -> bool:
        """Whether a statement that calls only functions of ``CORE`` leaves the session as it is, whatever it does."""
        return not self.reads_unsure and not self.writes_unsure

    def vouches(self, names: frozenset[str], *, writes: bool) -> bool:
        """Whether a statement that calls ``names`` leaves the session as it is.

        ``writes``: it is anything but a SELECT without data-modifying WITH. Names of ``CORE`` may be left out.
        """
        return not self.reads_unsure and not (writes and self.writes_unsure) and names <= self.harmless


UNKNOWN: Final = Functions(harmless=frozenset(), reads_unsure=True, writes_unsure=True)
"""Nothing has been read yet."""


def function_digest(language: str, source: str, library: str) -> Digest:
    """Judge one function by itself.

    ``source`` is its text, or its symbol in ``library``. A function in ``internal`` is judged by what it calls: the
    function of pg_catalog that has the same symbol.
    """
    match language:
        case 'sql' | 'plpgsql':
            return digest(source)
        case 'internal':
            return HARMLESS
        case 'c':
            known = _library(library)
            return HARMLESS if _UNSURE_IN_C.isdisjoint({known, f'{known}:{source.lower()}'}) else UNSURE
        case _:
            return UNSURE


def only_computes(language: str, library: str) -> bool:
    """Whether a function that is VOLATILE is known to leave everything as it is all the same."""
    return language == 'c' and _library(library) in _ONLY_COMPUTE_IN_C


def _library(path: str) -> str:
    return _LIBRARY_VERSION.sub('', path.lower().rsplit('/', 1)[-1])


@lru_cache(maxsize=64)
def _shared(names: frozenset[str]) -> frozenset[str]:
    """One object for equal sets: three thousand names are a lot, and most databases have the same."""
    return names


def judge(reading: Reading) -> Functions:
    """Find the names that are harmless, and whether statements may call others without naming them."""
    callers = _callers(reading)
    unsure = _closed(callers, SESSION.union(row.name for row in reading.functions if row.digest.unsure))
    writes_unsure = not unsure.isdisjoint(reading.used_by_writes)
    if writes_unsure:
        # What writes calls, by way of a trigger, what is unsure.
        unsure = _closed(callers, unsure.union(row.name for row in reading.functions if row.digest.writes))
    own = frozenset(row.name for row in reading.functions)
    columns = frozenset(row.name for row in reading.functions if row.column_like)
    unseen = reading.used | columns | (own & (CORE | reading.built_in))
    volatile = reading.volatile | (reading.volatile_built_in - READS)
    return Functions(
        harmless=_shared((reading.built_in | own) - unsure),
        reads_unsure=not unsure.isdisjoint(unseen),
        writes_unsure=writes_unsure,
        reads_sequences=not READS_SEQUENCES.isdisjoint(_words(reading)),
        stable=_shared((reading.built_in | own) - volatile),
        core_is_stable=reading.volatile.isdisjoint(CORE) and (unsure & volatile).isdisjoint(unseen),
    )


def _words(reading: Reading) -> Iterator[str]:
    """All that may be called by name."""
    for row in reading.functions:
        yield from row.digest.words
    for _, callee in reading.calls:
        yield callee
    yield from reading.used
    yield from reading.used_by_writes


def _callers(reading: Reading) -> dict[str, list[str]]:
    """Who may call whom, by the callee."""
    interesting = SESSION.union(row.name for row in reading.functions)
    callers: dict[str, list[str]] = {}
    for row in reading.functions:
        for callee in row.digest.words & interesting:
            callers.setdefault(callee, []).append(row.name)
    for caller, callee in reading.calls:
        callers.setdefault(callee, []).append(caller)
    return callers


def _closed(callers: dict[str, list[str]], names: Iterable[str]) -> frozenset[str]:
    """``names`` and all that call them, directly or not."""
    closed = set(names)
    waiting = list(closed)
    while waiting:
        new = [caller for caller in callers.get(waiting.pop(), ()) if caller not in closed]
        closed.update(new)
        waiting.extend(new)
    return frozenset(closed)
