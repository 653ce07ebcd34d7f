cdef char *shared
cdef Py_ssize_t shared_size
cdef list NO_TAGS

cdef class Wire


cdef class Attendant:
    cpdef attend(self, Wire wire)


cdef class Wire:
    cdef object _hub, _lost_type, _violation_type, _read_watcher, _waiter, _transport
    cdef int _descriptor
    cdef public bytes received, early, rest
    cdef public Py_ssize_t position, skip, turn_end
    cdef public list out, tags
    cdef public long long bytes_received, bytes_sent
    cdef public long ends, passed
    cdef public int last_received, last_sent
    cdef public Attendant attendant
    cdef public bint answered, armed, closed, ended, plain, torn

    cdef Py_ssize_t _receive_into(self, char *buffer, Py_ssize_t size) except -1
    cpdef bytes receive_now(self)
    cpdef take_in(self, bytes chunk)
    cpdef bint receive_waiting(self) except -1
    cdef bint _pending(self) except -1
    cdef Py_ssize_t _unused(self) noexcept
    cdef int _wait_beside(self, Wire other) except -1
    cpdef receive_ahead(self)
    cpdef bytes chunk_beside(self, Wire other)
    cdef bint is_silent(self) except -1
    cpdef give_way(self)
    cpdef wait_readable(self)
    cdef Wire _wait_either(self, Wire other)
    cpdef bint holds_more(self) except -1
    cpdef arm(self)
    cdef int _arm(self) except -1
    cpdef disarm(self)
    cdef int _send_now(self, char *data, Py_ssize_t size, bytes owner) except -1
