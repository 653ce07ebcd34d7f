from pgdog_gevent.backend.canceller cimport Canceller
from pgdog_gevent.backend.counters cimport ServerCounters
from pgdog_gevent.backend.prepared cimport ServerStatements
from pgdog_gevent.net.stream cimport Stream


cdef class BackendConnection:
    cdef object _committed, _tainted
    cdef list _revoked
    cdef public Canceller canceller
    cdef public object client_id, configured_by, dirty, key, last_client_id, ledger, parameters
    cdef public object recall, reports, settings, severed, status
    cdef public Stream stream
    cdef public ServerCounters counters
    cdef public ServerStatements prepared
    cdef public bint advanced_sequences, changed, copying_in, foreign_sequences
    cdef public double checked_at, connected_at, expires_at, opened_at, released_at, request_at, waited
    cdef public long generation
    cdef public list notifications

    cpdef lend_to(self, object client_id)
