cimport cython

from pgdog_gevent.backend.capacity cimport Capacity
from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.backend.counters cimport PoolCounters
from pgdog_gevent.backend.dialer cimport Dialer
from pgdog_gevent.backend.gate cimport Gate
from pgdog_gevent.net.stream cimport Stream

cdef double _JUST_NOW


cdef class Stock:
    cdef public object settings, finished
    cdef public list idle
    cdef public Dialer dialer
    cdef public Gate gate
    cdef public Capacity permits
    cdef public set lent
    cdef PoolCounters _counters
    cdef double _healthcheck_interval
    cdef public double patience

    @cython.locals(permits=Capacity)
    cpdef bint saturated(self) except -1
    @cython.locals(connection=BackendConnection, permits=Capacity)
    cpdef BackendConnection take_at_once(self, double now)
    @cython.locals(connection=BackendConnection, idle=list, stream=Stream)
    cpdef BackendConnection pop_ready(self, double now)
    @cython.locals(counters=PoolCounters)
    cpdef BackendConnection lend(self, BackendConnection connection, double waited)
    @cython.locals(permits=Capacity)
    cpdef bint give_back(self, BackendConnection connection, double now) except -1
    cpdef keep(self, BackendConnection connection, double now)
