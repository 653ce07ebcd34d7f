"""What PostgreSQL's own functions are to a statement over several shards, by name."""

from typing import Final

from pgdog_gevent.router.functions import SESSION
from pgdog_gevent.router.volatile import READS, WRITES


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ORDER_SENSITIVE: Final = _names(
    """
    any_value array_agg json_agg json_agg_strict json_object_agg json_object_agg_strict json_object_agg_unique
    json_object_agg_unique_strict jsonb_agg jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict
    jsonb_object_agg_unique jsonb_object_agg_unique_strict mode string_agg xmlagg
    """
)
"""Aggregates whose answer depends on the order in which rows come, if no ORDER BY says it."""

AGGREGATES: Final = ORDER_SENSITIVE | _names(
    """
    avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist dense_rank every max min
    percent_rank percentile_cont percentile_disc range_agg range_intersect_agg rank regr_avgx regr_avgy regr_count
    regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp sum var_pop var_samp
    variance
    """
)

FIXED_PER_CALL: Final = _names(
    """
    random random_normal clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7
    pg_sleep pg_sleep_for pg_sleep_until
    """
)
"""VOLATILE functions that answer anew for each row, whoever asks."""

READ_UNSEEN: Final = _names(
    """
    query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema
    table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema
    schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema database_to_xml_and_xmlschema ts_stat
    """
)
"""They read tables that only their arguments name."""
OF_ONE_SERVER: Final = (
    WRITES
    | SESSION
    | (READS - FIXED_PER_CALL)
    | _names(
        """
        pg_backend_pid inet_client_addr inet_client_port inet_server_addr inet_server_port pg_postmaster_start_time
        pg_conf_load_time to_regclass to_regtype to_regproc to_regprocedure to_regoper to_regoperator to_regrole
        to_regnamespace to_regcollation pg_stat_get_activity row_security_active
        """
    )
)
"""What they answer is true of one server, or they change something: several shards are not one PostgreSQL to them."""
