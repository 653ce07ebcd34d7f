from pgdog_gevent.backend.counters cimport PoolCounters


cdef class Dialer:
    cdef public object target, last_failure
    cdef public long generation
    cdef public object on_failure
    cdef object _keys, _opening, _pause, _probing
    cdef PoolCounters _counters
    cdef double _backoff, _not_before
