cdef class Services:
    cdef public object cache, general, names
    cdef public bint logs_queries, timed
