cimport cython


cdef class StatementCache:
    cdef object _clock, _make_key, _recent, _texts, _keys
    cdef bint _keeps_texts
    cdef public long hits, misses
    cdef public double parse_time

    cpdef object statement(self, bytes sql, bint keyed=*)
