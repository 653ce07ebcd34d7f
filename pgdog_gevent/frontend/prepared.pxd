cdef class Prepared:
    cdef object _names, _meaning, _reading, _with_ids, _completed, _portals, _spent
    cdef public dict statements
    cdef public bint rereads
