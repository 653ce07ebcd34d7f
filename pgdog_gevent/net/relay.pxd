from pgdog_gevent.net.wire cimport Wire


cdef class RelayingWire(Wire):
    cpdef int forward_buffered(self, Wire sink, object unread) except -1
    cpdef int turn(self) except -2
    cpdef bytes take_turn(self)
    cpdef bint ask(self, bytes message) except -1
    cpdef int hear(self, Wire client) except -2
    cdef int _receive_answer(self, Wire client) except -2
    cdef int _pass_answer(self, Wire client, char *buffer, Py_ssize_t size, bytes owner) except -2
