cdef class Histogram:
    cdef public list counts
    cdef public double sum


cdef class ClientCounters:
    cdef public long long errors, queries, transactions, transactions_2pc, turns
    cdef public double query_time, transaction_time, turn_time, wait_time


cdef class ServerCounters:
    cdef public long long binds, closes, errors, evictions, healthchecks, parses, queries, rollbacks, transactions
    cdef public long long transactions_2pc, turns
    cdef public double idle_in_transaction_time, query_time, transaction_time, turn_time
    cdef public object rows_deleted, rows_inserted, rows_updated


cdef class PoolCounters:
    cdef public long long assignments, auth_attempts, checkout_timeouts, cleaned, connect_errors, connects
    cdef public long long force_closed, out_of_sync, re_synced, reads
    cdef public double connect_time, wait_time
    cdef public object query_histogram, transaction_histogram, wait_histogram
    cdef public list turns, waits
