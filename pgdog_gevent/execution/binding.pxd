cimport cython

from pgdog_gevent.backend.cluster cimport Cluster
from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport PoolCounters
from pgdog_gevent.backend.pool cimport Pool


cdef class Binding:
    cdef public Cluster cluster
    cdef object _client_id
    cdef Pool _pool
    cdef public PoolCounters counters
    cdef public BackendConnection connection
    cdef public object pinned
    cdef public bint asking, doubtful
    cdef bint _for_good

    @cython.locals(connection=BackendConnection, pool=Pool)
    cpdef BackendConnection take_at_once(self, double now)
    @cython.locals(connection=BackendConnection)
    cpdef BackendConnection take_granted(self, Pool pool, double now, double waited)
    @cython.locals(connection=BackendConnection)
    cpdef bint betrays_sequences(self) except -1
    cpdef hold(self, Pool pool, BackendConnection connection)
    @cython.locals(connection=BackendConnection, pool=Pool)
    cpdef give_back(self, double now)
