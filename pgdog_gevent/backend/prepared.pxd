cdef class PreparedStatement:
    cdef object __weakref__
    cdef public object made_by, meaning, needs, parameter_types, reading, server_name, shape, sql, template
    cdef public long hits, users


cdef class ServerStatements:
    cdef object _names
    cdef double _jitter
    cdef public object limit, ttl, unnamed
    cdef public set stale, private

    cpdef bint touch(self, object name) except -1
