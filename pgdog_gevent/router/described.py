"""What PostgreSQL's own catalogs say of the schema, which shards have in common, and what else they say.

A shard numbers tables, types and the like by itself: OIDs of two shards must not meet in one answer, nor in two answers
to one client.
"""

import re
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.assigned import constant
from pgdog_gevent.router.catalog import SYSTEM_SCHEMAS, Name, Table
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.walk import each, has


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OTHER: Final = _names(
    """
    pg_aios pg_available_extensions pg_available_extension_versions pg_backend_memory_contexts pg_config pg_cursors
    pg_dsm_registry_allocations pg_file_settings pg_hba_file_rules pg_ident_file_mappings pg_largeobject
    pg_largeobject_metadata pg_locks pg_prepared_statements pg_prepared_xacts pg_replication_origin
    pg_replication_origin_status pg_replication_slots pg_sequences pg_settings pg_shmem_allocations
    pg_shmem_allocations_numa pg_subscription pg_subscription_rel pg_timezone_abbrevs pg_timezone_names pg_wait_events
    """
)
"""Relations of pg_catalog that say something of the server, a session or rows."""
_STATISTICS: Final = re.compile('pg_stat(?!istic_ext$)')
"""Likewise; what CREATE STATISTICS has made is part of the schema."""
FUNCTIONS: Final = _names(
    """
    pg_char_to_encoding pg_collation_for pg_collation_is_visible pg_column_is_updatable pg_conversion_is_visible
    pg_describe_object pg_encoding_max_length pg_encoding_to_char pg_function_is_visible pg_get_catalog_foreign_keys
    pg_get_constraintdef pg_get_expr pg_get_function_arg_default pg_get_function_arguments
    pg_get_function_identity_arguments pg_get_function_result pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef
    pg_get_keywords pg_get_object_address pg_get_partition_constraintdef pg_get_partkeydef pg_get_publication_tables
    pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef pg_get_statisticsobjdef_columns
    pg_get_statisticsobjdef_expressions pg_get_triggerdef pg_get_userbyid pg_get_viewdef pg_has_role pg_identify_object
    pg_identify_object_as_address pg_index_column_has_property pg_index_has_property pg_indexam_has_property
    pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_options_to_table pg_partition_ancestors
    pg_partition_root pg_partition_tree pg_relation_is_publishable pg_relation_is_updatable pg_size_pretty
    pg_statistics_obj_is_visible pg_table_is_visible pg_ts_config_is_visible pg_ts_dict_is_visible
    pg_ts_parser_is_visible pg_ts_template_is_visible pg_type_is_visible pg_typeof
    """
)
"""Those that say what catalogs say, or nothing that depends on the server."""
_THE_SAME_EVERYWHERE: Final = 10_000
"""OIDs below this are written in PostgreSQL's sources."""
_SAYS_NUMBERS: Final = re.compile(
    r'\bpg_|\b(?:to_)?reg(?:class|collation|config|dictionary|namespace|oper|proc|role|type|database)|\b(?:table)?oid'
    r'|information_schema|\bhas_\w+_privilege\b|\b(?:obj|col|shobj)_description\b|\bformat_type\b',
    re.IGNORECASE,
)


def says_numbers(sql: str) -> bool:
    """Whether a text may ask for OIDs, or be given some; also where it does not."""
    return _SAYS_NUMBERS.search(sql) is not None


def may_have_oids(root: Message) -> bool:
    """Whether a statement may be given OIDs, as literals or parameters: each shard would take them for its own."""
    literals = map(constant, each(root, pg.A_Const))
    return has(root, pg.ParamRef) or any(literal is not None and _may_be_oid(literal.text) for literal in literals)


def _may_be_oid(text: str | None) -> bool:
    return text is not None and text.strip().isdecimal() and int(text) >= _THE_SAME_EVERYWHERE


def tables_of(root: Message, known: Known) -> tuple[Table, ...]:
    """What its names can mean; those that WITH gives may be among them."""
    found = (
        known.catalog.table(relation.schemaname or None, relation.relname, known.search_path)
        for relation in each(root, pg.RangeVar)
    )
    return tuple(table for table in found if table is not None)


def describes(table: Table, known: Known) -> bool:
    """Whether a relation is a catalog that describes the schema, or a view of such catalogs alone."""
    return all(map(_describes, known.catalog.reads(table)))


def _describes(name: Name) -> bool:
    if name.schema not in SYSTEM_SCHEMAS:
        return False
    return name.name not in _OTHER and _STATISTICS.match(name.name) is None
