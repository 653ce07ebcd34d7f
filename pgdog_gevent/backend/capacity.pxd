cdef class Place:
    cdef public double deadline, since
    cdef public bint granted

    cpdef wake(self)


cdef class _Sleeper(Place):
    cdef public object greenlet


cdef class Capacity:
    cdef object _alarm
    cdef double _due
    cdef public long held, size, unclaimed, withdrawing
    cdef public object on_wait, queue

    cpdef bint try_acquire(self) except -1
    cpdef bint acquire(self, double deadline=*) except -1
    cpdef enqueue(self, Place place)
    cpdef leave(self, Place place)
    cpdef release(self)
    cpdef pass_on(self)
    cpdef grant(self)
    cdef Place _grant_first(self)
