cdef class Services:
    cdef object _rules
    cdef public object cache, general, hinted_cache, names, parsed_cache, register, routing_cache
    cdef public object unique_ids
    cdef public bint logs_queries, timed
