from pgdog_gevent.net.relay cimport RelayingWire


cdef class Link(RelayingWire):
    cdef public object send_limit
