cdef class Services:
    cdef object _rules
    cdef public object cache, general, names, routing_cache, unique_ids
    cdef public bint logs_queries, timed
