cdef class Canceller:
    cdef object _next, _running, _send, _wanted
    cdef public object instead
    cdef public long asked
    cdef public bint unsure
