cdef class PlainTransport:
    cdef public object socket


cdef class TlsTransport:
    cdef bint _ended
    cdef object _incoming, _outgoing
    cdef public object session, socket

    cpdef bytes receive(self)
    cdef object _open(self)
    cdef object _open_record(self)
    cpdef long feed(self) except -1
    cpdef bytes seal(self, object message)
