cdef class _Place:
    cdef public double deadline, since
    cdef public bint granted
    cdef public object greenlet


cdef class Capacity:
    cdef object _alarm
    cdef double _due
    cdef public long held, size, unclaimed, withdrawing
    cdef public object on_wait, queue

    cpdef bint try_acquire(self) except -1
    cpdef bint acquire(self, double deadline=*) except -1
    cpdef release(self)
    cpdef grant(self)
