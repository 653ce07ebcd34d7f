"""Functions of PostgreSQL that its catalog calls VOLATILE, or that only a primary can answer: what they do in truth.

``tests/integration/test_access_catalog.py`` holds these lists against a server's ``pg_proc``.
"""

from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


READS: Final = _names(
    """
    random random_normal clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7
    pg_sleep pg_sleep_for pg_sleep_until current_query currtid2 amvalidate pg_jit_available

    pg_is_in_recovery pg_is_wal_replay_paused pg_get_wal_replay_pause_state pg_last_wal_receive_lsn
    pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_last_committed_xact pg_xact_commit_timestamp
    pg_xact_commit_timestamp_origin pg_get_multixact_members pg_get_wal_resource_managers

    pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size pg_database_size pg_tablespace_size
    pg_partition_tree pg_partition_ancestors pg_collation_actual_version pg_database_collation_actual_version

    pg_stat_have_stats pg_stat_get_recovery_prefetch pg_stat_get_io pg_stat_get_backend_io
    pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit pg_stat_get_xact_function_calls
    pg_stat_get_xact_function_self_time pg_stat_get_xact_function_total_time pg_stat_get_xact_numscans
    pg_stat_get_xact_tuples_deleted pg_stat_get_xact_tuples_fetched pg_stat_get_xact_tuples_hot_updated
    pg_stat_get_xact_tuples_inserted pg_stat_get_xact_tuples_newpage_updated pg_stat_get_xact_tuples_returned
    pg_stat_get_xact_tuples_updated
    """
)
"""VOLATILE because they answer differently each time, not because they change anything; a replica may answer."""

WRITES: Final = _names(
    """
    nextval setval currval lastval

    pg_advisory_lock pg_advisory_lock_shared pg_try_advisory_lock pg_try_advisory_lock_shared pg_advisory_unlock
    pg_advisory_unlock_shared pg_advisory_unlock_all pg_advisory_xact_lock pg_advisory_xact_lock_shared
    pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared

    set_config setseed pg_export_snapshot pg_notify pg_listening_channels pg_notification_queue_usage
    cursor_to_xml cursor_to_xmlschema query_to_xml query_to_xmlschema query_to_xml_and_xmlschema ts_stat

    txid_current txid_current_if_assigned txid_status
    pg_current_xact_id pg_current_xact_id_if_assigned pg_xact_status

    loread lowrite

    pg_switch_wal pg_create_restore_point pg_logical_emit_message pg_current_wal_lsn pg_current_wal_insert_lsn
    pg_current_wal_flush_lsn pg_walfile_name pg_walfile_name_offset pg_backup_start pg_backup_stop pg_start_backup
    pg_stop_backup pg_wal_replay_pause pg_wal_replay_resume pg_promote

    pg_create_physical_replication_slot pg_create_logical_replication_slot pg_copy_physical_replication_slot
    pg_copy_logical_replication_slot pg_drop_replication_slot pg_replication_slot_advance pg_sync_replication_slots
    pg_logical_slot_get_changes pg_logical_slot_get_binary_changes pg_logical_slot_peek_changes
    pg_logical_slot_peek_binary_changes
    pg_replication_origin_create pg_replication_origin_drop pg_replication_origin_advance
    pg_replication_origin_progress pg_replication_origin_session_setup pg_replication_origin_session_reset
    pg_replication_origin_session_is_setup pg_replication_origin_session_progress pg_replication_origin_xact_setup
    pg_replication_origin_xact_reset pg_show_replication_origin_status

    pg_cancel_backend pg_terminate_backend pg_log_backend_memory_contexts pg_blocking_pids
    pg_safe_snapshot_blocking_pids pg_isolation_test_session_is_blocked pg_reload_conf pg_rotate_logfile
    pg_rotate_logfile_old

    pg_stat_reset pg_stat_reset_shared pg_stat_reset_single_table_counters pg_stat_reset_single_function_counters
    pg_stat_reset_slru pg_stat_reset_replication_slot pg_stat_reset_subscription_stats pg_stat_reset_backend_stats
    pg_stat_clear_snapshot pg_stat_force_next_flush pg_stat_statements_reset

    brin_summarize_new_values brin_summarize_range brin_desummarize_range gin_clean_pending_list pg_nextoid
    pg_import_system_collations pg_extension_config_dump pg_stop_making_pinned_objects
    """
)
"""They write, lock, assign a transaction id, speak of a process or of the WAL of the very server, or fail on a replica,
whatever the catalog says of them."""

FAMILIES: Final = ('lo_', 'dblink', 'binary_upgrade_')
"""Beginnings of names; all that begin so count as ``WRITES``."""
