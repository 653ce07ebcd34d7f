cimport cython

from pgdog_gevent.router.recent cimport Generations, Kept, Recent


cdef class StatementCache:
    cdef object _clock, _make_key, _said_by_text, _said_by_key
    cdef Recent _recent
    cdef Generations _texts, _keys
    cdef public long hits, misses
    cdef public double parse_time

    cpdef object statement(self, bytes sql, bint keyed=*)
    @cython.locals(known=Kept)
    cpdef Kept kept(self, bytes sql, bint keyed=*)
    cdef Kept _look_further(self, bytes sql, object key)
