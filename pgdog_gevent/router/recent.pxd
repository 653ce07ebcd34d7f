cimport cython


cdef class Kept:
    cdef public bytes text
    cdef public object statement, why
    cdef public long hits, refused, several
    cdef public bint gone


cdef class Generations:
    cdef public dict young, old

    cpdef age(self)


cdef class Recent:
    cdef long _limit
    cdef public Generations texts, keys

    cpdef Kept get(self, Generations where, bytes text)
    cpdef keep(self, Generations where, Kept kept)


@cython.locals(kept=Kept)
cdef _leave(dict generation)
