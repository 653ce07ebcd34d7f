cimport cython


cdef class Place:
    cdef public double deadline, since
    cdef public bint granted

    cpdef wake(self)


cdef class Line:
    cdef object _rounds
    cdef long _iteration
    cdef public long size

    cpdef join(self, Place place)
    @cython.locals(places=list)
    cpdef arrive(self, Place place, long iteration)
    @cython.locals(places=list)
    cpdef Place first(self)
    @cython.locals(places=list, place=Place)
    cpdef Place take(self)
