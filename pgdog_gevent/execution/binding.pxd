cimport cython

from pgdog_gevent.backend.cluster cimport Cluster
from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.pool cimport Pool


cdef class Binding:
    cdef public Cluster cluster
    cdef object _client_id
    cdef Pool _pool
    cdef public BackendConnection connection
    cdef public object pinned
    cdef public bint asking, doubtful
    cdef bint _for_good

    @cython.locals(connection=BackendConnection, pool=Pool)
    cpdef BackendConnection take_at_once(self, double now)
    @cython.locals(connection=BackendConnection, pool=Pool)
    cpdef give_back(self, double now)
