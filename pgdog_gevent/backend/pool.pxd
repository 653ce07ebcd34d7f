cimport cython

from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport PoolCounters
from pgdog_gevent.backend.dialer cimport Dialer
from pgdog_gevent.backend.stock cimport Stock


cdef class Pool:
    cdef object __weakref__
    cdef public object id
    cdef public PoolCounters counters
    cdef Dialer _dialer
    cdef public Stock stock

    cpdef BackendConnection acquire(self)
    @cython.locals(stock=Stock, patience=double, deadline=double, now=double, connection=BackendConnection)
    cdef BackendConnection _obtain(self, object take, double started)
