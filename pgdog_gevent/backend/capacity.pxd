cimport cython

from pgdog_gevent.backend.line cimport Line, Place


cdef class _Sleeper(Place):
    cdef public object greenlet


cdef class Capacity:
    cdef object _alarm, _granted, _loop
    cdef double _due
    cdef public long held, size, unclaimed, withdrawing
    cdef public object on_wait
    cdef public Line queue

    cpdef bint try_acquire(self) except -1
    cpdef bint acquire(self, double deadline=*) except -1
    cpdef enqueue(self, Place place)
    cdef bint _wait_as(self, _Sleeper place) except -1
    cdef _begin_to_wait(self, double deadline)
    cpdef leave(self, Place place)
    cpdef release(self)
    @cython.locals(place=Place)
    cpdef grant(self)
    @cython.locals(place=Place)
    cpdef _wake_granted(self)
