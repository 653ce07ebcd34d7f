from pgdog_gevent.backend.known_functions cimport KnownFunctions
from pgdog_gevent.backend.pool cimport Pool


cdef class Cluster:
    cdef object __weakref__
    cdef public KnownFunctions known_functions
    cdef public object settings, pools, mode, topology
    cdef public Pool only_pool
    cdef object _primaries, _greetings, _neighbours
