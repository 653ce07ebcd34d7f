cimport cython


cdef class Place:
    cdef public Place after
    cdef public double deadline, since
    cdef public bint away, gives, granted

    cpdef wake(self)


cdef class Line:
    cdef Place _earlier, _first, _last
    cdef long _iteration
    cdef public long size

    cpdef join(self, Place place)
    cpdef arrive(self, Place place, long iteration)
    cdef _insert(self, Place place, Place before)
    cpdef Place first(self)
    @cython.locals(place=Place)
    cpdef Place take(self)
    cdef _take_out(self, Place place, Place before)
