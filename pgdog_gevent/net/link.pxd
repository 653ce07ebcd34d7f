from pgdog_gevent.net.relay cimport Wire


cdef class Link(Wire):
    cdef public object send_limit
