cimport cython


cdef class Generations:
    cdef public dict young, old

    cpdef replace(self, bytes text, object value)
    cpdef age(self)


cdef class Recent:
    cdef long _limit
    cdef public Generations texts, keys

    cpdef object get(self, Generations where, bytes text)
    cpdef keep(self, Generations where, bytes text, object value)
