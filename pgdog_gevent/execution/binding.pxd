cimport cython

from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.stock cimport Stock


cdef class Binding:
    cdef public object cluster
    cdef object _client_id, _pool
    cdef public BackendConnection connection
    cdef public object pinned
    cdef public bint asking, doubtful
    cdef bint _for_good

    @cython.locals(connection=BackendConnection)
    cpdef BackendConnection take_at_once(self, double now)
    @cython.locals(connection=BackendConnection)
    cpdef give_back(self, double now)
