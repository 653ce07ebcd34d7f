cimport cython

from pgdog_gevent.backend.connection cimport BackendConnection
from pgdog_gevent.frontend.client cimport Client
from pgdog_gevent.frontend.loop_side cimport LoopSide, Queued
from pgdog_gevent.net.stream cimport Stream

cdef int _IN_NO_TRANSACTION, _MORE, _QUEUED, _SENT, _FLUSH, _BIND, _COVER, _ANSWERED, _CARE


cdef class Lane(LoopSide):
    cdef object _exchange, _requests

    @cython.locals(step=int)
    cpdef bint serve(self) except -1
    cdef int _wait(self, int step) except -1
    @cython.locals(connection=BackendConnection)
    cdef bint _moves(self) except -1
    @cython.locals(stream=Stream, connection=BackendConnection)
    cdef int _sleep(self, int step) except -1
    cpdef check_time(self, double now)
    cdef object _overdue(self, double taken)
    cpdef _expire(self, double since, object error)
    @cython.locals(place=Queued, client=Client, connection=BackendConnection)
    cdef int _bind(self) except -1
    @cython.locals(place=Queued, connection=BackendConnection)
    cdef _break_off(self)
    cdef _leave(self)
    @cython.locals(stream=Stream, connection=BackendConnection, end=int)
    cdef bint _carefully(self) except -1
