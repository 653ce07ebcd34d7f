cimport cython

from pgdog_gevent.backend.cluster cimport Cluster
from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport PoolCounters
from pgdog_gevent.backend.pool cimport Pool
from pgdog_gevent.backend.shard cimport Shard


cdef class Binding:
    cdef public Cluster cluster
    cdef object _client_id
    cdef public long shard
    cdef Pool _pool
    cdef public PoolCounters counters
    cdef public BackendConnection connection
    cdef public object pinned
    cdef public bint asking, doubtful, wrote
    cdef bint _for_good, _reads
    cdef public Pool candidate
    cdef object _floor, _settings, _written

    cpdef turn_to(self, long shard)

    @cython.locals(connection=BackendConnection, pool=Pool)
    cpdef BackendConnection take_at_once(self, double now, bint reads)
    @cython.locals(shard=Shard)
    cdef Pool _choose(self, bint reads)
    @cython.locals(connection=BackendConnection)
    cpdef BackendConnection take_granted(self, Pool pool, double now, double waited)
    @cython.locals(connection=BackendConnection)
    cpdef bint betrays_sequences(self) except -1
    cpdef hold(self, Pool pool, BackendConnection connection)
    @cython.locals(connection=BackendConnection, pool=Pool)
    cpdef give_back(self, double now)
