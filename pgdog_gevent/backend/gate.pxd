from pgdog_gevent.backend.capacity cimport Capacity


cdef class Gate:
    cdef public Capacity permits
    cdef public object lending
    cdef public bint open
    cdef object _resumed
    cdef public long diversions
    cdef list _held_back

    cpdef bint try_pass(self) except -1
