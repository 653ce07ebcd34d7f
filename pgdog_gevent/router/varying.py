"""What differs from one server to another or from one moment to the next: functions, and words that mean a time.

What is not named here or in ``functions.CORE`` is not known to be the same everywhere.
"""

import re
from enum import Enum
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Catalog
from pgdog_gevent.router.functions import CORE, SESSION


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Variation(Enum):
    """How a call's answer varies where its arguments do not."""

    NEVER = 'the same on all servers'
    BY_STATEMENT = 'one value in a statement'
    BY_CALL = 'another value each time'
    UNKNOWN = 'nothing is known of it'


_BY_STATEMENT: Final = _names(
    """
    now transaction_timestamp statement_timestamp
    current_database current_schema current_schemas current_setting version
    pg_backend_pid inet_client_addr inet_server_addr inet_client_port inet_server_port
    """
)
_BY_CALL: Final = _names(
    'nextval currval lastval random random_normal clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7'
)
_BY_ORDER: Final = _names(
    """
    any_value array_agg avg corr covar_pop covar_samp json_agg jsonb_agg json_object_agg jsonb_object_agg max min mode
    percentile_cont percentile_disc regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
    stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    """
)
"""The order of rows may decide what they answer, or which of several equal values."""
_OF_THE_SERVER: Final = _names(
    """
    pg_sleep pg_sleep_for pg_sleep_until pg_is_in_recovery pg_typeof pg_column_size format_type to_regclass to_regtype
    to_regproc obj_description col_description shobj_description pg_table_is_visible pg_type_is_visible
    pg_function_is_visible pg_get_expr pg_get_constraintdef pg_get_indexdef pg_get_viewdef pg_get_functiondef
    pg_get_triggerdef pg_get_userbyid pg_get_serial_sequence pg_relation_size pg_table_size pg_indexes_size
    pg_total_relation_size pg_database_size has_table_privilege has_schema_privilege has_database_privilege
    has_column_privilege has_function_privilege has_sequence_privilege pg_has_role pg_collation_for
    pg_postmaster_start_time pg_conf_load_time txid_current pg_notify
    """
)
_OF_EXTENSIONS: Final = _names('uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4')
"""Well known, and nothing but an answer comes of them."""
_SAME: Final = CORE - _BY_STATEMENT - _BY_CALL - _BY_ORDER - _OF_THE_SERVER

_TIMES: Final = _names('date time timetz timestamp timestamptz abstime')
_TEXTS: Final = _names('text varchar bpchar name json jsonb bytea')
_OBJECTS: Final = re.compile('reg[a-z]+|oid')
MOMENT: Final = re.compile(r'[\s\d:.+-]*(now|today|tomorrow|yesterday)[\s\d:.+-]*', re.IGNORECASE)


def variation(call: pg.FuncCall, catalog: Catalog) -> Variation:
    """How the answer of a function varies, by its name."""
    name = function_name(call)
    if name in _OF_EXTENSIONS:
        return Variation.BY_CALL
    if calls_users(call, catalog) or call.HasField('over'):
        return Variation.UNKNOWN
    if name in catalog.functions.own:
        return Variation.NEVER
    if name in _BY_CALL:
        return Variation.BY_CALL
    if name in _BY_STATEMENT or (name == 'age' and len(call.args) == 1):
        return Variation.BY_STATEMENT
    return Variation.NEVER if name in _SAME else Variation.UNKNOWN


def calls_users(call: pg.FuncCall, catalog: Catalog) -> bool:
    """Whether a call may be one of a user's function that is not IMMUTABLE, or that runs SQL: it may read tables."""
    name = function_name(call)
    schema = call.funcname[-2].string.sval if len(call.funcname) > 1 else ''
    return catalog.functions.may_read(schema, name) or name in SESSION


def function_name(call: pg.FuncCall) -> str:
    """Without schema."""
    return call.funcname[-1].string.sval if call.funcname else ''


def is_moment(constant: pg.A_Const) -> bool:
    """Whether a string is a time that passes (``'today'``) where a date or a time is read from it."""
    return constant.HasField('sval') and MOMENT.fullmatch(constant.sval.sval) is not None


def reads_time(cast: pg.TypeCast) -> bool:
    """Whether a cast is to a date or a time."""
    return type_name(cast) in _TIMES


def is_text(cast: pg.TypeCast) -> bool:
    """Whether a cast makes text of a literal: no time is read from it, whatever it says."""
    return cast.arg.HasField('a_const') and type_name(cast) in _TEXTS


def names_object(cast: pg.TypeCast) -> bool:
    """Whether a cast is to an OID, which is another on each server."""
    return _OBJECTS.fullmatch(type_name(cast)) is not None


def type_name(cast: pg.TypeCast) -> str:
    """Without schema."""
    return cast.type_name.names[-1].string.sval if cast.type_name.names else ''
