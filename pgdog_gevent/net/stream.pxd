from pgdog_gevent.net.link cimport Link


cdef class Stream(Link):
    pass
