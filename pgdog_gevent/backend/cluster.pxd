from pgdog_gevent.backend.known_functions cimport KnownFunctions
from pgdog_gevent.backend.pool cimport Pool
from pgdog_gevent.backend.shard cimport Shard


cdef class Cluster:
    cdef object __weakref__
    cdef public KnownFunctions known_functions
    cdef public object settings, pools, mode, topology, guard, known_catalog, layout, rehearsal, schemas
    cdef public bint causal, sharded, splits, unparsed
    cdef public Pool only_pool
    cdef public Shard only_shard
    cdef object _greetings, _neighbours, _old_greetings
    cdef dict _shards

    cpdef Shard at(self, long number)
