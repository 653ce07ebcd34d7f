cimport cython


cdef class Turn:
    cdef public bytes message, parse
    cdef public object meaning, bound
    cdef public list statements
    cdef public long parses, binds, executes

    @cython.locals(
        code=int, length='unsigned int', body=Py_ssize_t, end=Py_ssize_t, position=Py_ssize_t, passed=Py_ssize_t,
        name_at=Py_ssize_t, name_end=Py_ssize_t, sql_end=Py_ssize_t, statements=list, parts=list, what=bytes,
    )
    cpdef bint read(self, bytes message, object plain, object harmless, object known, bint renames) except -1
    cpdef bint provided(self, object prepared) except -1
