cimport cython

from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport ClientCounters, PoolCounters, ServerCounters
from pgdog_gevent.frontend.client cimport Client


cdef class Accounting:
    cdef Client _client
    cdef ClientCounters _counters
    cdef double _idle_since, _request, _transaction
    cdef long _queries

    @cython.locals(client=ClientCounters, server=ServerCounters, taken=double)
    cpdef turn(self, BackendConnection connection, PoolCounters pool, double started, double now, long queries, bint idle)
