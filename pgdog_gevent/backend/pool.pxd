cimport cython

from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport PoolCounters
from pgdog_gevent.backend.dialer cimport Dialer
from pgdog_gevent.backend.stock cimport Stock


cdef class Pool:
    cdef object __weakref__
    cdef public object host, id, standing
    cdef public PoolCounters counters
    cdef Dialer _dialer
    cdef public Stock stock

    @cython.locals(connection=BackendConnection)
    cpdef BackendConnection acquire(self, object patience=*, object open_within=*)
    @cython.locals(stock=Stock, deadline=double, now=double, connection=BackendConnection)
    cdef BackendConnection _obtain(self, object take, double started, object patience)
