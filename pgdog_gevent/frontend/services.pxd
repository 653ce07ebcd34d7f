cdef class Services:
    cdef object _rules
    cdef public object cache, general, hinted_cache, names, parsed_cache, routing_cache, unique_ids
    cdef public bint logs_queries, timed
