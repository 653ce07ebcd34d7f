from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.pool cimport Pool


cdef class Shard:
    cdef object __weakref__
    cdef object _balancer, _last_resort, _policy, _pools
    cdef public object fleet, number
    cdef public Pool primary
    cdef public tuple readers, replicas, trials
    cdef public bint writes

    cpdef Pool pick(self, bint reads, object position)
