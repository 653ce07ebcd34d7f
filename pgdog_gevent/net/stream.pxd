cimport cython

from pgdog_gevent.net.link cimport Link


cdef class Stream(Link):
    @cython.locals(chunk=bytes)
    cpdef bint receive_waiting(self) except -1
