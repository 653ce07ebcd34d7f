from pgdog_gevent.net.stream cimport Stream


cdef class Agreement:
    cdef Stream _client
    cdef object _state, _judged
    cdef public object told
    cdef bint _keyed
