cdef class Prepared:
    cdef object _names, _meaning, _reading, _portals, _spent
    cdef public dict statements
    cdef public bint rereads
