cdef class KnownFunctions:
    cdef object __weakref__
    cdef object _tell
    cdef public object current
    cdef public long times_forgotten
    cdef public bint sequences_are_read
